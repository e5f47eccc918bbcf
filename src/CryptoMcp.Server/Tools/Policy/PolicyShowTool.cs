using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Policy;

/// <summary><c>policy_show</c>: the owner's rules and what is left of the budgets.</summary>
internal sealed class PolicyShowTool(GuardClient guard) : PreparedTool<PolicyResult>(Facts, ToolResultsJson.Default.PolicyResult)
{
    /// <summary>Budgets or payees shown with <c>detail=concise</c>.</summary>
    private const int ConciseEntries = 25;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "policy_show",
        Title = "Show the spending policy",
        Description = "The owner's spending policy: remaining budgets and limits, named payees, expiry, whether spending is frozen; "
            + "detailed adds every rule in plain English. For one concrete transfer use policy_check. Never changes the policy.",
        Effect = ToolEffect.ReadsGuard,
        Arguments = [DetailArgument.Schema],
    };

    /// <inheritdoc/>
    protected override async Task<PolicyResult> RunAsync(ToolCall call, CancellationToken ct) =>
        Shape(await guard.GetPolicyAsync(ct).ConfigureAwait(false), call.IsDetailed);

    private static PolicyResult Shape(PolicyView view, bool detailed)
    {
        var most = detailed ? int.MaxValue : ConciseEntries;
        var budgets = Views.Of(view.Budgets);
        var payees = new List<PayeeShape>(view.Payees.Count);
        foreach (var payee in view.Payees)
        {
            payees.Add(new() { To = $"payee:{payee.Name}", Label = payee.Label, Accounts = payee.Accounts });
        }

        var leftOut = Math.Max(0, budgets.Count - most) + Math.Max(0, payees.Count - most);
        return new()
        {
            Name = view.Policy.Name,
            Revision = view.Policy.Revision,
            Expires = Texts.Time(view.Policy.Expires),
            Frozen = view.Frozen,
            Budgets = budgets.Count > most ? budgets[..most] : budgets,
            Payees = payees.Count > most ? payees[..most] : payees,
            Explanation = detailed ? view.Explanation : null,
            Sha256 = detailed ? view.Policy.Sha256 : null,
            LeftOut = leftOut > 0 ? leftOut : null,
        };
    }
}
