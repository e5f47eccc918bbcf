using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Server.Tools.Transfer;

namespace CryptoMcp.Server.Tools.Policy;

/// <summary><c>policy_check</c>: would this be allowed, and why not.</summary>
internal sealed class PolicyCheckTool(GuardClient guard, IClientIdentity client, TransferArguments arguments)
    : PreparedTool<QuoteResult>(Facts, ToolResultsJson.Default.QuoteResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "policy_check",
        Title = "Check a transfer against the policy",
        Description = "Checks whether the policy allows this transfer: would it be allowed, and if not why: the deciding rule, the first unmet "
            + "condition, each budget. Works without network, so fees and funds are for transfer_quote. Sends and reserves nothing.",
        Effect = ToolEffect.ReadsGuard,
        Arguments = TransferArguments.Schema,
    };

    /// <inheritdoc/>
    protected override async Task<QuoteResult> RunAsync(ToolCall call, CancellationToken ct) =>
        Views.Of(await guard.CheckAsync(arguments.Read(call), client.Of(call.Request), ct).ConfigureAwait(false));
}
