using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CryptoMcp.Http;

/// <summary>Settings of the static bearer token.</summary>
public sealed class BearerTokenOptions : AuthenticationSchemeOptions
{
    /// <summary>SHA-256 of the one token that is accepted; the token itself is not kept.</summary>
    public byte[] TokenSha256 { get; set; } = [];
}

/// <summary>
/// Accepts the one token that the owner wrote into a file, as a sidecar's clients carry it (RFC 6750, header only). The
/// comparison takes the same time for every wrong token.
/// </summary>
internal sealed class BearerTokenHandler(
    IOptionsMonitor<BearerTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<BearerTokenOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    /// <summary>Name of the authentication scheme.</summary>
    public const string SchemeName = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        // Hashing first makes both sides equally long, so that not even the length leaks.
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(header[Prefix.Length..].Trim()), presented);
        if (!CryptographicOperations.FixedTimeEquals(presented, Options.TokenSha256))
        {
            return Task.FromResult(AuthenticateResult.Fail("The bearer token is not the configured one."));
        }

        var identity = new ClaimsIdentity([new Claim("sub", "bearer-token-holder")], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750 section 3.1: no error code when the request carried no token at all.
        Response.Headers.WWWAuthenticate = Request.Headers.Authorization.Count == 0
            ? "Bearer realm=\"cryptomcp\""
            : "Bearer realm=\"cryptomcp\", error=\"invalid_token\"";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
