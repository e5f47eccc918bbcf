using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Payments;

/// <summary><c>payment_cancel</c>: tries to stop a payment that is not final.</summary>
internal sealed class PaymentCancelTool(GuardClient guard, IClientIdentity client)
    : PreparedTool<PaymentResult>(Facts, ToolResultsJson.Default.PaymentResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "payment_cancel",
        Title = "Cancel a payment",
        Description = "Tries to cancel or stop a payment that is still pending or stuck, by an empty transaction at the same nonce; costs a fee. "
            + "May lose the race, so read the state afterwards with payment_get. Never undoes or refunds a settled payment.",
        Effect = ToolEffect.ActsOnChain,
        Arguments = [PaymentIdArgument.Schema],
    };

    /// <inheritdoc/>
    protected override async Task<PaymentResult> RunAsync(ToolCall call, CancellationToken ct) =>
        Views.Of(await guard.CancelAsync(PaymentIdArgument.Read(call), client.Of(call.Request), ct).ConfigureAwait(false));
}
