using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Payments;

/// <summary><c>payment_get</c>: where one payment stands.</summary>
internal sealed class PaymentGetTool(GuardClient guard) : PreparedTool<PaymentDetailResult>(Facts, ToolResultsJson.Default.PaymentDetailResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "payment_get",
        Title = "Payment status",
        Description = "Status of one payment made here, by payment id: settled, still pending, stuck or released (not paid), with its proof. "
            + "For transactions of others use transaction_get. Changes nothing.",
        Effect = ToolEffect.ReadsGuard,
        Arguments = [PaymentIdArgument.Schema, DetailArgument.Schema],
    };

    /// <inheritdoc/>
    protected override async Task<PaymentDetailResult> RunAsync(ToolCall call, CancellationToken ct) =>
        Views.DetailOf(await guard.GetPaymentAsync(PaymentIdArgument.Read(call), ct).ConfigureAwait(false), call.IsDetailed);
}
