using System.Globalization;

namespace CryptoMcp.Ledger;

/// <summary>Looking payments up.</summary>
public abstract partial class BookLedger
{
    private const int LargestPage = 1000;

    /// <inheritdoc/>
    public Payment? Find(string paymentId)
    {
        lock (Gate)
        {
            return Book.Find(paymentId);
        }
    }

    /// <inheritdoc/>
    public Payment? FindByKey(string client, string key)
    {
        lock (Gate)
        {
            return Book.FindByKey(client, key);
        }
    }

    /// <inheritdoc/>
    public LedgerPage List(PaymentFilter filter, string? cursor = null, int limit = 50)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        limit = Math.Min(limit, LargestPage);
        lock (Gate)
        {
            // The cursor is the number of payments older than the page's end: it stays right while new ones come.
            var below = Book.Payments.Count;
            if (cursor is not null && (!int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out below) || below > Book.Payments.Count))
            {
                throw new ArgumentException($"'{cursor}' is no cursor of this list. Start without one.", nameof(cursor));
            }

            var page = new List<Payment>();
            var total = 0;
            string? next = null;
            for (var i = Book.Payments.Count - 1; i >= 0; i--)
            {
                if (!Matches(filter, Book.Payments.TraitsAt(i)))
                {
                    continue;
                }

                total++;
                if (i < below && page.Count < limit)
                {
                    page.Add(Book.Payments[i]);
                }
                else if (i < below)
                {
                    next ??= (i + 1).ToString(CultureInfo.InvariantCulture);
                }
            }

            return new(page, total, next);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Payment> Open()
    {
        lock (Gate)
        {
            Payment[] open = [.. Book.Open];
            Array.Sort(open, static (a, b) => a.Sequence.CompareTo(b.Sequence));
            return open;
        }
    }

    private static bool Matches(PaymentFilter filter, PaymentTraits payment) =>
        (filter.States is null || filter.States.Contains(payment.State))
        && (filter.Client is null || filter.Client == payment.Client)
        && (filter.Operation is null || filter.Operation == payment.Operation)
        && (filter.Chain is null || filter.Chain == payment.Account.Chain)
        && (filter.Account is not { } account || LedgerBook.AccountKey(account) == LedgerBook.AccountKey(payment.Account));
}
