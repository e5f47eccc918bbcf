using CryptoMcp.Cryptography;

namespace CryptoMcp.Evm.Tests;

/// <summary>Signs with a key, as the guard's key backend does.</summary>
internal static class Signing
{
    public static byte[] Sign(Hash32 digest, ReadOnlySpan<byte> privateKey)
    {
        var signature = new byte[65];
        Secp256k1.Sign(privateKey, digest.ToArray(), signature);
        return signature;
    }

    public static byte[] Sign(this EvmTransaction transaction, ReadOnlySpan<byte> privateKey) =>
        transaction.Encode(Sign(transaction.SigningDigest(), privateKey));

    /// <summary>Signature as Ethereum text carries it: r, s, and v = 27 + recovery id.</summary>
    public static string Text(byte[] signature65)
    {
        var bytes = signature65.ToArray();
        bytes[64] += 27;
        return Hex.Format(bytes);
    }
}
