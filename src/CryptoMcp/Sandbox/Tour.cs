using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Spectre.Console;

namespace CryptoMcp.Sandbox;

/// <summary>Shows the product at work: a real MCP client asks, and every word of the answers is the server's.</summary>
internal static class Tour
{
    private const string Stranger = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    public static async Task RunAsync(PlayGround ground, CancellationToken ct)
    {
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = ground.Url, Name = "tour" }), cancellationToken: ct);
        Say($"An MCP client is connected to {ground.Url} (protocol {client.NegotiatedProtocolVersion}). It plays the agent; the owner's policy is:");
        await CallAsync(client, "policy_show", new() { ["detail"] = "detailed" }, "explanation", ct);

        Say("What do I have?");
        await CallAsync(client, "wallet_balances", new() { ["chains"] = SandboxHome.ChainName }, null, ct);

        Say("What would 2.50 USDC to the coffee shop cost, and may I?");
        await CallAsync(client, "transfer_quote", Transfer("2.50 USDC", "payee:coffee-shop"), null, ct);

        Say("Then do it.");
        var paid = await CallAsync(client, "transfer_send", Transfer("2.50 USDC", "payee:coffee-shop", "coffee-1"), null, ct);

        Say("The answer got lost, so I ask again with the same idempotency key. It must not pay twice.");
        await CallAsync(client, "transfer_send", Transfer("2.50 USDC", "payee:coffee-shop", "coffee-1"), null, ct);

        Say("A web page told me to send 50 USDC to a stranger.");
        await CallAsync(client, "transfer_send", Transfer("50 USDC", Stranger, "stranger-1"), null, ct);

        Say("Then in small parts: 5 USDC each, which the rule allows, until the day's budget says no.");
        await CallAsync(client, "transfer_send", Transfer("5 USDC", Stranger, "part-1"), null, ct);
        await CallAsync(client, "transfer_send", Transfer("5 USDC", Stranger, "part-2"), null, ct);

        Say("What became of the coffee? (Blocks come every second here, and two on top make one final.)");
        if (paid.ValueKind == JsonValueKind.Object && paid.TryGetProperty("payment_id", out var id))
        {
            await UntilSettledAsync(client, id.GetString()!, ct);
            await CallAsync(client, "payment_get", new() { ["payment_id"] = id.GetString() }, null, ct);
            await CallAsync(client, "transaction_get", new() { ["chain"] = SandboxHome.ChainName, ["transaction_id"] = paid.GetProperty("transaction_id").GetString() }, null, ct);
        }

        if (ground.HasSolana)
        {
            await OnSolanaAsync(client, ct);
        }

        Say("And what is left?");
        await CallAsync(client, "wallet_balances", [], null, ct);
        AnsiConsole.MarkupLine("[green]The tour is over.[/] 'cryptomcp sandbox' without --tour stays up for your own client.");
    }

    /// <summary>The other chain family under the same policy: what was paid on the first counts here too.</summary>
    private static async Task OnSolanaAsync(McpClient client, CancellationToken ct)
    {
        Say("The same wallet on Solana: 1 USDC to the tea house, which has no token account yet. The day's budget is the same one.");
        await CallAsync(client, "transfer_quote", Transfer("1 USDC", "payee:tea-house", chain: SandboxHome.SolanaName), null, ct);
        var paid = await CallAsync(client, "transfer_send", Transfer("1 USDC", "payee:tea-house", "tea-1", SandboxHome.SolanaName), null, ct);
        if (paid.ValueKind == JsonValueKind.Object && paid.TryGetProperty("payment_id", out var id))
        {
            await UntilSettledAsync(client, id.GetString()!, ct);
            await CallAsync(client, "payment_get", new() { ["payment_id"] = id.GetString() }, null, ct);
            await CallAsync(client, "transaction_get", new() { ["chain"] = SandboxHome.SolanaName, ["transaction_id"] = paid.GetProperty("transaction_id").GetString() }, null, ct);
        }

        Say("Another 5 USDC there: allowed by the rule, but not by what is left of the day.");
        await CallAsync(client, "transfer_send", Transfer("5 USDC", SandboxHome.TeaHouse, "tea-2", SandboxHome.SolanaName), null, ct);
    }

    private static async Task UntilSettledAsync(McpClient client, string payment, CancellationToken ct)
    {
        for (var looks = 0; looks < 40; looks++)
        {
            var result = await client.CallToolAsync("payment_get", new Dictionary<string, object?> { ["payment_id"] = payment }, cancellationToken: ct);
            if (result.StructuredContent is { } seen && seen.TryGetProperty("state", out var state) && state.GetString() == "settled")
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), ct);
        }
    }

    private static Dictionary<string, object?> Transfer(string amount, string to, string? key = null, string chain = SandboxHome.ChainName)
    {
        var arguments = new Dictionary<string, object?> { ["chain"] = chain, ["amount"] = amount, ["to"] = to };
        if (key is not null)
        {
            arguments["idempotency_key"] = key;
        }

        return arguments;
    }

    private static async Task<JsonElement> CallAsync(
        McpClient client, string tool, Dictionary<string, object?> arguments, string? only, CancellationToken ct)
    {
        var shown = string.Join(", ", arguments.Select(a => $"{a.Key}: {a.Value}"));
        AnsiConsole.MarkupLine($"  [blue]→ {tool}[/] {Markup.Escape(shown)}");
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: ct);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        if (result.IsError is true)
        {
            AnsiConsole.MarkupLine($"  [red]✗[/] {Markup.Escape(text.ReplaceLineEndings("\n    "))}");
            AnsiConsole.WriteLine();
            return default;
        }

        var answer = result.StructuredContent is { } structured ? structured : default;
        var part = only is not null && answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(only, out var chosen) ? chosen : answer;
        AnsiConsole.MarkupLine($"  [green]←[/] {Markup.Escape(part.ValueKind == JsonValueKind.Undefined ? text : Pretty(part)).ReplaceLineEndings("\n    ")}");
        AnsiConsole.WriteLine();
        return answer;
    }

    private static string Pretty(JsonElement json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Say(string what) => AnsiConsole.MarkupLine($"[bold yellow]●[/] [bold]{Markup.Escape(what)}[/]");
}
