using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Evm;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// The bytes of an authorization before it is signed, as the ledger keeps them: enough to make the same message again,
/// and to find on chain what became of it.
/// </summary>
internal sealed record AuthorizationRecord
{
    /// <summary>Name of its <see cref="IAuthorizationKind"/>; never changed once used.</summary>
    public required string Kind { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>The token's contract.</summary>
    public required string Token { get; init; }

    public string? DomainName { get; init; }

    public string? DomainVersion { get; init; }

    /// <summary>The signer.</summary>
    public required string From { get; init; }

    /// <summary>The payee; for an allowance the spender.</summary>
    public required string To { get; init; }

    /// <summary>The only account that may settle, where there is one.</summary>
    public string? Facilitator { get; init; }

    /// <summary>Atomic units in decimal.</summary>
    public required string Units { get; init; }

    /// <summary>As its kind writes it.</summary>
    public required string Nonce { get; init; }

    /// <summary>The last moment, seconds since 1970, as its kind counts it.</summary>
    public required ulong Until { get; init; }

    /// <summary>The newest block when it was planned: nothing can have used it earlier.</summary>
    public required ulong SinceBlock { get; init; }

    [JsonIgnore]
    public EvmAddress TokenAddress => EvmAddress.Parse(Token);

    [JsonIgnore]
    public EvmAddress FromAddress => EvmAddress.Parse(From);

    [JsonIgnore]
    public EvmAddress ToAddress => EvmAddress.Parse(To);

    [JsonIgnore]
    public BigInteger Amount => BigInteger.Parse(Units, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The token's domain, for kinds that sign in it.</summary>
    [JsonIgnore]
    public Eip712Domain TokenDomain => new()
    {
        Name = DomainName ?? throw new JsonException($"An authorization of the kind '{Kind}' names no domain."),
        Version = DomainVersion,
        ChainId = ChainId,
        VerifyingContract = TokenAddress,
    };

    public static AuthorizationRecord Read(string unsignedBytes) =>
        JsonSerializer.Deserialize(Convert.FromHexString(unsignedBytes), AuthorizationJson.Default.AuthorizationRecord)
        ?? throw new JsonException("The authorization's bytes are empty.");

    public string ToBytes() => Convert.ToHexStringLower(JsonSerializer.SerializeToUtf8Bytes(this, AuthorizationJson.Default.AuthorizationRecord));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthorizationRecord))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
