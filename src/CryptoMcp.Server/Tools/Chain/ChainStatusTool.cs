using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary><c>chain_status</c>: whether chains answer, and where they stand.</summary>
internal sealed class ChainStatusTool(ChainTable table, ChainConnections connections)
    : PreparedTool<ChainStatusResult>(Facts, ToolResultsJson.Default.ChainStatusResult)
{
    private const int GweiDecimals = 9;

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
        : new() { Chains = [.. table.Chains.All.Select(Known)] };

    private static ChainStatusShape Known(EvmChain chain) => new()
    {
        Chain = chain.Name,
        Id = chain.Id.ToString(),
        Testnet = chain.IsTestNetwork,
    };

    private async Task<ChainStatusShape> AskAsync(EvmChain chain, CancellationToken ct)
    {
        try
        {
            var (head, final, gasPrice) = await connections.AskAsync(chain, ReadAsync, ct).ConfigureAwait(false);
            return Known(chain) with
            {
                Block = head.Number,
                FinalBlock = final,
                Time = Texts.Time(head.Timestamp),
                GasPrice = $"{DecimalText.Format(gasPrice, GweiDecimals)} gwei",
            };
        }
        catch (ToolException e)
        {
            return Known(chain) with { Problem = e.Message };
        }
    }

    private static async Task<(BlockHeader Head, ulong? Final, BigInteger GasPrice)> ReadAsync(EvmRpc rpc, CancellationToken ct)
    {
        var rule = rpc.Chain.Finality;
        var batch = rpc.CreateBatch();
        var latest = batch.Add(EvmRequests.Block(BlockTag.Latest));
        var final = rule.Kind == FinalityKind.Depth
            ? null
            : batch.Add(EvmRequests.Block(rule.Kind == FinalityKind.Safe ? BlockTag.Safe : BlockTag.Finalized));
        var gasPrice = batch.Add(EvmRequests.GasPrice);
        await batch.SendAsync(ct).ConfigureAwait(false);
        var head = latest.Value ?? throw new EvmRpcException(EvmRpcFailure.BadAnswer, rpc.Chain.Name, "the node has no newest block");
        return (head, final is null ? head.Number - Math.Min(head.Number, rule.Depth) : final.Error is null ? final.Value?.Number : null, gasPrice.Value);
    }
}
