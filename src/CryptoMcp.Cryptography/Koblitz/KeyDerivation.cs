using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>What is computed from a private key without signing. Constant time; leaves nothing behind.</summary>
internal static class KeyDerivation
{
    /// <summary>Writes d·G. The key is valid.</summary>
    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        Scalar key = default;
        JacobianPoint product = default;
        AffinePoint point = default;
        Scalar.Read(ref key, privateKey);
        GeneratorMultiplication.Multiply(ref product, key);
        JacobianPoint.ToAffine(ref point, product);
        point.Write(publicKey);
        Clear(ref key);
        StackScrub.Run();
    }

    /// <summary>
    /// key := key + tweak mod n, the step of BIP-32. False, and the key is unchanged, when the tweak is n or more or the sum is zero.
    /// </summary>
    public static bool TryAddTweak(Span<byte> key, ReadOnlySpan<byte> tweak)
    {
        Scalar k = default, t = default;
        Scalar.Read(ref k, key);
        bool valid = Scalar.Read(ref t, tweak);
        Scalar.Add(ref k, k, t);
        valid &= !k.IsZero;
        if (valid)
        {
            k.Write(key);
        }

        Clear(ref k);
        Clear(ref t);
        return valid;
    }

    private static unsafe void Clear(ref Scalar secret) =>
        CryptographicOperations.ZeroMemory(new Span<byte>(Unsafe.AsPointer(ref secret), sizeof(Scalar)));
}
