namespace CryptoMcp.Cryptography;

/// <summary>
/// Base58 with the Bitcoin alphabet, of any length, without a checksum: Solana addresses, signatures and block hashes.
/// A leading zero byte is a leading '1'. Source: draft-msporny-base58-03.
/// </summary>
public static class Base58
{
    /// <summary>Longest input taken, in bytes or characters: the conversion is quadratic, and no wallet datum is longer.</summary>
    public const int MaxLength = 2048;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>58^5: five digits fit a 32-bit limb, so the long division runs a fifth as often.</summary>
    private const uint LimbBase = 656_356_768;

    private const int DigitsPerLimb = 5;

    private static ReadOnlySpan<byte> DigitOf =>
    [
        // 255 marks characters outside the alphabet; index is the ASCII code.
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 255, 255, 255,
        255, 9, 10, 11, 12, 13, 14, 15, 16, 255, 17, 18, 19, 20, 21, 255,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 255, 255, 255, 255, 255,
        255, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 255, 44, 45, 46,
        47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 255, 255, 255, 255, 255,
    ];

    /// <summary>Writes <paramref name="bytes"/> as base58 text.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxLength"/> bytes.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            throw new ArgumentException($"Base58 input is limited to {MaxLength} bytes.", nameof(bytes));
        }

        int zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        ReadOnlySpan<byte> rest = bytes[zeros..];

        // log(256)/log(58) is 1.3658; 1.4 digits per byte is always enough.
        int limbCount = (rest.Length * 14 / 10 + 1) / DigitsPerLimb + 1;
        Span<uint> limbs = limbCount <= 64 ? stackalloc uint[64] : new uint[limbCount];
        limbs = limbs[..limbCount];
        limbs.Clear();
        int used = 0;
        foreach (byte value in rest)
        {
            ulong carry = value;
            for (int i = 0; i < used || carry != 0; i++)
            {
                carry += (ulong)limbs[i] << 8;
                limbs[i] = (uint)(carry % LimbBase);
                carry /= LimbBase;
                used = Math.Max(used, i + 1);
            }
        }

        Span<char> digits = limbCount <= 64 ? stackalloc char[64 * DigitsPerLimb] : new char[limbCount * DigitsPerLimb];
        int length = 0;
        for (int i = 0; i < used; i++)
        {
            uint limb = limbs[i];
            for (int d = 0; d < DigitsPerLimb; d++)
            {
                digits[length++] = Alphabet[(int)(limb % 58)];
                limb /= 58;
            }
        }

        while (length > 0 && digits[length - 1] == '1')
        {
            length--;
        }

        Span<char> text = digits[..length];
        text.Reverse();
        return zeros == 0 ? new string(text) : string.Concat(new string('1', zeros), text);
    }

    /// <summary>Reads base58 text. False for a character outside the alphabet, or more than <see cref="MaxLength"/> characters.</summary>
    /// <param name="text">Base58 digits without white space.</param>
    /// <param name="bytes">What the text stands for; empty when it is refused.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > MaxLength)
        {
            return false;
        }

        int zeros = text.IndexOfAnyExcept('1');
        zeros = zeros < 0 ? text.Length : zeros;
        ReadOnlySpan<char> rest = text[zeros..];
        int limbCount = rest.Length * 6 / 32 + 1; // a base58 digit carries less than 6 bits
        Span<uint> limbs = limbCount <= 64 ? stackalloc uint[64] : new uint[limbCount];
        limbs = limbs[..limbCount];
        limbs.Clear();
        int used = 0;
        while (!rest.IsEmpty)
        {
            int take = Math.Min(DigitsPerLimb, rest.Length);
            uint scale = 1;
            uint chunk = 0;
            foreach (char c in rest[..take])
            {
                if (c >= 128 || DigitOf[c] == 255)
                {
                    return false;
                }

                chunk = chunk * 58 + DigitOf[c];
                scale *= 58;
            }

            ulong carry = chunk;
            for (int i = 0; i < used || carry != 0; i++)
            {
                carry += (ulong)limbs[i] * scale;
                limbs[i] = (uint)carry;
                carry >>= 32;
                used = Math.Max(used, i + 1);
            }

            rest = rest[take..];
        }

        while (used > 0 && limbs[used - 1] == 0)
        {
            used--;
        }

        int significant = used == 0 ? 0 : 4 * used - System.Numerics.BitOperations.LeadingZeroCount(limbs[used - 1]) / 8;
        bytes = new byte[zeros + significant];
        for (int i = 0; i < significant; i++)
        {
            bytes[^(i + 1)] = (byte)(limbs[i / 4] >> (8 * (i % 4)));
        }

        return true;
    }

    /// <summary>Reads base58 text that must stand for exactly as many bytes as <paramref name="destination"/> holds.</summary>
    /// <returns>False when the text is not base58 or stands for another length; the destination is then unchanged.</returns>
    public static bool TryDecodeExact(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (!TryDecode(text, out byte[] bytes) || bytes.Length != destination.Length)
        {
            return false;
        }

        bytes.CopyTo(destination);
        return true;
    }
}
