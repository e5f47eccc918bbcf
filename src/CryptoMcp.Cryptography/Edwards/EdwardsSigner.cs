using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Arithmetic;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>Key derivation and signing (RFC 8032, 5.1.5 and 5.1.6), constant time, with a proof of the signature before it leaves.</summary>
/// <remarks>
/// The proof mirrors that of secp256k1 (Koblitz/SignatureProof): S = r + h·a is computed again from the bytes that leave, R and A are
/// proved by one more multiplication with another scalar, (a - r)·B + R = A. A given public key that is not A is thereby refused, which
/// closes the attack on signers that take A on trust. Both points are known before R is written, so they share one inversion, and the
/// bytes of R are compared with the point that was proved instead of being decompressed, which would cost a square root.
/// </remarks>
internal static unsafe class EdwardsSigner
{
    /// <summary>Everything that must not outlive a signature.</summary>
    private struct Secrets
    {
        public fixed byte Expanded[64];
        public fixed ulong Key[4], Nonce[4], Difference[4], Sum[4], Wide[8];
        public EdwardsPoint Point, Other;
    }

    [SkipLocalsInit]
    public static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        Unsafe.SkipInit(out Secrets secrets);
        Expand(&secrets, seed);
        BasePointMultiplication.Multiply(ref secrets.Point, new ReadOnlySpan<ulong>(secrets.Key, 4));
        secrets.Point.Write(publicKey);
        Clear(&secrets);
    }

    /// <summary>Writes R and S. False, and zeros, when the proof fails or the public key is not that of the seed.</summary>
    [SkipLocalsInit]
    public static bool TrySign(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature, bool prove = true)
    {
        Unsafe.SkipInit(out Secrets secrets);
        bool proved = false;
        try
        {
            Expand(&secrets, seed);
            Span<ulong> key = new(secrets.Key, 4), nonce = new(secrets.Nonce, 4);
            Span<ulong> challenge = stackalloc ulong[EdwardsScalar.WordCount];
            Span<ulong> s = stackalloc ulong[EdwardsScalar.WordCount];
            MessageHash.Reduce(nonce, new ReadOnlySpan<byte>(secrets.Expanded + 32, 32), default, message);
            BasePointMultiplication.Multiply(ref secrets.Point, nonce);
            bool committed = true;
            if (prove)
            {
                committed = WriteProved(&secrets, publicKey, signature);
            }
            else
            {
                secrets.Point.Write(signature);
            }

            MessageHash.Reduce(challenge, signature[..32], publicKey, message);
            EdwardsScalar.MultiplyAdd(s, challenge, key, nonce);
            EdwardsScalar.Store(signature[32..], s);
            proved = !prove || (committed & Check(&secrets, seed, publicKey, message, signature));
            return proved;
        }
        finally
        {
            Clear(&secrets);
            if (!proved)
            {
                signature.Clear();
            }
        }
    }

    /// <summary>Writes R; false unless (a - r)·B + R = A.</summary>
    private static bool WriteProved(Secrets* secrets, ReadOnlySpan<byte> publicKey, Span<byte> signature)
    {
        Span<ulong> difference = new(secrets->Difference, 4);
        Span<byte> encoded = stackalloc byte[32];
        EdwardsScalar.Subtract(difference, new ReadOnlySpan<ulong>(secrets->Key, 4), new ReadOnlySpan<ulong>(secrets->Nonce, 4));
        BasePointMultiplication.Multiply(ref secrets->Other, difference);
        EdwardsPoint.Add(ref secrets->Other, secrets->Other, secrets->Point.ToOperand(), subtract: false, withT: false);
        bool written = EdwardsPoint.TryWriteBoth(secrets->Point, secrets->Other, signature[..32], encoded);
        return written & encoded.SequenceEqual(publicKey);
    }

    /// <summary>S is canonical, and is r + h·a with everything read again.</summary>
    private static bool Check(
        Secrets* secrets, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<ulong> sum = new(secrets->Sum, 4);
        Span<ulong> challenge = stackalloc ulong[EdwardsScalar.WordCount];
        Span<ulong> s = stackalloc ulong[EdwardsScalar.WordCount];
        Expand(secrets, seed);
        EdwardsScalar.Load(s, signature[32..]);
        MessageHash.Reduce(challenge, signature[..32], publicKey, message);
        EdwardsScalar.MultiplyAdd(sum, challenge, new ReadOnlySpan<ulong>(secrets->Key, 4), new ReadOnlySpan<ulong>(secrets->Nonce, 4));
        return EdwardsScalar.IsReduced(s)
            & CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(s), MemoryMarshal.AsBytes(sum));
    }

    /// <summary>Hashes the seed into the secret scalar mod L and the prefix of nonces. a·B is the same for a mod L: B has order L.</summary>
    private static void Expand(Secrets* secrets, ReadOnlySpan<byte> seed)
    {
        Span<byte> expanded = new(secrets->Expanded, 64);
        Span<ulong> wide = new(secrets->Wide, 8);
        SHA512.HashData(seed, expanded);
        expanded[0] &= 248;
        expanded[31] &= 127;
        expanded[31] |= 64;
        wide.Clear();
        EdwardsScalar.Load(wide[..4], expanded);
        EdwardsScalar.Reduce(new Span<ulong>(secrets->Key, 4), wide);
    }

    private static void Clear(Secrets* secrets)
    {
        CryptographicOperations.ZeroMemory(new Span<byte>(secrets, sizeof(Secrets)));
        StackScrub.Run();
    }
}
