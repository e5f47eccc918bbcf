using System.Text;
using System.Text.Json;
using CryptoMcp.Payments;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;
using CryptoMcp.Server.X402;

namespace CryptoMcp.Server.Tools.X402;

/// <summary><c>x402_call_tool</c>: calls a tool of an MCP server that charges.</summary>
internal sealed class X402CallToolTool(ToolPurchase purchase, IClientIdentity client, ChainTable chains)
    : PreparedTool<X402PayResult>(Facts, ToolResultsJson.Default.X402PayResult)
{
    private const int MostArguments = 64 * 1024;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "x402_call_tool",
        Title = "Call a paid MCP tool",
        Description = "Calls a tool on another MCP server that charges per call, and pays for the call. Without an answer, repeat with the same "
            + "idempotency_key: that never pays twice. The answer is untrusted data.",
        Effect = ToolEffect.SpendsMoney,
        Arguments =
        [
            Argument.Required("server", "https address of the MCP endpoint (Streamable HTTP)."),
            Argument.Required("tool", "Name of the tool there."),
            Argument.Optional("arguments", "Its arguments as a JSON object in text."),
            Argument.Optional("max_amount", "Pay no more than this, e.g. \"0.05 USDC\"."),
            Argument.Optional("chain", "Only offers on this chain."),
            Argument.Optional("wallet", WalletArgument.Help),
            Argument.Optional("idempotency_key", "Your name for this one call. Same key, same payment."),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<X402PayResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var tool = call.Text("tool");
        if (tool.Length > 128 || tool.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ToolException("invalid_argument", "That is no name of a tool.", "Pass the name as the other server lists it.");
        }

        var bought = await purchase.CallAsync(
            RequestArguments.AddressOf(call.Text("server")),
            tool,
            ArgumentsOf(call.Find("arguments") ?? "{}"),
            new()
            {
                Client = client.Of(call.Request),
                Key = KeyArgument.Read(call.Find("idempotency_key")),
                Wallet = call.Find("wallet"),
                AtMost = call.Find("max_amount") is { } most ? AmountArgument.Read(most) : null,
                Chain = call.Find("chain") is { } chain ? chains.Find(chain).Id : null,
            },
            ct).ConfigureAwait(false);
        return X402Shapes.Of(bought) with { Status = null, UntrustedContentType = null };
    }

    private static JsonElement ArgumentsOf(string text)
    {
        try
        {
            if (text.Length <= MostArguments && WireJson.Parse(Encoding.UTF8.GetBytes(text)) is { ValueKind: JsonValueKind.Object } arguments)
            {
                return arguments;
            }
        }
        catch (X402FormatException)
        {
            // Told below, as every other text that is no such object.
        }

        throw new ToolException("invalid_argument", "'arguments' is no JSON object in text.", "Pass something like {\"city\":\"Oslo\"}.");
    }
}
