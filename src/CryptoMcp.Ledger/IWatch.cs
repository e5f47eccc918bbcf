using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>
/// How guards that share a ledger divide looking after open payments. It saves work and decides nothing about money: two
/// guards that look after one payment record the same steps, of which the ledger takes one.
/// </summary>
public interface IWatch
{
    /// <summary>True while it is this guard's turn to follow the account's payments on its chain.</summary>
    bool Follows(AccountId account);

    /// <summary>This guard cannot ask the account's chain at present; another may try.</summary>
    void Pass(AccountId account);

    /// <summary>
    /// Payments that a guard left before it handed their bytes out, and that nobody works on now: reserved ones were never
    /// signed, the others may have been and are to be signed again, which gives the same bytes.
    /// </summary>
    IReadOnlyList<Payment> Abandoned();
}

/// <summary>The watch of a guard that has its ledger alone: whatever was open when it started was left by a crash.</summary>
internal sealed class LoneWatch(IReadOnlyList<Payment> openAtStart, Func<string, Payment?> find) : IWatch
{
    private IReadOnlyList<Payment> _left = openAtStart;

    /// <inheritdoc/>
    public bool Follows(AccountId account) => true;

    /// <inheritdoc/>
    public void Pass(AccountId account)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<Payment> Abandoned() => _left = Unfinished(_left, find);

    /// <summary>Those of the payments that are still not handed out, as they are now.</summary>
    internal static IReadOnlyList<Payment> Unfinished(IReadOnlyList<Payment> payments, Func<string, Payment?> find) =>
        payments.Count == 0 ? payments : [.. payments.Select(payment => find(payment.Id)).OfType<Payment>().Where(IsUnfinished)];

    internal static bool IsUnfinished(Payment payment) => payment.State is PaymentState.Reserved or PaymentState.Signing;
}
