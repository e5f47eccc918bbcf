using System.Globalization;
using System.Text;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// Turns what the guard refused into what a model can act on: the rule, the condition that did not hold, every budget with
/// what is left and when it frees, and the next step.
/// </summary>
internal static class GuardRefusal
{
    /// <summary>The same problem, spoken by a tool.</summary>
    public static ToolException AsToolException(GuardException refusal)
    {
        var problem = refusal.Problem;
        var text = new StringBuilder(problem.Problem);
        if (problem.PaymentId is { } id)
        {
            text.Append(CultureInfo.InvariantCulture, $" Payment: {id}.");
        }

        if (problem.Decision is { } decision)
        {
            Describe(text, decision);
        }

        return new(problem.Code, text.ToString(), problem.Next);
    }

    /// <summary>A payment that the policy denied: nothing was paid, and the caller must not take it for a success.</summary>
    public static ToolException OfDenied(PaymentView payment)
    {
        var text = new StringBuilder("The policy denied it and nothing was paid: ").Append(payment.Summary).Append('.');
        text.Append(CultureInfo.InvariantCulture, $" Payment: {payment.PaymentId}.");
        if (payment.Decision is { } decision)
        {
            text.Append(' ').Append(decision.Reason);
            Describe(text, decision);
        }
        else
        {
            text.Append(' ').Append(payment.StateMeans);
        }

        return new(
            payment.Decision?.Code ?? "denied",
            text.ToString(),
            payment.Next ?? payment.Decision?.Next ?? "Do not retry; tell the user what was refused and why.");
    }

    private static void Describe(StringBuilder text, DecisionView decision)
    {
        if (decision.Rule is { } rule)
        {
            text.Append(CultureInfo.InvariantCulture, $" Rule: {rule}.");
        }

        if (decision.FirstUnmet is { } unmet)
        {
            text.Append(CultureInfo.InvariantCulture, $" First unmet condition: {unmet.TrimEnd('.')}.");
        }

        foreach (var budget in decision.Budgets)
        {
            text.Append(CultureInfo.InvariantCulture, $" Budget {Texts.BudgetName(budget)}: {budget.Left} left of {Texts.BudgetLimit(budget)}");
            if (budget.Charge is { } charge)
            {
                text.Append(CultureInfo.InvariantCulture, $", this takes {charge}");
            }

            if (budget.FreesAt is { } frees)
            {
                text.Append(CultureInfo.InvariantCulture, $", more frees at {Texts.Time(frees)}");
            }

            text.Append('.');
        }
    }
}
