using System.Numerics;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests;

/// <summary>Numbers between their forms, and numbers that are likely to find a fault.</summary>
internal static class Numbers
{
    /// <summary>32 big-endian bytes.</summary>
    public static byte[] ToBytes(BigInteger value)
    {
        var bytes = new byte[32];
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }

    public static BigInteger FromBytes(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static FieldElement ToField(BigInteger value)
    {
        FieldElement element = default;
        element.SetWords(Word(value, 0), Word(value, 1), Word(value, 2), Word(value, 3));
        return element;
    }

    public static BigInteger ToNumber(FieldElement element)
    {
        FieldElement.Normalize(ref element);
        var bytes = new byte[32];
        element.Write(bytes);
        return FromBytes(bytes);
    }

    public static Scalar ToScalar(BigInteger value) => new(Word(value, 0), Word(value, 1), Word(value, 2), Word(value, 3));

    public static BigInteger ToNumber(in Scalar scalar)
    {
        var bytes = new byte[32];
        scalar.Write(bytes);
        return FromBytes(bytes);
    }

    /// <summary>256 bits that are random, or have long runs of ones or zeros: those reach the carries.</summary>
    public static BigInteger Awkward(Random random)
    {
        var bytes = new byte[33];
        random.NextBytes(bytes.AsSpan(0, 32));
        switch (random.Next(8))
        {
            case 0:
                bytes.AsSpan(8, 24).Fill(255);
                break;
            case 1:
                bytes.AsSpan(4, 28).Clear();
                break;
            case 2:
                bytes.AsSpan(0, 20).Fill(255);
                break;
            default:
                break;
        }

        return new BigInteger(bytes);
    }

    /// <summary>Private keys at the edges: small, near n, 2^256 - n, and all odd multiples of 2^253 from -63 to 63.</summary>
    public static IEnumerable<byte[]> EdgeKeys()
    {
        BigInteger n = ReferenceCurves.SecpN;
        for (int i = 1; i <= 40; i++)
        {
            yield return ToBytes(i);
            yield return ToBytes(n - i);
        }

        yield return ToBytes(BigInteger.Pow(2, 256) - n);
        for (int i = -63; i <= 63; i += 2)
        {
            // -47·2^253 is the one scalar whose last window meets a point with itself.
            yield return ToBytes(ReferenceCurves.Mod(i * BigInteger.Pow(2, 253), n));
        }
    }

    private static ulong Word(BigInteger value, int index) => (ulong)((value >> (64 * index)) & ulong.MaxValue);
}
