using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Server.X402;

namespace CryptoMcp.Server.Tools.X402;

/// <summary><c>x402_quote</c>: what a resource on the web would cost.</summary>
internal sealed class X402QuoteTool(X402Payer payer, IClientIdentity client, ChainTable chains)
    : PreparedTool<X402QuoteResult>(Facts, ToolResultsJson.Default.X402QuoteResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "x402_quote",
        Title = "Price of a web resource",
        Description = "What would a paid web resource or API (HTTP 402, x402) cost: its offers, which one the policy allows, why not the others. "
            + "Asks the seller, never signs or pays. Its quote_id binds x402_pay to this price.",
        Effect = ToolEffect.ReadsChain,
        Arguments = [.. RequestArguments.Schema, Argument.Optional("chain", "Only offers on this chain.")],
    };

    /// <inheritdoc/>
    protected override async Task<X402QuoteResult> RunAsync(ToolCall call, CancellationToken ct) => X402Shapes.Of(await payer.QuoteAsync(
        RequestArguments.Read(call),
        new() { Client = client.Of(call.Request), Chain = call.Find("chain") is { } chain ? chains.Find(chain).Id : null },
        ct).ConfigureAwait(false));
}
