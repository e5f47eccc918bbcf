using System.Security.Cryptography;
using CryptoMcp.Payments;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.X402;

/// <summary>Quotes that were given, for a while: paying may be bound to one, so that a seller that raises its price gets nothing.</summary>
internal sealed class QuoteBook(TimeProvider clock)
{
    private const int Most = 256;

    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(15);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Quote> _quotes = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Notes a quote and names it.</summary>
    public string Add(string requestSha256, PaymentRequirements offer)
    {
        var id = "quote_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var quote = new Quote(requestSha256, offer, clock.GetUtcNow() + s_life);
        lock (_gate)
        {
            while (_order.Count >= Most)
            {
                _quotes.Remove(_order.Dequeue());
            }

            _quotes.Add(id, quote);
            _order.Enqueue(id);
        }

        return id;
    }

    /// <summary>Whether an offer is no worse than what was quoted: same everything, same price or lower.</summary>
    /// <exception cref="ToolException">There is no such quote any more, or it was for another request.</exception>
    public Func<PaymentRequirements, bool> Bound(string id, string requestSha256)
    {
        Quote? quote;
        lock (_gate)
        {
            _quotes.TryGetValue(id, out quote);
        }

        if (quote is null || quote.Expires <= clock.GetUtcNow())
        {
            throw new ToolException("quote_expired", "That quote is not known here any more.", "Call x402_quote again.");
        }

        return quote.RequestSha256 == requestSha256
            ? offer => IsNoWorse(offer, quote.Offer)
            : throw new ToolException("quote_mismatch", "That quote was for another request.", "Pass exactly the url, method, headers and body that were quoted.");
    }

    private static bool IsNoWorse(PaymentRequirements now, PaymentRequirements quoted) =>
        now.Version == quoted.Version && now.Scheme == quoted.Scheme && now.Network == quoted.Network && now.Asset == quoted.Asset
        && now.PayTo == quoted.PayTo && now.TransferMethod == quoted.TransferMethod && now.PaymentFlow == quoted.PaymentFlow && now.Amount <= quoted.Amount;

    private sealed record Quote(string RequestSha256, PaymentRequirements Offer, DateTimeOffset Expires);
}
