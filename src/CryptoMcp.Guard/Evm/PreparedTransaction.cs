using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Evm;

/// <summary>A planned transaction that lacks only its nonce.</summary>
internal sealed class PreparedTransaction(EvmTransaction transaction, NonceScope scope) : IPreparedSpend
{
    /// <inheritdoc/>
    public string Rail => EvmTransactionRail.RailName;

    /// <inheritdoc/>
    public NonceScope NonceScope => scope;

    /// <inheritdoc/>
    public SigningMaterial Materialise(SigningSlot slot) => EvmMaterial.Of(transaction with
    {
        Nonce = slot.Nonce ?? throw new InvalidOperationException("A transaction needs a nonce."),
    });

    /// <summary>A transaction with nonce 0, legacy where the chain knows no base fee.</summary>
    public static EvmTransaction Build(ulong chain, EvmAddress to, BigInteger value, ReadOnlyMemory<byte> data, FeeQuote fees, ulong gas) => fees.IsLegacy
        ? new LegacyTransaction { ChainId = chain, Nonce = 0, GasLimit = gas, To = to, Value = value, Data = data, GasPrice = fees.MaxFeePerGas }
        : new Eip1559Transaction
        {
            ChainId = chain,
            Nonce = 0,
            GasLimit = gas,
            To = to,
            Value = value,
            Data = data,
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
        };
}
