using System.Globalization;
using System.Text;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Resources;

/// <summary><c>cryptomcp://policy</c>: the owner's policy in English.</summary>
internal sealed class PolicyResource(GuardClient guard) : PreparedResource(new()
{
    UriTemplate = "cryptomcp://policy",
    Name = "policy",
    Title = "Spending policy",
    Description = "The owner's rules in plain English, with what is left of each budget.",
    MimeType = Markdown,
})
{
    /// <inheritdoc/>
    protected override async Task<string> WriteAsync(CancellationToken ct)
    {
        var view = await guard.GetPolicyAsync(ct).ConfigureAwait(false);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# Policy: {view.Policy.Name}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Revision {view.Policy.Revision}, expires {Texts.Time(view.Policy.Expires)}.\n");
        if (view.Frozen is { } reason)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n**Spending is frozen**: {reason}\n");
        }

        page.Append("\n## Rules\n\n");
        foreach (var line in view.Explanation)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }

        page.Append("\n## Budgets\n\n");
        foreach (var budget in view.Budgets)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {Texts.BudgetName(budget)}: {budget.Left} left of {Texts.BudgetLimit(budget)}");
            page.Append(CultureInfo.InvariantCulture, $" (used {budget.Used}, held {budget.Held})");
            page.Append(budget.FreesAt is { } frees ? $", more frees at {Texts.Time(frees)}\n" : "\n");
        }

        page.Append("\n## Payees\n\n");
        foreach (var payee in view.Payees)
        {
            page.Append(CultureInfo.InvariantCulture, $"- `payee:{payee.Name}`{(payee.Label is { } label ? $" ({label})" : "")}: {string.Join(", ", payee.Accounts)}\n");
        }

        return page.ToString();
    }
}
