using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>A transaction with a fee cap and a priority fee: <see href="https://eips.ethereum.org/EIPS/eip-1559">EIP-1559</see>, type
/// 2.</summary>
public sealed record Eip1559Transaction : EvmTransaction
{
    /// <summary>EIP-2718 type byte.</summary>
    internal const byte Type = 2;

    /// <summary>Wei per gas for whoever includes the transaction; at most <see cref="MaxFeePerGas"/>.</summary>
    public required BigInteger MaxPriorityFeePerGas { get; init; }

    /// <summary>Wei per gas at most, base fee and priority fee together.</summary>
    public required BigInteger MaxFeePerGas { get; init; }

    /// <summary>Addresses and slots that are touched.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override BigInteger HighestGasPrice => MaxFeePerGas;

    /// <inheritdoc/>
    public override byte[] EncodeUnsigned()
    {
        var rlp = new RlpWriter(256 + Data.Length).BeginList();
        WriteFields(rlp);
        return TypedEnvelope.Wrap(Type, rlp.EndList().Written);
    }

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> signature65)
    {
        var signature = TransactionSignature.Parse(signature65);
        var rlp = new RlpWriter(256 + Data.Length).BeginList();
        WriteFields(rlp);
        rlp.Number((ulong)signature.RecoveryId).Number(signature.R).Number(signature.S);
        return TypedEnvelope.Wrap(Type, rlp.EndList().Written);
    }

    /// <inheritdoc/>
    public bool Equals(Eip1559Transaction? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    internal static Eip1559Transaction ReadFields(ref RlpReader rlp) => new()
    {
        ChainId = rlp.ReadInteger64(),
        Nonce = rlp.ReadInteger64(),
        MaxPriorityFeePerGas = rlp.ReadInteger(),
        MaxFeePerGas = rlp.ReadInteger(),
        GasLimit = rlp.ReadInteger64(),
        To = rlp.ReadAddress(),
        Value = rlp.ReadInteger(),
        Data = rlp.ReadBytes().ToArray(),
        AccessList = AccessListEntry.Read(ref rlp),
    };

    private void WriteFields(RlpWriter rlp)
    {
        rlp.Number(ChainId).Number(Nonce).Number(MaxPriorityFeePerGas).Number(MaxFeePerGas).Number(GasLimit)
            .Address(To).Number(Value).Bytes(Data.Span);
        AccessListEntry.Write(rlp, AccessList);
    }
}
