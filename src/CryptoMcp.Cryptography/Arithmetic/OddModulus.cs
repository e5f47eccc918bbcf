namespace CryptoMcp.Cryptography.Arithmetic;

/// <summary>An odd modulus below 2^256 for <see cref="SafeGcd"/>: five signed limbs of 62 bits, and its inverse mod 2^62.</summary>
internal sealed class OddModulus
{
    private const ulong Mask62 = ulong.MaxValue >> 2;

    /// <summary>Takes the modulus as four 64-bit words, lowest first.</summary>
    public OddModulus(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        Limb0 = (long)(w0 & Mask62);
        Limb1 = (long)((w0 >> 62 | w1 << 2) & Mask62);
        Limb2 = (long)((w1 >> 60 | w2 << 4) & Mask62);
        Limb3 = (long)((w2 >> 58 | w3 << 6) & Mask62);
        Limb4 = (long)(w3 >> 56);
        ulong inverse = 1;
        for (int i = 0; i < 6; i++)
        {
            inverse *= 2 - w0 * inverse; // Newton: each turn doubles the number of right bits
        }

        InverseMod62 = inverse & Mask62;
    }

    public long Limb0 { get; }

    public long Limb1 { get; }

    public long Limb2 { get; }

    public long Limb3 { get; }

    public long Limb4 { get; }

    public ulong InverseMod62 { get; }
}
