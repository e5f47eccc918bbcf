using CryptoMcp.Cryptography;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments;

/// <summary>A signature by a private key, as x402 carries it: <c>0x</c>, r, s, and v as 27 or 28.</summary>
public static class EvmSignature
{
    private const int Offset = 27;

    /// <summary>The text of a signature.</summary>
    /// <param name="signature">65 bytes: r, s, recovery id 0 or 1.</param>
    public static string Format(ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, Secp256k1.SignatureLength);
        Span<byte> wire = stackalloc byte[Secp256k1.SignatureLength];
        signature.CopyTo(wire);
        wire[64] += Offset;
        return Hex.Format(wire);
    }

    /// <summary>
    /// Who signed the digest; false when the text is no such signature. High s is refused: tokens refuse it too (EIP-2).
    /// </summary>
    public static bool TryRecover(string text, Hash32 digest, out EvmAddress signer)
    {
        signer = default;
        Span<byte> signature = stackalloc byte[Secp256k1.SignatureLength];
        if (!Hex.TryParseFixed(text, signature) || signature[64] is not (27 or 28))
        {
            return false;
        }

        signature[64] -= Offset;
        Span<byte> digestBytes = stackalloc byte[Hash32.Size];
        digest.WriteTo(digestBytes);
        Span<byte> publicKey = stackalloc byte[Secp256k1.PublicKeyLength];
        if (!Secp256k1.TryRecover(digestBytes, signature, publicKey) || !Secp256k1.Verify(publicKey, digestBytes, signature[..64]))
        {
            return false;
        }

        signer = EvmAddress.FromPublicKey(publicKey);
        return true;
    }
}
