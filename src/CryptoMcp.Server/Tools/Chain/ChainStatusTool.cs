using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary><c>chain_status</c>: whether chains answer, and where they stand.</summary>
internal sealed class ChainStatusTool(ChainTable table)
    : PreparedTool<ChainStatusResult>(Facts, ToolResultsJson.Default.ChainStatusResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "chain_status",
        Title = "Chain status",
        Description = "Is a blockchain reachable: latest and final block, gas price, right chain id. Without 'chains' lists all "
            + "supported chains and asks none. Knows nothing of wallets or payments.",
        Effect = ToolEffect.ReadsChain,
        Arguments = [Argument.Optional("chains", ChainArgument.HelpSeveral + "only list.")],
    };

    /// <inheritdoc/>
    protected override async Task<ChainStatusResult> RunAsync(ToolCall call, CancellationToken ct) => call.Find("chains") is { } named
        ? new() { Chains = await Task.WhenAll(ChainArgument.ReadSeveral(table, named).Select(chain => AskAsync(chain, ct))).ConfigureAwait(false) }
        : new() { Chains = [.. table.All.Select(chain => chain.Known)] };

    private static async Task<ChainStatusShape> AskAsync(ServedChain chain, CancellationToken ct)
    {
        try
        {
            return await chain.StatusAsync(ct).ConfigureAwait(false);
        }
        catch (ToolException e)
        {
            return chain.Known with { Problem = e.Message };
        }
    }
}
