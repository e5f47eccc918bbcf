using CryptoMcp.Cryptography;

namespace CryptoMcp.Evm;

/// <summary>A signed transaction with what follows from its bytes: sender and hash.</summary>
/// <param name="Transaction">What was signed.</param>
/// <param name="Sender">The account that signed, recovered from the signature.</param>
/// <param name="Hash">Transaction hash.</param>
/// <param name="Raw">The bytes.</param>
public sealed record SignedTransaction(EvmTransaction Transaction, EvmAddress Sender, Hash32 Hash, ReadOnlyMemory<byte> Raw)
{
    /// <summary>
    /// Reads a signed transaction of type 0 (legacy), 1 (EIP-2930) or 2 (EIP-1559). Its encoding must be canonical, so
    /// encoding the result again gives the same bytes.
    /// </summary>
    /// <exception cref="EvmFormatException">The bytes are no such transaction; other types, such as blobs and EIP-7702, are
    /// refused.</exception>
    public static SignedTransaction Decode(ReadOnlyMemory<byte> raw)
    {
        var bytes = raw.Span;
        if (bytes.IsEmpty)
        {
            throw new EvmFormatException("A transaction is empty.");
        }

        var (transaction, signature) = bytes[0] switch
        {
            Eip1559Transaction.Type or Eip2930Transaction.Type => DecodeTyped(bytes[0], bytes[1..]),
            >= 0xc0 => DecodeLegacy(bytes),
            var type => throw new EvmFormatException($"A transaction of type {type} is not supported."),
        };
        if (transaction.Nonce == ulong.MaxValue)
        {
            throw new EvmFormatException("A transaction's nonce is above 2^64 - 2 (EIP-2681).");
        }

        return new(transaction, Recover(transaction.SigningDigest(), signature), Hash32.Keccak(bytes), raw);
    }

    /// <summary>The account whose signature over the digest this is.</summary>
    /// <param name="digest">What was signed.</param>
    /// <param name="signature65">r, s and recovery id.</param>
    /// <exception cref="EvmFormatException">No account can have made the signature.</exception>
    public static EvmAddress Recover(Hash32 digest, ReadOnlySpan<byte> signature65)
    {
        Span<byte> digestBytes = stackalloc byte[Hash32.Size];
        digest.WriteTo(digestBytes);
        Span<byte> publicKey = stackalloc byte[64];
        return Secp256k1.TryRecover(digestBytes, signature65, publicKey)
            ? EvmAddress.FromPublicKey(publicKey)
            : throw new EvmFormatException("No account can have made this signature.");
    }

    private static (EvmTransaction Transaction, byte[] Signature65) DecodeTyped(byte type, ReadOnlySpan<byte> payload)
    {
        var outer = new RlpReader(payload);
        var rlp = outer.ReadList();
        outer.End();
        EvmTransaction transaction = type == Eip1559Transaction.Type
            ? Eip1559Transaction.ReadFields(ref rlp)
            : Eip2930Transaction.ReadFields(ref rlp);
        if (transaction.ChainId == 0)
        {
            throw new EvmFormatException("A typed transaction names chain 0.");
        }

        var parity = rlp.ReadInteger();
        var signature = ReadSignature(ref rlp, parity <= 1 ? (int)parity : -1);
        return (transaction, signature);
    }

    private static (EvmTransaction Transaction, byte[] Signature65) DecodeLegacy(ReadOnlySpan<byte> bytes)
    {
        var outer = new RlpReader(bytes);
        var rlp = outer.ReadList();
        outer.End();
        var transaction = LegacyTransaction.ReadFields(ref rlp);

        // EIP-155: v is 27 or 28 without a chain id, else 35 + 2 * chain id + parity.
        var v = rlp.ReadInteger();
        if (v == 27 || v == 28)
        {
            return (transaction, ReadSignature(ref rlp, (int)v - 27));
        }

        var chainId = (v - 35) / 2;
        return v >= 37 && chainId <= ulong.MaxValue
            ? (transaction with { ChainId = (ulong)chainId }, ReadSignature(ref rlp, (int)((v - 35) % 2)))
            : throw new EvmFormatException("A legacy transaction's v is neither 27, 28 nor an EIP-155 value.");
    }

    private static byte[] ReadSignature(ref RlpReader rlp, int recoveryId)
    {
        var r = rlp.ReadInteger();
        var signature = TransactionSignature.Check(r, rlp.ReadInteger(), recoveryId);
        rlp.End();
        var bytes = new byte[65];
        signature.WriteTo(bytes);
        return bytes;
    }
}
