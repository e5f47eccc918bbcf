using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>Transactions that take the place of another at the same nonce.</summary>
internal static class EvmReplacement
{
    private const ulong PlainTransferGas = 21_000;

    /// <summary>
    /// A transfer of nothing to oneself, dearer than what it replaces by what nodes demand, on both fee fields.
    /// </summary>
    public static EvmTransaction Cancel(EvmTransaction replaced, EvmAddress account, FeeQuote fees) => replaced switch
    {
        Eip1559Transaction transaction => transaction with
        {
            To = account,
            Value = BigInteger.Zero,
            Data = default,
            AccessList = [],
            GasLimit = GasOf(transaction),
            MaxPriorityFeePerGas = fees.ToReplace(transaction.MaxFeePerGas, transaction.MaxPriorityFeePerGas).MaxPriorityFeePerGas,
            MaxFeePerGas = fees.ToReplace(transaction.MaxFeePerGas, transaction.MaxPriorityFeePerGas).MaxFeePerGas,
        },
        LegacyTransaction transaction => transaction with
        {
            To = account,
            Value = BigInteger.Zero,
            Data = default,
            GasLimit = GasOf(transaction),
            GasPrice = fees.ToReplace(transaction.GasPrice, transaction.GasPrice).MaxFeePerGas,
        },
        _ => throw new InvalidOperationException($"A {replaced.GetType().Name} was never sent from here."),
    };

    /// <summary>What the cancellation takes: its fee.</summary>
    public static Spend CancelSpend(Payment payment, Amount fee) => new()
    {
        Operation = Operations.Cancel,
        Account = payment.Account,
        Client = payment.Client,
        Chain = payment.Account.Chain,
        Effects = [new Effect.Fee(fee)],
    };

    /// <summary>The worst fee that was reserved.</summary>
    public static Amount FeeAtMost(Payment payment, EvmChain chain) => PaymentFacts.Read(payment).Effects
        .Where(e => e.Kind == "fee")
        .Select(e => ((Effect.Fee)e.ToEffect()).Amount)
        .Aggregate(Amount.Zero(chain.Native), (sum, fee) => sum + fee);

    // zkSync Era needs more than 21,000 for anything; what the payment itself was given is enough there.
    private static ulong GasOf(EvmTransaction replaced) => EvmGas.PricesStorage(replaced.ChainId) ? replaced.GasLimit : PlainTransferGas;
}

/// <summary>An EVM transaction as the ledger records it.</summary>
internal static class EvmMaterial
{
    public static SigningMaterial Of(EvmTransaction transaction, IReadOnlyList<Ledger.Charge>? charges = null)
    {
        var unsigned = transaction.EncodeUnsigned();
        return new()
        {
            Digest = Convert.ToHexStringLower(Hash32.Keccak(unsigned).ToArray()),
            UnsignedBytes = Convert.ToHexStringLower(unsigned),
            Charges = charges,
        };
    }
}
