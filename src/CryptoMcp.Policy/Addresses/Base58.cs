using System.Buffers;
using System.Numerics;

namespace CryptoMcp.Policy.Addresses;

/// <summary>Base58 in Bitcoin's alphabet, as far as needed to tell a 32-byte Solana address from anything else.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    private static readonly BigInteger s_limit = BigInteger.One << 256;

    public static bool IsAlphabet(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(s_alphabet);

    /// <summary>True if the text encodes exactly 32 bytes. Each leading <c>1</c> is a zero byte.</summary>
    public static bool Is32Bytes(ReadOnlySpan<char> text)
    {
        if (text.Length is < 32 or > 44 || !IsAlphabet(text))
        {
            return false;
        }

        var zeros = text.IndexOfAnyExcept('1') is var first and >= 0 ? first : text.Length;
        var value = BigInteger.Zero;
        foreach (var c in text[zeros..])
        {
            value = (value * 58) + Alphabet.IndexOf(c, StringComparison.Ordinal);
        }

        return value < s_limit && zeros + value.GetByteCount(isUnsigned: true) - (value.IsZero ? 1 : 0) == 32;
    }
}
