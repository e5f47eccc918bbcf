using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Transfer;

/// <summary><c>transfer_send</c>: the one tool of this set that pays somebody.</summary>
internal sealed class TransferSendTool(GuardClient guard, IClientIdentity client, TransferArguments arguments)
    : PreparedTool<PaymentResult>(Facts, ToolResultsJson.Default.PaymentResult)
{
    public static ToolFacts Facts { get; } = new()
    {
        Name = "transfer_send",
        Title = "Send money",
        Description = "Sends coins or tokens to a recipient: pays, irreversibly, within the owner's policy. Use transfer_quote first if unsure "
            + "of the cost. Without an answer, repeat with the same idempotency_key: that never pays twice. Never retry with a new key; "
            + "do not retry after a denial, tell the user why. Follow up with payment_get.",
        Effect = ToolEffect.SpendsMoney,
        Arguments =
        [
            .. TransferArguments.Schema,
            Argument.Optional("idempotency_key", "Your name for this one wish, e.g. \"invoice-2041\". Same key, same payment."),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<PaymentResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var payment = await guard.SubmitAsync(arguments.Read(call), client.Of(call.Request), ct).ConfigureAwait(false);
        return payment.State == "denied" ? throw GuardRefusal.OfDenied(payment) : Views.Of(payment);
    }
}
