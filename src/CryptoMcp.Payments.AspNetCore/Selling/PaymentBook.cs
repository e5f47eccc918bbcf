using System.Security.Cryptography;

namespace CryptoMcp.Payments.AspNetCore.Selling;

/// <summary>Where a payment stands with the seller.</summary>
internal enum Standing
{
    /// <summary>Somebody is being served for it right now.</summary>
    InWork,

    /// <summary>The work is done and its answer held back; whether the money moved is not known yet.</summary>
    Unsettled,

    /// <summary>Settled and delivered: it buys nothing more.</summary>
    Spent,
}

/// <summary>An answer that was paid for, to be given again to the one who paid.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Headers that the work set.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptAnswer(int Status, IReadOnlyList<KeyValuePair<string, string[]>> Headers, byte[] Body);

/// <summary>One payment in the book.</summary>
internal sealed class BookEntry
{
    /// <summary>The transfer's own name on the chain.</summary>
    public required string Identity { get; init; }

    /// <summary>Hash of the payment as it came: asking again means the same bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>The payer's name for the purchase, with the payer's address; null without the extension.</summary>
    public string? Purchase { get; init; }

    /// <summary>What is bought: the same payment cannot be answered with something else.</summary>
    public required string Resource { get; init; }

    /// <summary>When the transfer can no longer be made, and the entry be forgotten.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Where it stands.</summary>
    public Standing Standing { get; set; }

    /// <summary>The answer, while it is kept.</summary>
    public KeptAnswer? Answer { get; set; }

    /// <summary>How it was settled.</summary>
    public SettlementResponse? Settlement { get; set; }

    /// <summary>What to charge, once the work has said so.</summary>
    public System.Numerics.BigInteger? Charge { get; set; }

    /// <summary>Whether a payment is this very one, byte for byte, for the same thing.</summary>
    public bool IsRepeatedBy(byte[] digest, string resource) =>
        CryptographicOperations.FixedTimeEquals(Digest, digest) && string.Equals(Resource, resource, StringComparison.Ordinal);
}

/// <summary>How a payment was found in the book.</summary>
/// <param name="Entry">The entry; null when the book is full.</param>
/// <param name="Fresh">True when this call made it: the caller serves it, nobody else does.</param>
/// <param name="NameTaken">True when another payment has the same purchase name.</param>
internal readonly record struct BookClaim(BookEntry? Entry, bool Fresh, bool NameTaken = false);

/// <summary>
/// Which payments are being served or are spent, so that none buys twice here, whatever the facilitator says. It lives in
/// memory: after a restart the chain refuses spent transfers, and the facilitator says so before any work is done. Entries are forgotten
/// when their signature has expired. Limited in number and in kept bytes.
/// </summary>
internal sealed class PaymentBook(int maxEntries, long maxAnswerBytes, TimeProvider clock)
{
    private static readonly TimeSpan s_afterExpiry = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BookEntry> _byIdentity = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BookEntry> _byPurchase = new(StringComparer.Ordinal);
    private readonly PriorityQueue<BookEntry, DateTimeOffset> _byExpiry = new();
    private readonly HashSet<string> _transactions = new(StringComparer.OrdinalIgnoreCase);
    private long _answerBytes;

    /// <summary>Takes a payment for the caller alone, or finds who has it.</summary>
    public BookClaim Claim(BookEntry entry)
    {
        lock (_lock)
        {
            Forget();
            if (entry.Purchase is { } purchase && _byPurchase.TryGetValue(purchase, out var named) && named.Identity != entry.Identity)
            {
                return new(named, Fresh: false, NameTaken: true);
            }

            if (_byIdentity.TryGetValue(entry.Identity, out var known))
            {
                return new(known, Fresh: false);
            }

            if (_byIdentity.Count >= maxEntries)
            {
                return default;
            }

            _byIdentity.Add(entry.Identity, entry);
            _byExpiry.Enqueue(entry, entry.Until + s_afterExpiry);
            if (entry.Purchase is { } name)
            {
                _byPurchase.Add(name, entry);
            }

            return new(entry, Fresh: true);
        }
    }

    /// <summary>Takes a payment whose settlement is open, to settle it again. False when somebody else has it.</summary>
    public bool TryResume(BookEntry entry)
    {
        lock (_lock)
        {
            if (entry.Standing != Standing.Unsettled)
            {
                return false;
            }

            entry.Standing = Standing.InWork;
            return true;
        }
    }

    /// <summary>Gives a payment back that was not settled and cannot have been: it may be used again.</summary>
    public void Release(BookEntry entry)
    {
        lock (_lock)
        {
            Remove(entry);
        }
    }

    /// <summary>Holds the answer of a payment of which it is not known whether the money moved.</summary>
    public void LeaveUnsettled(BookEntry entry, KeptAnswer? answer)
    {
        lock (_lock)
        {
            Keep(entry, answer);
            entry.Standing = Standing.Unsettled;
        }
    }

    /// <summary>
    /// Notes that the money has moved. False when the transaction already settled another payment here: then the facilitator
    /// has shown one transaction twice, and nothing is delivered for the second.
    /// </summary>
    public bool TrySpend(BookEntry entry, SettlementResponse settlement, KeptAnswer? answer)
    {
        lock (_lock)
        {
            if (settlement.Transaction.Length > 0 && !_transactions.Add(settlement.Transaction))
            {
                return false;
            }

            entry.Settlement = settlement;
            entry.Standing = Standing.Spent;
            Keep(entry, entry.Purchase is null ? null : answer);
            return true;
        }
    }

    private void Keep(BookEntry entry, KeptAnswer? answer)
    {
        _answerBytes -= entry.Answer?.Body.Length ?? 0;
        entry.Answer = answer is not null && _answerBytes + answer.Body.Length <= maxAnswerBytes ? answer : null;
        _answerBytes += entry.Answer?.Body.Length ?? 0;
    }

    private void Forget()
    {
        for (var now = clock.GetUtcNow(); _byExpiry.TryPeek(out var oldest, out var until) && until <= now;)
        {
            _byExpiry.Dequeue();
            if (oldest.Standing == Standing.InWork)
            {
                // Served for longer than its signature lived: whoever serves it still has the last word.
                _byExpiry.Enqueue(oldest, now + s_afterExpiry);
                return;
            }

            Remove(oldest);
        }
    }

    private void Remove(BookEntry entry)
    {
        if (!_byIdentity.TryGetValue(entry.Identity, out var known) || !ReferenceEquals(known, entry))
        {
            return;
        }

        _byIdentity.Remove(entry.Identity);
        if (entry.Purchase is { } purchase)
        {
            _byPurchase.Remove(purchase);
        }

        if (entry.Settlement is { Transaction: { Length: > 0 } transaction })
        {
            _transactions.Remove(transaction);
        }

        Keep(entry, null);
    }
}
