using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Payments;

/// <summary><c>payment_list</c>: what was paid, newest first.</summary>
internal sealed class PaymentListTool(GuardClient guard) : PreparedTool<PaymentListResult>(Facts, ToolResultsJson.Default.PaymentListResult)
{
    private const int Longest = 50;
    private const int Usual = 10;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "payment_list",
        Title = "List payments",
        Description = "History: recent payments and transfers made from here, newest first; also denied ones. "
            + "Use it to find a payment id or what an interrupted call did. Changes nothing.",
        Effect = ToolEffect.ReadsGuard,
        Arguments =
        [
            Argument.Optional("state", "Only this state, e.g. \"settled\" or \"stuck\"."),
            Argument.Count("limit", "Per page.", 1, Longest, Usual),
            Argument.Optional("cursor", "next_cursor of the previous page."),
            DetailArgument.Schema,
        ],
    };

    private static readonly string[] s_states = ["denied", "waiting", "closed", "reserved", "signing", "exposed", "seen", "settled", "released", "stuck"];

    /// <inheritdoc/>
    protected override async Task<PaymentListResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var page = await guard.ListPaymentsAsync(State(call.Find("state")), call.Find("cursor"), call.Count("limit", 1, Longest, Usual), ct)
            .ConfigureAwait(false);
        var lines = new List<PaymentLine>(page.Payments.Count);
        foreach (var payment in page.Payments)
        {
            lines.Add(Views.LineOf(payment, call.IsDetailed));
        }

        return new() { Payments = lines, Total = page.Total, NextCursor = page.NextCursor };
    }

    private static string? State(string? text) => text is null || Array.IndexOf(s_states, text) >= 0
        ? text
        : throw new ToolException("invalid_state", "There is no such state.", $"Pass one of: {string.Join(", ", s_states)}; or leave 'state' out.");
}
