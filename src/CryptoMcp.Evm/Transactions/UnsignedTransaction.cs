namespace CryptoMcp.Evm;

/// <summary>Reads transactions back from the bytes whose hash is signed.</summary>
public static class UnsignedTransaction
{
    /// <summary>Reads what <see cref="EvmTransaction.EncodeUnsigned"/> wrote; encoding the result again gives the same bytes.</summary>
    /// <exception cref="EvmFormatException">The bytes are no canonical unsigned transaction of type 0 (EIP-155), 1 or 2.</exception>
    public static EvmTransaction Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new EvmFormatException("A transaction is empty.");
        }

        var isTyped = bytes[0] is Eip1559Transaction.Type or Eip2930Transaction.Type;
        var outer = new RlpReader(isTyped ? bytes[1..] : bytes);
        var rlp = outer.ReadList();
        outer.End();
        EvmTransaction transaction = bytes[0] switch
        {
            Eip1559Transaction.Type => Eip1559Transaction.ReadFields(ref rlp),
            Eip2930Transaction.Type => Eip2930Transaction.ReadFields(ref rlp),
            _ => ReadLegacy(ref rlp),
        };
        rlp.End();
        return transaction.ChainId != 0 && transaction.EncodeUnsigned().AsSpan().SequenceEqual(bytes)
            ? transaction
            : throw new EvmFormatException("An unsigned transaction is not in canonical form, or names no chain.");
    }

    private static LegacyTransaction ReadLegacy(ref RlpReader rlp)
    {
        var transaction = LegacyTransaction.ReadFields(ref rlp);
        var chainId = rlp.ReadInteger64();
        return rlp.ReadInteger().IsZero && rlp.ReadInteger().IsZero
            ? transaction with { ChainId = chainId }
            : throw new EvmFormatException("An unsigned legacy transaction must end in chain id, 0, 0 (EIP-155).");
    }
}
