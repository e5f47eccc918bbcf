using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Approvals;

/// <summary><c>approval_get</c>: whether the owner has answered, and what became of the payment.</summary>
internal sealed class ApprovalGetTool(GuardClient guard) : PreparedTool<ApprovalResult>(Facts, ToolResultsJson.Default.ApprovalResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "approval_get",
        Title = "Approval status",
        Description = "Whether the owner has approved or refused what needs approval, by approval id: waiting, approved (with the payment's state), "
            + "refused, expired or superseded. After needs_approval, wait with this; the guard pays by itself once approved. Never approves anything itself.",
        Effect = ToolEffect.ReadsGuard,
        Arguments = [Argument.Required("approval_id", "\"apr_…\" from an answer needs_approval.")],
    };

    /// <inheritdoc/>
    protected override async Task<ApprovalResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var id = call.Text("approval_id");
        if (id.Length is not (> 4 and <= 80) || !id.StartsWith("apr_", StringComparison.Ordinal) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new ToolException("invalid_approval_id", "That is no approval id.", "Pass an id such as apr_…, from the answer that asked for approval.");
        }

        return Views.Of(await guard.GetApprovalAsync(id, ct).ConfigureAwait(false));
    }
}
