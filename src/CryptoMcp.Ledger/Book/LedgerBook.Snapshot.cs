using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger;

/// <summary>The book as it is at one moment, and back.</summary>
internal sealed partial class LedgerBook
{
    /// <summary>Makes the book of a snapshot.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    internal static LedgerBook Restore(ReadOnlyMemory<byte> rest, IReadOnlyList<ReadOnlyMemory<byte>> images, NameNumbers names, LedgerClock clock)
    {
        var book = new LedgerBook(clock, names);
        book.RestoreRest(rest);
        book.RestorePayments(images);
        return book;
    }

    /// <summary>Everything but the payments, which <see cref="PaymentTable.Copy"/> gives. Budget counters follow from the payments.</summary>
    internal void WriteRest(LineBuffer output)
    {
        PaymentImage.Time(output, HighWater);
        PaymentImage.Optional(output, _frozen);
        Pairs(output, _frozenAccounts, PaymentImage.Text);
        Pairs(output, _nextNonces, PaymentImage.Number);
        Pairs(output, _latest, PaymentImage.Json);
        Pairs(output, _counters, static (_, _) => { });
    }

    private static void Pairs<T>(LineBuffer output, Dictionary<string, T> pairs, Action<LineBuffer, T> write)
    {
        PaymentImage.Number(output, (ulong)pairs.Count);
        foreach (var (name, value) in pairs)
        {
            PaymentImage.Text(output, name);
            write(output, value);
        }
    }

    private void RestoreRest(ReadOnlyMemory<byte> bytes)
    {
        var input = new ImageReader(bytes);
        HighWater = input.Time();
        _frozen = input.OptionalText();
        for (var count = input.Index(); count > 0; count--)
        {
            _frozenAccounts.Add(input.Text(), input.Text());
        }

        for (var count = input.Index(); count > 0; count--)
        {
            _nextNonces.Add(input.Text(), input.Number());
        }

        for (var count = input.Index(); count > 0; count--)
        {
            _latest.Add(input.Text(), PaymentImage.ReadJson(ref input));
        }

        for (var count = input.Index(); count > 0; count--)
        {
            CounterOf(input.Text());
        }
    }

    private void RestorePayments(IReadOnlyList<ReadOnlyMemory<byte>> images)
    {
        var traits = new Dictionary<(int Client, int Operation, int Account, PaymentState State), PaymentTraits>();
        _payments.EnsureCapacity(images.Count);
        for (var i = 0; i < images.Count; i++)
        {
            var input = new ImageReader(images[i]);
            var (id, key, digest) = (input.Text(), input.Text(), input.Text());
            var kind = (input.Index(), input.Index(), input.Index(), (PaymentState)input.Byte());
            if (!PaymentRules.IsFinal(kind.Item4))
            {
                var payment = PaymentImage.Read(images[i], _payments.Names);
                _payments.Add(payment);
                Account(null, payment);
                continue;
            }

            if (!traits.TryGetValue(kind, out var shared))
            {
                traits.Add(kind, shared = PaymentTraits.Of(PaymentImage.Read(images[i], _payments.Names)));
            }

            _payments.Add(images[i], shared, id, key, digest);
            var created = input.Time();
            if (shared.State == PaymentState.Denied)
            {
                _denials.Add((created, shared.Client));
            }
            else if (shared.State == PaymentState.Settled && input.OptionalTime() is { } settledAt && input.Byte() != 0)
            {
                SettleAll(settledAt, PaymentImage.ReadCharges(ref input, _payments.Names), 1);
            }
        }
    }
}
