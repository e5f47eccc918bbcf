using System.Globalization;
using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// What a token says about itself. Symbol and name are text of its author, who may call it USDC; only the pinned table
/// tells which token it is.
/// </summary>
public sealed record TokenMetadata
{
    /// <summary>The contract.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary><c>symbol()</c>, cleaned, at most 24 characters; absent when it has none.</summary>
    public string? UntrustedSymbol { get; init; }

    /// <summary><c>name()</c>, cleaned, at most 64 characters; absent when it has none.</summary>
    public string? UntrustedName { get; init; }

    /// <summary><c>decimals()</c>; absent when it has none or they are above 36: then no amount of it can be stated.</summary>
    public int? Decimals { get; init; }

    /// <summary>Units in existence; absent when it does not tell.</summary>
    public System.Numerics.BigInteger? TotalSupply { get; init; }

    /// <summary>The pinned token at this address.</summary>
    public EvmToken? Pinned { get; init; }

    /// <summary>Differences from the pinned token. With any about decimals, no money must move.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>True when the decimals are what the pinned table says.</summary>
    public bool DecimalsMatchPinned => Pinned is not null && Decimals == Pinned.Asset.Decimals;
}

/// <summary>Reads what tokens say about themselves.</summary>
public static class TokenReader
{
    private static readonly AbiFunction s_totalSupply = AbiFunction.Parse("function totalSupply() view returns (uint256)");

    /// <summary>Reads a token's symbol, name, decimals and supply in one round trip and compares them with the pinned ones.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    /// <exception cref="EvmFormatException">The address holds no ERC-20 token.</exception>
    public static async Task<TokenMetadata> ReadAsync(EvmRpc rpc, EvmAddress token, CancellationToken cancellationToken = default)
    {
        var calls = new[] { Erc20.SymbolFunction, Erc20.NameFunction, Erc20.DecimalsFunction, s_totalSupply };
        var results = await rpc.Multicall.CallAsync([.. calls.Select(call => new CallRequest { To = token, Data = call.Encode() })],
            BlockTag.Latest, cancellationToken)
            .ConfigureAwait(false);
        if (results.All(result => !result.Succeeded || result.Returned.IsEmpty))
        {
            throw new EvmFormatException($"{token} holds no ERC-20 token on {rpc.Chain}. Check address and chain.");
        }

        rpc.Chain.TryFindToken(token, out var pinned);
        var metadata = new TokenMetadata
        {
            Address = token,
            UntrustedSymbol = Text(results[0], 24),
            UntrustedName = Text(results[1], 64),
            Decimals = Number(results[2]) is { } decimals && decimals <= 36 ? (int)decimals : null,
            TotalSupply = Number(results[3]),
            Pinned = pinned,
            Differences = [],
        };
        return pinned is null ? metadata : metadata with { Differences = Compare(metadata, pinned) };
    }

    /// <summary>ABI text, or the <c>bytes32</c> that tokens from before the standard return (MKR, SAI).</summary>
    internal static string? Text(CallResult result, int maxLength)
    {
        var returned = result.Returned.Span;
        if (!result.Succeeded || returned.Length < 32)
        {
            return null;
        }

        ReadOnlySpan<byte> bytes;
        if (returned.Length == 32)
        {
            bytes = returned.TrimEnd((byte)0);
        }
        else
        {
            // Read leniently: it is for display only, and a token's author may have encoded it by hand.
            var length = returned.Length >= 64 ? Hex.ReadWord(returned[32..]) : 0;
            bytes = length <= returned.Length - 64 ? returned.Slice(64, (int)length) : [];
        }

        var text = UntrustedText.Clean(Encoding.UTF8.GetString(bytes), maxLength);
        return text.Length == 0 ? null : text;
    }

    private static System.Numerics.BigInteger? Number(CallResult result) =>
        result.Succeeded && result.Returned.Length == 32 ? Hex.ReadWord(result.Returned.Span) : null;

    private static List<string> Compare(TokenMetadata metadata, EvmToken pinned)
    {
        var differences = new List<string>();
        if (metadata.Decimals != pinned.Asset.Decimals)
        {
            var said = metadata.Decimals?.ToString(CultureInfo.InvariantCulture) ?? "none";
            differences.Add($"decimals: pinned {pinned.Asset.Decimals}, the node says {said}");
        }

        if (metadata.UntrustedSymbol != pinned.Asset.Symbol)
        {
            differences.Add($"symbol: pinned {pinned.Asset.Symbol}, the contract says {UntrustedText.Quote(metadata.UntrustedSymbol)}");
        }

        return differences;
    }
}
