using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <content>Inverse and square root.</content>
internal partial struct FieldElement
{
    /// <summary>r := 1/a, or 0 for 0; normalized.</summary>
    public static void Invert(ref FieldElement r, FieldElement a)
    {
        Normalize(ref a);
        a.GetWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        SafeGcd.Inverse(ref w0, ref w1, ref w2, ref w3, s_modulus);
        r.SetWords(w0, w1, w2, w3);
    }

    /// <summary>r := a^((p+1)/4), the square root of a if it has one. For public values.</summary>
    /// <returns>Whether a has a square root.</returns>
    public static bool TrySquareRootVar(ref FieldElement r, in FieldElement a)
    {
        // (p+1)/4 in binary: 223 ones, a zero, 22 ones, four zeros, two ones, two zeros. xN stands for a^(2^N - 1).
        FieldElement x2 = default, x3 = default, x6 = default, x9 = default, x11 = default;
        FieldElement x22 = default, x44 = default, x88 = default, t = default;
        SquareRepeatedly(ref x2, a, 1);
        Multiply(ref x2, x2, a);
        SquareRepeatedly(ref x3, x2, 1);
        Multiply(ref x3, x3, a);
        SquareRepeatedly(ref x6, x3, 3);
        Multiply(ref x6, x6, x3);
        SquareRepeatedly(ref x9, x6, 3);
        Multiply(ref x9, x9, x3);
        SquareRepeatedly(ref x11, x9, 2);
        Multiply(ref x11, x11, x2);
        SquareRepeatedly(ref x22, x11, 11);
        Multiply(ref x22, x22, x11);
        SquareRepeatedly(ref x44, x22, 22);
        Multiply(ref x44, x44, x22);
        SquareRepeatedly(ref x88, x44, 44);
        Multiply(ref x88, x88, x44);
        SquareRepeatedly(ref t, x88, 88);
        Multiply(ref t, t, x88);
        SquareRepeatedly(ref t, t, 44);
        Multiply(ref t, t, x44);
        SquareRepeatedly(ref t, t, 3);
        Multiply(ref t, t, x3);
        SquareRepeatedly(ref t, t, 23);
        Multiply(ref t, t, x22);
        SquareRepeatedly(ref t, t, 6);
        Multiply(ref t, t, x2);
        SquareRepeatedly(ref t, t, 2);

        FieldElement square = default, difference = default;
        Square(ref square, t);
        Negate(ref difference, square, 1);
        Add(ref difference, a);
        r = t;
        return IsZero(difference);
    }
}
