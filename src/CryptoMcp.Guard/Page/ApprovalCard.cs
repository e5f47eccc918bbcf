using System.Buffers.Text;
using System.Globalization;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Page;

/// <summary>One question on the page: who gets what first, then every other fact, and at the end what others wrote.</summary>
internal static class ApprovalCard
{
    public static Html Of(GuardService guard, ApprovalView view) => Html.Of($"""
        <article class="card" data-approval="{view.ApprovalId}" aria-labelledby="{view.ApprovalId}-title">
        {(view.Kind == "policy" ? PolicyHead(view) : PaymentHead(view))}
        <dl class="facts">{Html.Join(view.Facts.Where(IsBelow).Select(Fact))}</dl>
        {Budgets(view)}
        {Quotes(view)}
        {(view.Status == "waiting" ? Actions(guard, view) : Ended(view))}
        <p class="outcome" role="status"></p>
        </article>
        """);

    private static Html PaymentHead(ApprovalView view)
    {
        var to = Text(view, "To");
        var isNew = to.StartsWith("NEW ADDRESS", StringComparison.Ordinal);
        var before = Text(view, "Paid before");
        return Html.Of($"""
            <h2 id="{view.ApprovalId}-title"><span class="kind">Pay</span> <strong class="amount">{Text(view, "What")}</strong></h2>
            <p class="to">to {(isNew ? Html.Of($"<strong class=\"warn\">{to}</strong>") : Html.Of($"<strong>{to}</strong>"))}</p>
            <p class="address" aria-label="Address {view.To}">{Address(view.To)}</p>
            <p class="{(before.StartsWith("never", StringComparison.Ordinal) ? "warn" : "quiet")}">Paid before: {before}.</p>
            """);
    }

    private static Html PolicyHead(ApprovalView view) => Html.Of($"""
        <h2 id="{view.ApprovalId}-title"><span class="kind">Change the policy</span></h2>
        <p>{view.Summary}.</p>
        """);

    // The last characters are the ones that people compare, and that a terminal asks for.
    private static Html Address(string? address)
    {
        if (address is null)
        {
            return Html.Empty;
        }

        var groups = ApprovalViews.Grouped(address).Split(' ');
        return Html.Join(groups.Select((group, i) => i == groups.Length - 1 ? Html.Of($"<b>{group}</b>") : Html.Of($"<span>{group}</span>")));
    }

    private static Html Fact(ApprovalFact fact) => Html.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Text}</dd></div>");

    private static Html Budgets(ApprovalView view)
    {
        var budgets = view.Facts.Where(fact => fact.Name.StartsWith("Budget ", StringComparison.Ordinal)).ToList();
        return budgets.Count == 0
            ? Html.Empty
            : Html.Of($"<h3>Left afterwards</h3><ul class=\"left\">{Html.Join(budgets.Select(fact => Html.Of($"<li><b>{fact.Name["Budget ".Length..]}</b> {fact.Text.Replace(" left afterwards", string.Empty, StringComparison.Ordinal)}</li>")))}</ul>");
    }

    private static Html Quotes(ApprovalView view) => view.Quotes.Count == 0
        ? Html.Empty
        : Html.Of($"""
            <details class="quotes"><summary>Text from the other side, which nobody has checked</summary>
            {Html.Join(view.Quotes.Select(quote => Html.Of($"<figure><figcaption>{quote.Name}:</figcaption><blockquote>{quote.Text}</blockquote></figure>")))}
            </details>
            """);

    private static Html Actions(GuardService guard, ApprovalView view)
    {
        var challenge = Base64Url.EncodeToString(guard.Owner.ChallengeFor(view.Sha256));
        var keys = string.Join(' ', guard.Owner.Passkeys.Select(passkey => passkey.Id));
        var byPasskey = guard.Approvals.Accepts(OwnerFactor.WebAuthn, view.Kind == "policy") && keys.Length > 0;
        return Html.Of($"""
            <p class="ends">Ends <time datetime="{view.ExpiresAt.ToString("O", CultureInfo.InvariantCulture)}" data-countdown>{view.ExpiresAt.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)}</time>{(view.Given is { } given ? $" · {given} approvals given" : string.Empty)}</p>
            <div class="actions">
            <button type="button" data-action="refuse">Refuse</button>
            {(byPasskey ? Html.Of($"<button type=\"button\" class=\"primary\" data-action=\"approve\" data-sha256=\"{view.Sha256}\" data-challenge=\"{challenge}\" data-keys=\"{keys}\">Approve with passkey</button>") : Html.Empty)}
            </div>
            {Otherwise(guard, view, byPasskey)}
            """);
    }

    private static Html Otherwise(GuardService guard, ApprovalView view, bool byPasskey)
    {
        var enroll = guard.Approvals.Accepts(OwnerFactor.WebAuthn, view.Kind == "policy") && !byPasskey
            ? Html.Of($"<p class=\"quiet\">To approve here, enroll a passkey once: run <code>cryptomcp approve --enroll</code> in a terminal.</p>")
            : Html.Empty;
        return guard.Approvals.Accepts(OwnerFactor.Passphrase, view.Kind == "policy")
            ? Html.Of($"{enroll}<p class=\"quiet\">{(byPasskey ? "Or approve" : "Approve")} in a terminal: <code>cryptomcp approve {view.ApprovalId}</code></p>")
            : enroll;
    }

    private static Html Ended(ApprovalView view) => Html.Of($"""
        <p class="ended"><strong>{(view.Status == "approved" ? "Approved" : view.Status == "refused" ? "Refused" : view.Status == "expired" ? "Ended unanswered" : "No longer asked")}.</strong> {view.Payment?.StateMeans ?? view.Next}</p>
        {(view.Kind == "policy" && view.Status == "approved" && view.Next is not null ? Html.Of($"<div class=\"actions\"><button type=\"button\" data-action=\"policy-cancel\">Call the change back</button></div>") : Html.Empty)}
        """);

    private static bool IsBelow(ApprovalFact fact) =>
        fact.Name is not ("What" or "To" or "Address" or "Paid before" or "Ends") && !fact.Name.StartsWith("Budget ", StringComparison.Ordinal);

    private static string Text(ApprovalView view, string name) => view.Facts.FirstOrDefault(fact => fact.Name == name)?.Text ?? string.Empty;
}
