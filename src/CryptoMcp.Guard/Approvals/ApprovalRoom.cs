using System.Collections.Concurrent;
using System.Globalization;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Ledger;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// Who waits for the owner and who rests after a refusal. Rebuilt from the ledger at a start, so a restart neither frees a
/// place nor ends a rest. One question is put or answered at a time.
/// </summary>
internal sealed class ApprovalRoom(ILedger ledger, TimeProvider clock) : IDisposable
{
    /// <summary>The obstacle that no place is free.</summary>
    public const string Full = "full";

    private const int RefusalsRemembered = 200;
    private const int PaymentsCounted = 10_000;

    private readonly ConcurrentDictionary<string, Payment> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Refusal> _refusals = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The payments that wait, oldest first.</summary>
    public IReadOnlyList<Payment> Waiting => [.. _waiting.Values.OrderBy(payment => payment.Sequence)];

    /// <summary>Reads from the ledger who waits and who was refused.</summary>
    public void Open()
    {
        foreach (var payment in ledger.List(new() { States = [PaymentState.Waiting] }, limit: 100).Payments)
        {
            _waiting[payment.Id] = payment;
        }

        foreach (var payment in ledger.List(new() { States = [PaymentState.Closed] }, limit: RefusalsRemembered).Payments.Reverse())
        {
            if (ApprovalWords.Is(payment, ApprovalWords.Refused))
            {
                Remember(payment);
            }
        }
    }

    /// <summary>Nobody else puts or answers a question until the result is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        return new(_one);
    }

    /// <summary>A payment waits now.</summary>
    public void Add(Payment payment) => _waiting[payment.Id] = payment;

    /// <summary>A payment waits no longer.</summary>
    public void Leave(Payment payment)
    {
        _waiting.TryRemove(payment.Id, out _);
        if (ApprovalWords.Is(payment, ApprovalWords.Refused))
        {
            Remember(payment);
        }
    }

    /// <summary>Why the owner is not asked: <see cref="Full"/>, or until when this client or payee rests; null when nothing is in the way.</summary>
    public string? ObstacleTo(Plan plan, string client, Approval approval)
    {
        if (_waiting.Count >= approval.MaxWaiting)
        {
            return Full;
        }

        if (approval.RestAfterRefusal is not { } rest)
        {
            return null;
        }

        // The ledger's time moves by the monotonic clock: setting the system's forward ends no rest.
        var now = ledger.View.WindowNow;
        DateTimeOffset? until = null;
        foreach (var refusal in _refusals)
        {
            if ((refusal.Client == client || (refusal.To is not null && refusal.To == plan.To)) && refusal.At + rest > now)
            {
                until = refusal.At + rest;
            }
        }

        return until?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>How often a recipient was paid, as far back as is reasonable to look.</summary>
    public int PaidBefore(Plan plan)
    {
        if (plan.To is not { } to)
        {
            return 0;
        }

        var count = 0;
        string? cursor = null;
        var filter = new PaymentFilter
        {
            Chain = plan.Account.Chain,
            States = [PaymentState.Settled, PaymentState.Seen, PaymentState.Exposed, PaymentState.Stuck],
        };
        for (var looked = 0; looked < PaymentsCounted;)
        {
            var page = ledger.List(filter, cursor, limit: 1000);
            foreach (var payment in page.Payments)
            {
                count += PaymentFacts.Read(payment).To == to ? 1 : 0;
            }

            looked += page.Payments.Count;
            if ((cursor = page.NextCursor) is null)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>True when the time of a question is over, by whichever clock is further.</summary>
    public bool IsOver(Payment payment, ApprovalDocument document) =>
        clock.GetUtcNow() >= document.ExpiresAt || ledger.View.WindowNow >= payment.Created + (document.ExpiresAt - document.AskedAt);

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private void Remember(Payment payment)
    {
        _refusals.Enqueue(new(payment.Client, PaymentFacts.Read(payment).To, payment.Updated));
        while (_refusals.Count > RefusalsRemembered)
        {
            _refusals.TryDequeue(out _);
        }
    }

    /// <summary>A turn in the room; ends when disposed.</summary>
    internal readonly struct Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }

    private readonly record struct Refusal(string Client, string? To, DateTimeOffset At);
}
