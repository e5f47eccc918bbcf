using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// A transaction with a gas price, bound to its chain by <see href="https://eips.ethereum.org/EIPS/eip-155">EIP-155</see>.
/// With chain id 0 it is of the kind from before EIP-155, valid on every chain: such are decoded, and encoded for tests.
/// </summary>
public sealed record LegacyTransaction : EvmTransaction
{
    /// <summary>Wei per gas.</summary>
    public required BigInteger GasPrice { get; init; }

    /// <inheritdoc/>
    public override BigInteger HighestGasPrice => GasPrice;

    /// <inheritdoc/>
    public override byte[] EncodeUnsigned()
    {
        var rlp = new RlpWriter(128 + Data.Length).BeginList();
        WriteFields(rlp);
        if (ChainId != 0)
        {
            rlp.Number(ChainId).Number(0).Number(0);
        }

        return rlp.EndList().ToArray();
    }

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> signature65)
    {
        var signature = TransactionSignature.Parse(signature65);
        var v = ChainId == 0 ? 27 + signature.RecoveryId : (2 * (BigInteger)ChainId) + 35 + signature.RecoveryId;
        var rlp = new RlpWriter(128 + Data.Length).BeginList();
        WriteFields(rlp);
        return rlp.Number(v).Number(signature.R).Number(signature.S).EndList().ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(LegacyTransaction? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <summary>Reads the six fields; the chain id follows from the signature's v.</summary>
    internal static LegacyTransaction ReadFields(ref RlpReader rlp) => new()
    {
        ChainId = 0,
        Nonce = rlp.ReadInteger64(),
        GasPrice = rlp.ReadInteger(),
        GasLimit = rlp.ReadInteger64(),
        To = rlp.ReadAddress(),
        Value = rlp.ReadInteger(),
        Data = rlp.ReadBytes().ToArray(),
    };

    private void WriteFields(RlpWriter rlp) =>
        rlp.Number(Nonce).Number(GasPrice).Number(GasLimit).Address(To).Number(Value).Bytes(Data.Span);
}
