using System.Globalization;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Page;

/// <summary>The parts of the overview besides the questions.</summary>
internal static class PageParts
{
    private const int PaymentsShown = 10;

    /// <summary>Whether spending goes on, and the button that stops it.</summary>
    public static Html Status(GuardService guard) => guard.Status().Frozen is { } frozen
        ? Html.Of($"""
            <div class="banner frozen" role="alert"><p><strong>Frozen.</strong> {frozen} Nothing is signed until <code>cryptomcp freeze --off</code> in a terminal.</p></div>
            """)
        : Html.Of($"""
            <div class="banner"><p><span class="dot" aria-hidden="true"></span>Spending goes on within your policy.</p>
            <button type="button" class="danger" data-action="freeze">Freeze all spending</button>
            <p class="outcome" role="status"></p></div>
            """);

    /// <summary>The budgets with bars.</summary>
    public static Html Budgets(GuardService guard)
    {
        var policy = guard.Policy();
        return Html.Of($"""
            <section aria-labelledby="budgets"><h2 id="budgets">Budgets</h2>
            <p class="quiet">Policy “{policy.Policy.Name}”, revision {policy.Policy.Revision}, until {policy.Policy.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.</p>
            <ul class="budgets">{Html.Join(policy.Budgets.Select(Budget))}</ul></section>
            """);
    }

    /// <summary>What was asked and paid lately.</summary>
    public static Html Payments(GuardService guard)
    {
        var payments = guard.Payments.List(string.Empty, string.Empty, PaymentsShown).Payments;
        return Html.Of($"""
            <section aria-labelledby="payments"><h2 id="payments">Recent payments</h2>
            {(payments.Count == 0 ? Html.Of($"<p class=\"quiet\">None yet.</p>") : Html.Of($"<ul class=\"payments\">{Html.Join(payments.Select(Payment))}</ul>"))}
            </section>
            """);
    }

    /// <summary>The passkeys that count.</summary>
    public static Html Passkeys(GuardService guard) => Html.Of($"""
        <section aria-labelledby="passkeys"><h2 id="passkeys">Passkeys</h2>
        {(guard.Owner.Passkeys.Count == 0
            ? Html.Of($"<p class=\"quiet\">None yet. <code>cryptomcp approve --enroll</code> in a terminal enrolls one.</p>")
            : Html.Of($"<ul class=\"payments\">{Html.Join(guard.Owner.Passkeys.Select(passkey => Html.Of($"<li><span>{passkey.Name}</span><span class=\"quiet\">since {passkey.EnrolledAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}</span></li>")))}</ul>"))}
        </section>
        """);

    private static Html Budget(BudgetView budget)
    {
        var name = budget.Key is { } key ? $"{budget.Id} ({key})" : budget.Id;
        var (used, held) = (Share(budget.Used, budget.Limit), Share(budget.Held, budget.Limit));
        var heldShown = Math.Min(held, 100 - used);
        return Html.Of($"""
            <li><div class="line"><b>{name}</b><span>{budget.Left} left of {budget.Limit} per {budget.Window}</span></div>
            <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{name}: {budget.Used} used, {budget.Held} held, of {budget.Limit}"><rect class="track" width="100" height="4"/><rect class="used" width="{used}" height="4"/><rect class="held" x="{used}" width="{heldShown}" height="4"/></svg>
            <p class="quiet small">{budget.Used} used{(budget.Held.StartsWith("0 ", StringComparison.Ordinal) || budget.Held.StartsWith("0.00 ", StringComparison.Ordinal) ? string.Empty : $", {budget.Held} held")}{(budget.FreesAt is { } frees ? $", more frees {frees.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)}" : string.Empty)}</p></li>
            """);
    }

    private static Html Payment(PaymentView payment) => Html.Of($"""
        <li><span class="state state-{payment.State}">{payment.State}</span><span class="what">{payment.Summary}</span><time class="quiet small" datetime="{payment.CreatedAt.ToString("O", CultureInfo.InvariantCulture)}">{payment.CreatedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)}</time></li>
        """);

    /// <summary>Per cent of a limit, for a bar alone.</summary>
    private static decimal Share(string part, string limit) =>
        Number(limit) is > 0 and var whole && Number(part) is { } some ? Math.Clamp(decimal.Round(100 * some / whole, 1), 0, 100) : 0;

    private static decimal? Number(string amount) =>
        decimal.TryParse(amount.Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
