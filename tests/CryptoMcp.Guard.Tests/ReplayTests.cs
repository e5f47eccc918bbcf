using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard.Tests;

/// <summary>What was decided once is decided again from journal and policy revision.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Every_decision_comes_out_again_over_payments_refusals_revisions_and_restarts()
    {
        await using var ground = await GuardGround.StartAsync(day: "6 USD");
        await ground.LookWhenFinalAsync(await ground.SendAsync("2 USDC", key: "a"));
        await ground.SendAsync("3.5 USDC", key: "b");
        Assert.Equal("denied", (await ground.SendAsync("1 USDC", key: "c")).State);
        Assert.Equal("denied", (await ground.SendAsync("9 USDC", key: "d")).State);
        Assert.Equal("denied", (await ground.SendAsync("0.015 ETH", key: "e")).State);
        ground.WritePolicy(revision: 2, day: "5.80 USD");
        await ground.RestartAsync();
        await ground.SendAsync("2 USDC", key: "f");
        Assert.Equal("denied", (await ground.SendAsync("1 USDC", key: "g")).State);

        var report = DecisionReplay.Run(ground.Home);
        Assert.True(report.Agrees, $"{report.First} {report.Fault}");
        Assert.Equal(7, report.Decisions);
        Assert.Equal(2, report.Revisions);
        Assert.Equal(report, DecisionReplay.Run(ground.Home));
    }

    [Fact]
    public async Task A_decision_that_somebody_rewrote_with_all_hashes_is_named()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        await ground.SendAsync("3 USDC", key: "a");
        var denied = await ground.SendAsync("2 USDC", key: "b");
        await ground.Guard.DisposeAsync();
        Forge.Journal(ground.Home, denied.PaymentId, record =>
        {
            record["type"] = "reserved";
            record["decision"]!["verdict"] = "allow";
            record["decision"]!["code"] = "allowed";
        });

        var report = DecisionReplay.Run(ground.Home);
        Assert.Null(report.Fault);
        Assert.Equal(1, report.Differing);
        Assert.Equal(denied.PaymentId, report.First!.PaymentId);
        Assert.StartsWith("allow allowed", report.First.Recorded, StringComparison.Ordinal);
        Assert.StartsWith("deny over_budget by day", report.First.Derived, StringComparison.Ordinal);
        await ground.OpenAsync();
    }

    [Fact]
    public async Task A_policy_that_somebody_put_in_place_of_the_accepted_one_shows_in_what_it_decides()
    {
        await using var ground = await GuardGround.StartAsync(day: "4 USD");
        await ground.SendAsync("3 USDC", key: "a");
        await ground.Guard.DisposeAsync();
        Forge.Journal(ground.Home, paymentId: null, record => record["details"]!["file"] = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(File.ReadAllText(ground.Home.PolicyFile).Replace("4 USD", "2 USD", StringComparison.Ordinal))));

        var report = DecisionReplay.Run(ground.Home);
        Assert.Equal(1, report.Differing);
        Assert.StartsWith("deny over_budget by day", report.First!.Derived, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<GuardException>(() => ground.OpenAsync());
        Assert.Equal("policy_record_damaged", refusal.Problem.Code);
    }
}

/// <summary>An attacker who can write the journal and knows how its chain is made.</summary>
internal static class Forge
{
    /// <summary>Changes the record of a payment's decision, or of the policy, and chains every line anew.</summary>
    public static void Journal(GuardHome home, string? paymentId, Action<JsonObject> change)
    {
        var lines = File.ReadAllLines(home.JournalFile);
        var previous = new string('0', 64);
        var done = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var record = JsonNode.Parse(lines[i])!.AsObject();
            if (!done && (paymentId is null ? (string?)record["kind"] == "policy" : (string?)record["payment"] == paymentId))
            {
                change(record);
                done = true;
            }

            record.Remove("prev");
            record.Remove("hash");
            record["prev"] = previous;
            var text = record.ToJsonString();
            var open = text[..^1];
            previous = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(open)));
            lines[i] = $"{open},\"hash\":\"{previous}\"}}";
        }

        File.WriteAllText(home.JournalFile, string.Join('\n', lines) + "\n");
        File.Delete(Path.Combine(home.Guard, "journal.head"));
    }
}
