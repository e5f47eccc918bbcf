using System.Globalization;
using System.Text.RegularExpressions;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// Recognises that a node refuses a range of blocks as too large, and the range that it offers instead. Providers agree on
/// nothing here: the codes are -32005 and -32602 or their own, the rest is in the words.
/// </summary>
internal static partial class RangeLimit
{
    private static readonly string[] s_words =
        ["range", "limit", "too many", "size exceeded", "too large", "more than", "exceed", "timeout", "timed out", "response size"];

    /// <summary>True when a smaller range may succeed.</summary>
    public static bool Is(EvmRpcException error) => error.Kind switch
    {
        EvmRpcFailure.TimedOut or EvmRpcFailure.TooLarge => true,
        EvmRpcFailure.HttpStatus => error.Status is 413 or 504,
        EvmRpcFailure.RpcError => error.Code is -32005 or -32602 || Array.Exists(s_words, word => Says(error, word)),
        _ => false,
    };

    /// <summary>The last block that the node suggests for a range that was refused, if it makes sense.</summary>
    public static ulong? SuggestedLast(EvmRpcException error, BlockRange refused)
    {
        if (error.UntrustedMessage is null || Suggestion().Match(error.UntrustedMessage) is not { Success: true } match
            || Number(match.Groups[1].Value) is not { } first || Number(match.Groups[2].Value) is not { } last)
        {
            return null;
        }

        return first == refused.First && last >= first && last < refused.Last ? last : null;
    }

    private static bool Says(EvmRpcException error, string word) =>
        error.UntrustedMessage?.Contains(word, StringComparison.OrdinalIgnoreCase) is true;

    private static ulong? Number(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\[\s*(0x[0-9a-fA-F]{1,16}|[0-9]{1,19})\s*,\s*(0x[0-9a-fA-F]{1,16}|[0-9]{1,19})\s*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Suggestion();
}
