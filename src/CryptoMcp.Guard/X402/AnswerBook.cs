using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// What sellers answered to payments. Each goes into the journal as an audit record, so that a receipt is whole: asked,
/// offered, signed, answered. The latest are kept in memory to be shown.
/// </summary>
internal sealed class AnswerBook(ILedger ledger)
{
    /// <summary>Kind of the audit records; never changed.</summary>
    public const string RecordKind = "purchase-answer";

    private const int Most = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PurchaseAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Records an answer; a later one of the same payment takes its place.</summary>
    public async ValueTask RecordAsync(string paymentId, PurchaseAnswer answer)
    {
        Check(answer);
        var details = JsonSerializer.SerializeToNode(answer, GuardJson.Default.PurchaseAnswer)!.AsObject();
        details.Insert(0, "payment_id", (JsonNode)paymentId);
        await ledger.RecordAsync(RecordKind, JsonElement.Parse(details.ToJsonString()));
        lock (_gate)
        {
            if (!_answers.ContainsKey(paymentId))
            {
                _order.Enqueue(paymentId);
                if (_order.Count > Most)
                {
                    _answers.Remove(_order.Dequeue());
                }
            }

            _answers[paymentId] = answer;
        }
    }

    /// <summary>The payment with its answer, where one is remembered.</summary>
    public PaymentView AddTo(PaymentView payment)
    {
        lock (_gate)
        {
            return _answers.TryGetValue(payment.PaymentId, out var answer) ? payment with { Answer = answer } : payment;
        }
    }

    /// <summary>The server is not believed either: only what has the form of a receipt is written down.</summary>
    private static void Check(PurchaseAnswer answer)
    {
        if (answer.BodySha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
            || answer.Claim is not (null or "settled" or "failed" or "pending" or "unreadable")
            || answer.ClaimedTransaction is { } transaction && (transaction.Length != 66 || !transaction.AsSpan(2).ToString().All(char.IsAsciiHexDigit)))
        {
            throw new GuardException("invalid_request", "The answer is not what the guard's contract says.", "Check that server and guard have the same version.");
        }
    }
}
