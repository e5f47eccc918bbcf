using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Ledger;

/// <summary>What an owner reads of the journal: live, and as books.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Watch_tells_each_step_as_it_happens_and_export_gives_rows_with_units()
    {
        await using var wallet = await TestWallet.CreateAsync();
        var session = await wallet.ConnectAsync();
        var first = await session.SendUsdcAsync("1.5", "first");
        Assert.False(first.IsError, first.Text);

        await using var watch = await ChildProcess.StartAsync(Product.Command(wallet.Home, "audit", "watch"));
        await using var watchJson = await ChildProcess.StartAsync(Product.Command(wallet.Home, "audit", "watch", "--last", "0", "--json"));
        await watch.WaitForOutputAsync(first["payment_id"]);

        // A key that a spreadsheet would take for a formula, and an amount that a number could not hold.
        var second = await session.SendUsdcAsync("0.000001", "=HYPERLINK(\"http://evil\")");
        Assert.False(second.IsError, second.Text);
        var told = await watch.WaitForOutputAsync($"reserved    {second["payment_id"]}");
        Assert.Contains("0.000001 USDC", told, StringComparison.Ordinal);
        Assert.Contains("reserved", await watchJson.WaitForOutputAsync(second["payment_id"]), StringComparison.Ordinal);
        await watch.InterruptAsync();
        Assert.Equal(0, await watch.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        await watchJson.InterruptAsync();
        Assert.Equal(0, await watchJson.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.All(watchJson.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.NotNull(JsonNode.Parse(line)));

        await using var json = await Product.RunAsync(wallet.Home, "audit", "export", "--json");
        await using var csv = await Product.RunAsync(wallet.Home, "audit", "export", "--csv");
        await using var neither = await Product.RunAsync(wallet.Home, "audit", "export");
        Assert.Equal(0, json.ExitCode);
        var payments = JsonNode.Parse(json.OutputText)!.AsArray();
        Assert.Equal(["1.5", "0.000001"], payments.Select(p => p!["amount"]!.GetValue<string>()));
        Assert.All(payments, p => Assert.Equal("USDC", p!["unit"]!.GetValue<string>()));
        Assert.All(payments, p => Assert.Equal("ETH", p!["fee_unit"]!.GetValue<string>()));
        Assert.All(payments, p => Assert.DoesNotContain("E-", p!["fee_at_most"]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase));

        Assert.Equal(0, csv.ExitCode);
        var rows = csv.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.StartsWith("\"record\",\"payment_id\",", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"0.000001\",\"USDC\"", rows[2], StringComparison.Ordinal);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://evil\"\")\",", rows[2], StringComparison.Ordinal);
        Assert.Equal(2, neither.ExitCode);
    }
}
