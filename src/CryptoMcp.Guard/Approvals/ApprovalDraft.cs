using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>A question that may be put to the owner: all of it but what the decision itself knows.</summary>
internal sealed class ApprovalDraft(
    Plan plan, Intent intent, string client, PolicyDocument policy, PolicySummary summary, int paidBefore, string? obstacle, DateTimeOffset now)
{
    /// <summary>Code of a refusal because as many wait as may.</summary>
    public const string TooManyWaiting = "too_many_waiting";

    /// <summary>Code of a refusal because the owner refused a moment ago.</summary>
    public const string Resting = "resting_after_refusal";

    /// <summary>Why the owner is not to be asked now; null when nothing is in the way.</summary>
    public (string Code, string Reason, string Next)? Obstacle => obstacle switch
    {
        null => null,
        ApprovalRoom.Full => (
            TooManyWaiting,
            $"{policy.Approval.MaxWaiting} questions wait for the owner already, which is as many as the policy allows.",
            "Wait until the owner has answered them: approval_get shows each."),
        _ => (
            Resting,
            $"The owner refused a payment like this a moment ago; nothing of the kind is asked until {obstacle}.",
            "Do not ask again. Tell the user that the owner refused."),
    };

    /// <summary>The facts to record: those of the plan, with the question frozen into them. Runs under the ledger's lock.</summary>
    public JsonElement Freeze(Decision decision)
    {
        var document = new ApprovalDocument
        {
            Salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Client = client,
            Operation = plan.Operation,
            Intent = intent,
            Canonical = plan.Canonical,
            Account = plan.Account.ToString(),
            Summary = plan.Summary,
            To = plan.To,
            Payee = plan.Payee,
            PayeeLabel = plan.Payee is { } name && policy.Payees.TryGetValue(name, out var payee) ? payee.Label : null,
            Amount = plan.Amount?.ToString(),
            FeeAtMost = plan.FeeAtMost?.ToString(),
            Effects = [.. plan.Effects.Select(EffectFact.Of)],
            Budgets = [.. decision.Budgets.Select(budget => DecisionViews.Of(budget with { Held = budget.Held + budget.Charge }))],
            PaidBefore = paidBefore,
            Rule = decision.Rule,
            Reason = decision.Reason,
            Policy = summary,
            AskedAt = now,
            ExpiresAt = now + policy.Approval.Expires,
            Quotes = [.. Quotes()],
        };
        return (PaymentFacts.Of(plan) with { Approval = FrozenApproval.Of(document) }).ToJson();
    }

    private IEnumerable<QuotedText> Quotes()
    {
        if (intent.IdempotencyKey is { } key)
        {
            yield return new("The caller names this payment", key);
        }

        if (plan.Purchase is { } purchase)
        {
            yield return new("What the seller's page says it sells", purchase.UntrustedResource);
        }

        foreach (var quote in plan.Quotes)
        {
            yield return quote;
        }
    }
}
