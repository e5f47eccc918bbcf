using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary><c>transaction_get</c>: any transaction, decoded, with what moved.</summary>
internal sealed class TransactionGetTool(ChainTable table)
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
            Argument.Required("transaction_id", "Hash (0x and 64 hexadecimal digits), or Solana signature."),
            Argument.Required("chain", ChainArgument.Help),
            DetailArgument.Schema,
        ],
    };

    /// <inheritdoc/>
    protected override Task<TransactionResult> RunAsync(ToolCall call, CancellationToken ct) =>
        table.Serve(call.Text("chain")).TransactionAsync(call.Text("transaction_id"), call.IsDetailed, ct);
}
