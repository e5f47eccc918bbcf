namespace CryptoMcp.WholeProgram;

/// <summary>Balances through a real MCP client.</summary>
internal static class Reads
{
    public static async Task MeasureAsync(Ground ground, Report report)
    {
        var arguments = new Dictionary<string, object?> { ["chains"] = "bench" };
        for (var i = 0; i < 200; i++)
        {
            await ground.CallAsync("wallet_balances", arguments);
        }

        var times = new List<double>();
        for (var i = 0; i < 1000; i++)
        {
            times.Add(await ground.CallAsync("wallet_balances", arguments));
        }

        report.AddTimes("wallet_balances, coin and 20 tokens on one chain", times, "one round trip");
    }
}
