using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>ECDSA signing with all secrets in one place on the stack, which is cleared whatever happens. No heap memory.</summary>
internal static class Signer
{
    /// <summary>Everything that must not outlive a signature.</summary>
    private struct Secrets
    {
        public DeterministicNonce Generator;
        public Scalar Key, Nonce, Inverse, Sum, Negative;
        public JacobianPoint Point;
        public SignatureProof.Secrets Proof;
    }

    /// <summary>
    /// Writes r, s and the recovery id, and proves them before it returns: see <see cref="SignatureProof"/>.
    /// </summary>
    /// <param name="privateKey">A valid private key.</param>
    /// <param name="publicKey">The matching public key, or empty to prove the signature without one.</param>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">65 bytes; all zero if the proof fails.</param>
    /// <param name="prove">False only in benchmarks that measure what the proof costs.</param>
    /// <returns>Whether the signature was proved.</returns>
    [SkipLocalsInit]
    public static bool TrySign(
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature, bool prove = true)
    {
        Unsafe.SkipInit(out Secrets secrets);
        bool proved = false;
        try
        {
            AffinePoint commitment = Compute(ref secrets, privateKey, digest, signature);
            proved = !prove || SignatureProof.Check(
                ref secrets.Proof, secrets.Nonce, commitment, privateKey, publicKey, digest, signature);
            return proved;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(
                MemoryMarshal.CreateSpan(ref Unsafe.As<Secrets, byte>(ref secrets), Unsafe.SizeOf<Secrets>()));
            StackScrub.Run();
            if (!proved)
            {
                signature.Clear();
            }
        }
    }

    /// <summary>RFC 6979 and SEC 1, 4.1.3; returns R = nonce·G.</summary>
    private static AffinePoint Compute(ref Secrets secrets, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Scalar z = default, r = default, s = default;
        Scalar.Read(ref secrets.Key, privateKey);
        Scalar.Read(ref z, digest);
        secrets.Generator.Initialize(privateKey, z);
        while (true)
        {
            secrets.Generator.Next(ref secrets.Nonce, out bool inRange);
            if (!inRange)
            {
                continue;
            }

            GeneratorMultiplication.Multiply(ref secrets.Point, secrets.Nonce);
            AffinePoint commitment = default;
            JacobianPoint.ToAffine(ref commitment, secrets.Point);
            commitment.X.Write(signature);

            // x of n or more (odds 2^-128) would need recovery ids 2 and 3, which no chain takes: draw again.
            bool fits = Scalar.Read(ref r, signature);
            if (!fits || r.IsZero)
            {
                continue;
            }

            Scalar.Multiply(ref secrets.Sum, r, secrets.Key);
            Scalar.Add(ref secrets.Sum, secrets.Sum, z);
            Scalar.Invert(ref secrets.Inverse, secrets.Nonce);
            Scalar.Multiply(ref s, secrets.Sum, secrets.Inverse);
            if (s.IsZero)
            {
                continue;
            }

            // Masked, not branched: with a branch on s > n/2 the timing told it apart (dudect |t| of 15).
            ulong high = s.IsHigh;
            Scalar.Negate(ref secrets.Negative, s);
            Scalar.ConditionalMove(ref s, secrets.Negative, 0 - high);
            s.Write(signature[32..]);
            signature[64] = (byte)(commitment.Y.Parity ^ high);
            return commitment;
        }
    }
}
