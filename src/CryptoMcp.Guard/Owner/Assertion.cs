using System.Buffers.Text;

namespace CryptoMcp.Guard.Owner;

/// <summary>A passkey's answer, as the page posts it; every member base64url.</summary>
internal sealed record Assertion
{
    public required string CredentialId { get; init; }

    public required string ClientData { get; init; }

    public required string AuthenticatorData { get; init; }

    public required string Signature { get; init; }
}

/// <summary>A new passkey, as the page posts it; texts base64url.</summary>
internal sealed record Registration
{
    public required string CredentialId { get; init; }

    public required string ClientData { get; init; }

    public required string AuthenticatorData { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required string PublicKey { get; init; }

    /// <summary>COSE algorithm.</summary>
    public required int Algorithm { get; init; }
}

/// <summary>Base64url of the page's texts.</summary>
internal static class PageBytes
{
    private const int Longest = 8192;

    public static byte[] Of(string text) => text.Length <= Longest && Base64Url.IsValid(text)
        ? Base64Url.DecodeFromChars(text)
        : throw WebAuthnProblem.Of("part of it is not base64url");
}
