using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>A transaction with a gas price and an access list: <see href="https://eips.ethereum.org/EIPS/eip-2930">EIP-2930</see>, type
/// 1.</summary>
public sealed record Eip2930Transaction : EvmTransaction
{
    /// <summary>EIP-2718 type byte.</summary>
    internal const byte Type = 1;

    /// <summary>Wei per gas.</summary>
    public required BigInteger GasPrice { get; init; }

    /// <summary>Addresses and slots that are touched.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <inheritdoc/>
    public override BigInteger HighestGasPrice => GasPrice;

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
    public bool Equals(Eip2930Transaction? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    internal static Eip2930Transaction ReadFields(ref RlpReader rlp) => new()
    {
        ChainId = rlp.ReadInteger64(),
        Nonce = rlp.ReadInteger64(),
        GasPrice = rlp.ReadInteger(),
        GasLimit = rlp.ReadInteger64(),
        To = rlp.ReadAddress(),
        Value = rlp.ReadInteger(),
        Data = rlp.ReadBytes().ToArray(),
        AccessList = AccessListEntry.Read(ref rlp),
    };

    private void WriteFields(RlpWriter rlp)
    {
        rlp.Number(ChainId).Number(Nonce).Number(GasPrice).Number(GasLimit).Address(To).Number(Value).Bytes(Data.Span);
        AccessListEntry.Write(rlp, AccessList);
    }
}
