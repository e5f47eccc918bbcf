using CryptoMcp.Evm;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary><c>transaction_get</c>: any transaction, decoded, with what moved.</summary>
internal sealed class TransactionGetTool(ChainTable table, ChainConnections connections)
    : PreparedTool<TransactionResult>(Facts, ToolResultsJson.Default.TransactionResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "transaction_get",
        Title = "Look up a transaction",
        Description = "Looks up any transaction by hash and decodes it: did it succeed, is it final, what moved from whom to whom, the fee. "
            + "For payments made here use payment_get, which knows the policy's side. Changes nothing.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Required("transaction_id", "Hash: 0x and 64 hexadecimal digits."),
            Argument.Required("chain", ChainArgument.Help),
            DetailArgument.Schema,
        ],
    };

    /// <inheritdoc/>
    protected override async Task<TransactionResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var chain = table.Find(call.Text("chain"));
        if (!Hash32.TryParse(call.Text("transaction_id"), out var hash))
        {
            throw new ToolException("invalid_transaction_id", "That is no transaction hash.", "Pass 0x and 64 hexadecimal digits; for pay_… use payment_get.");
        }

        var report = await connections.AskAsync(chain, (rpc, token) => TransactionReader.ReadAsync(rpc, hash, token), ct).ConfigureAwait(false);
        return report is null
            ? new() { TransactionId = hash.ToString(), Chain = chain.Name, Status = "not_found" }
            : TransactionShape.Of(chain, report, call.IsDetailed);
    }
}
