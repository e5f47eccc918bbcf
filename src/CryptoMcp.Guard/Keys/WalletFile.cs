using System.Text.Json;
using System.Text.Json.Serialization;

namespace CryptoMcp.Guard.Keys;

/// <summary>
/// A wallet on disk: public addresses in the clear, the secret in an Ethereum keystore (version 3). For a mnemonic the
/// keystore holds the BIP-39 entropy (16 to 32 bytes), for an imported key the 32 bytes of the key or seed.
/// </summary>
internal sealed record WalletFile
{
    public const string Mnemonic = "mnemonic";
    public const string EvmKey = "evm-key";
    public const string SolanaKey = "solana-key";

    /// <summary>Format version.</summary>
    public int CryptomcpWallet { get; init; } = 1;

    public required string Name { get; init; }

    /// <summary><see cref="Mnemonic"/>, <see cref="EvmKey"/> or <see cref="SolanaKey"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>EIP-55 address of the EVM account; absent for a Solana key.</summary>
    public string? EvmAddress { get; init; }

    /// <summary>BIP-44 path of the EVM account; absent for an imported key.</summary>
    public string? EvmPath { get; init; }

    /// <summary>Address of the Solana account; absent for an EVM key.</summary>
    public string? SolanaAddress { get; init; }

    /// <summary>SLIP-10 path of the Solana account; absent for an imported key.</summary>
    public string? SolanaPath { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Keystore V3 JSON.</summary>
    public required JsonElement Keystore { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(WalletFile))]
internal sealed partial class WalletJson : JsonSerializerContext;
