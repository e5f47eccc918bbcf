using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Transfer;

/// <summary><c>transfer_quote</c>: fee, balance and the policy's answer, before anything is paid.</summary>
internal sealed class TransferQuoteTool(GuardClient guard, IClientIdentity client, TransferArguments arguments)
    : PreparedTool<QuoteResult>(Facts, ToolResultsJson.Default.QuoteResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "transfer_quote",
        Title = "Quote a transfer",
        Description = "Estimates what a transfer costs before sending: network fee (gas) likely and at most, the balance that must cover it, "
            + "and the policy's verdict. For the verdict alone use policy_check. Sends, reserves and signs nothing.",
        Effect = ToolEffect.ReadsChain,
        Arguments = TransferArguments.Schema,
    };

    /// <inheritdoc/>
    protected override async Task<QuoteResult> RunAsync(ToolCall call, CancellationToken ct) =>
        Views.Of(await guard.QuoteAsync(arguments.Read(call), client.Of(call.Request), ct).ConfigureAwait(false));
}
