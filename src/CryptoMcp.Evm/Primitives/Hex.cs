using System.Buffers.Binary;
using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// The two hexadecimal forms of the <see href="https://github.com/ethereum/execution-apis">execution API</see>: DATA
/// (<c>0x</c> and whole bytes) and QUANTITY (<c>0x</c> and a number). Both are read strictly; a quantity is never
/// negative, whatever its top bit, which <see cref="BigInteger.Parse(string)"/> on hexadecimal text gets wrong.
/// </summary>
public static class Hex
{
    /// <summary>Digits of the largest quantity: 256 bits.</summary>
    private const int MaxQuantityDigits = 64;

    /// <summary>Reads DATA: <c>0x</c> and an even number of digits.</summary>
    /// <exception cref="EvmFormatException">The text is something else.</exception>
    public static byte[] ParseData(ReadOnlySpan<char> text) =>
        TryParseData(text, out var data)
            ? data
            : throw new EvmFormatException(
                $"{UntrustedText.Quote(text)} is not hexadecimal data: expected 0x and an even number of digits.");

    /// <inheritdoc cref="ParseData"/>
    public static bool TryParseData(ReadOnlySpan<char> text, out byte[] data)
    {
        data = [];
        if (text.Length < 2 || text.Length % 2 != 0 || text[0] != '0' || text[1] != 'x')
        {
            return false;
        }

        var bytes = new byte[(text.Length - 2) / 2];
        if (!TryDecode(text[2..], bytes))
        {
            return false;
        }

        data = bytes;
        return true;
    }

    /// <summary>Reads exactly as many bytes as <paramref name="destination"/> has, after <c>0x</c>.</summary>
    public static bool TryParseFixed(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == 2 + (2 * destination.Length) && text[0] == '0' && text[1] == 'x' && TryDecode(text[2..], destination);

    /// <summary>Reads a QUANTITY of at most 256 bits. Leading zeros are tolerated, since some nodes send them; a sign is not.</summary>
    /// <exception cref="EvmFormatException">The text is something else.</exception>
    public static BigInteger ParseQuantity(ReadOnlySpan<char> text)
    {
        if (text.Length is < 3 or > 2 + MaxQuantityDigits || text[0] != '0' || text[1] != 'x')
        {
            throw NotQuantity(text, "256");
        }

        Span<char> padded = stackalloc char[MaxQuantityDigits];
        padded.Fill('0');
        text[2..].CopyTo(padded[(MaxQuantityDigits + 2 - text.Length)..]);
        Span<byte> bytes = stackalloc byte[32];
        return TryDecode(padded, bytes) ? new BigInteger(bytes, isUnsigned: true, isBigEndian: true) : throw NotQuantity(text, "256");
    }

    /// <summary>Reads a QUANTITY of at most 64 bits.</summary>
    /// <exception cref="EvmFormatException">The text is something else, or larger.</exception>
    public static ulong ParseQuantity64(ReadOnlySpan<char> text)
    {
        var value = ParseQuantity(text);
        return value <= ulong.MaxValue ? (ulong)value : throw NotQuantity(text, "64");
    }

    /// <summary>DATA text: <c>0x</c> and lower-case digits.</summary>
    public static string Format(ReadOnlySpan<byte> data) => string.Concat("0x", Convert.ToHexStringLower(data));

    /// <summary>QUANTITY text: <c>0x</c> and digits without leading zeros; zero is <c>0x0</c>.</summary>
    public static string FormatQuantity(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = Convert.ToHexStringLower(value.ToByteArray(isUnsigned: true, isBigEndian: true)).TrimStart('0');
        return digits.Length == 0 ? "0x0" : string.Concat("0x", digits);
    }

    /// <summary>Writes a non-negative number below 2^256 as a 32-byte big-endian word.</summary>
    /// <exception cref="EvmFormatException">The number does not fit.</exception>
    internal static void WriteWord(BigInteger value, Span<byte> word)
    {
        if (value.Sign < 0 || value.GetByteCount(isUnsigned: true) > 32)
        {
            throw new EvmFormatException("A number is negative or has more than 256 bits.");
        }

        word[..32].Clear();
        var length = value.GetByteCount(isUnsigned: true);
        value.TryWriteBytes(word[(32 - length)..32], out _, isUnsigned: true, isBigEndian: true);
    }

    internal static void WriteWord(ulong value, Span<byte> word)
    {
        word[..24].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(word[24..32], value);
    }

    internal static BigInteger ReadWord(ReadOnlySpan<byte> word) => new(word[..32], isUnsigned: true, isBigEndian: true);

    private static bool TryDecode(ReadOnlySpan<char> digits, Span<byte> destination) =>
        Convert.FromHexString(digits, destination, out var consumed, out var written) == System.Buffers.OperationStatus.Done
        && consumed == digits.Length && written == destination.Length;

    private static EvmFormatException NotQuantity(ReadOnlySpan<char> text, string bits) =>
        new($"{UntrustedText.Quote(text)} is not a quantity: expected 0x and hexadecimal digits of at most {bits} bits.");
}
