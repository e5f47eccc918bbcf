using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Transfer;

/// <summary><c>transfer_send</c>: the one tool of this set that pays somebody.</summary>
internal sealed class TransferSendTool(GuardClient guard, IClientIdentity client, TransferArguments arguments)
    : SpendTool(guard, Facts)
{
    private readonly GuardClient _guard = guard;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "transfer_send",
        Title = "Send money",
        Description = "Sends coins or tokens to a recipient: pays, irreversibly, within the owner's policy. Use transfer_quote first if unsure "
            + "of the cost. Without an answer, repeat with the same idempotency_key: that never pays twice. Never retry with a new key; "
            + "do not retry after a denial, tell the user why. needs_approval: give the user the URL, follow with approval_get. Else payment_get.",
        Effect = ToolEffect.SpendsMoney,
        Arguments =
        [
            .. TransferArguments.Schema,
            Argument.Optional("idempotency_key", "Your name for this one wish, e.g. \"invoice-2041\". Same key, same payment."),
        ],
    };

    /// <inheritdoc/>
    protected override Task<PaymentView> SubmitAsync(ToolCall call, CancellationToken ct) =>
        _guard.SubmitAsync(arguments.Read(call), client.Of(call.Request), ct);
}
