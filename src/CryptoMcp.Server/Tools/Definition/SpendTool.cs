using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Tools.Shapes;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// A tool that pays. Where the owner has to be asked, the answer says so with the address of the guard's page, and a
/// client that can open addresses is sent there. Whatever the client answers to that decides nothing: a form is never
/// shown, and <c>accept</c> means only that the page was opened (MCP specification, elicitation, URL mode).
/// </summary>
internal abstract class SpendTool(GuardClient guard, ToolFacts facts) : PreparedTool<PaymentResult>(facts, ToolResultsJson.Default.PaymentResult)
{
    private const string Question = "approval";

    /// <summary>Hands the wish to the guard.</summary>
    protected abstract Task<PaymentView> SubmitAsync(ToolCall call, CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task<PaymentResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var payment = Returning(call) is { } known
            ? await guard.GetPaymentAsync(known, ct).ConfigureAwait(false)
            : await SubmitAsync(call, ct).ConfigureAwait(false);
        if (payment.State == "denied")
        {
            throw GuardRefusal.OfDenied(payment);
        }

        if (payment.Approval is { Status: "waiting", Url: { } url } && CanOpen(call))
        {
            Send(payment, url);
        }

        return Views.Of(payment);
    }

    /// <summary>
    /// The payment that a client was sent to the page for. The state that it brings back is its own word, so it is used to
    /// look and for nothing else.
    /// </summary>
    private static string? Returning(ToolCall call) =>
        call.Request.Params is { InputResponses: { } answers, RequestState: { } state } && answers.ContainsKey(Question)
        && state.StartsWith("pay_", StringComparison.Ordinal) && state.Length <= 80 && state.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? state
            : null;

    private static bool CanOpen(ToolCall call) =>
        Returning(call) is null && call.Request.Server.ClientCapabilities?.Elicitation?.Url is not null && call.Request.Server.IsMrtrSupported;

    private static void Send(PaymentView payment, string url) => throw new InputRequiredException(
        new Dictionary<string, InputRequest>
        {
            [Question] = InputRequest.ForElicitation(new()
            {
                Mode = "url",
                ElicitationId = payment.Approval!.ApprovalId,
                Url = url,
                Message = $"The wallet's owner has to approve this payment: {payment.Summary}. It is approved on the guard's own page, and nowhere else.",
            }),
        },
        payment.PaymentId);
}
