using System.Globalization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard.Approvals;

/// <summary>A frozen document as a person reads it.</summary>
internal static class ApprovalViews
{
    public static ApprovalView Of(Payment payment, FrozenApproval frozen, PaymentView shown, Func<string, string?> urlOf)
    {
        var document = frozen.Document;
        var id = ApprovalIds.Of(payment.Id);
        var waits = payment.State == PaymentState.Waiting;
        return new()
        {
            ApprovalId = id,
            Kind = "payment",
            Status = ApprovalWords.StatusOf(payment),
            Summary = document.Summary,
            Sha256 = frozen.Sha256,
            Client = document.Client,
            Rule = document.Rule,
            Facts = [.. FactsOf(document)],
            Quotes = [.. document.Quotes.Select(quote => new ApprovalFact(quote.From, quote.Text))],
            To = document.To,
            AskedAt = document.AskedAt,
            ExpiresAt = document.ExpiresAt,
            Url = waits ? urlOf(id) : null,
            Payment = shown with { Decision = null },
            Next = shown.Next,
        };
    }

    /// <summary>An address in groups of four, so that two can be compared by eye.</summary>
    public static string Grouped(string address)
    {
        var start = address.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 2 : 0;
        return $"{address[..start]}{(start > 0 ? " " : string.Empty)}{string.Join(' ', address[start..].Chunk(4).Select(four => new string(four)))}";
    }

    private static IEnumerable<ApprovalFact> FactsOf(ApprovalDocument document)
    {
        yield return new("What", document.Amount ?? document.Summary);
        if (document.To is { } to)
        {
            yield return new("To", document.Payee is { } payee ? $"{payee}{(document.PayeeLabel is { } label ? $", {label}" : string.Empty)}" : "NEW ADDRESS: no payee of your policy");
            yield return new("Address", Grouped(to));
            yield return new("Paid before", document.PaidBefore switch
            {
                0 => "never: this is the first payment to this address from here",
                1 => "once; this is the second payment to this address",
                var n => string.Create(CultureInfo.InvariantCulture, $"{n} times"),
            });
        }

        yield return new("In full", document.Summary);
        yield return new("Chain", Money.AccountId.Parse(document.Account).Chain.ToString());
        yield return new("From", Money.AccountId.Parse(document.Account).Address);
        if (document.FeeAtMost is { } fee)
        {
            yield return new("Fee at most", fee);
        }

        yield return new("Asked by", document.Client);
        yield return new("Rule", $"{document.Rule}: {document.Reason}");
        foreach (var budget in document.Budgets)
        {
            yield return new(
                $"Budget {budget.Id}{(budget.Key is { } key ? $" ({key})" : string.Empty)}",
                $"{budget.Left} of {budget.Limit} per {budget.Window} left afterwards");
        }

        yield return new("Policy", string.Create(CultureInfo.InvariantCulture, $"{document.Policy.Name}, revision {document.Policy.Revision}"));
        yield return new("Ends", document.ExpiresAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
