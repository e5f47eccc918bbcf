using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Evm;
using CryptoMcp.Testing;

namespace CryptoMcp.Reputation.Tests;

/// <summary>Look-ups on a real chain: what is there, what is missing, what a node hides.</summary>
public sealed class LookupTests
{
    private static readonly EvmAddress s_owner = RegistryChain.Account(1);
    private static readonly EvmAddress s_buyer = RegistryChain.Account(2);

    private static EvmAddress Client(int i) => RegistryChain.Account(100 + i);

    [Fact]
    public async Task An_agent_with_paid_feedback_is_judged_by_what_was_paid()
    {
        await using var chain = await RegistryChain.StartAsync();
        await chain.RegisterAsync(s_owner, Inline(0));
        for (var i = 0; i < 4; i++)
        {
            for (var other = 0; other < 3; other++)
            {
                await chain.PayAsync(Client(i), RegistryChain.Account(500 + other), 1);
            }
        }

        await chain.PassAsync(TimeSpan.FromDays(120));
        for (var i = 0; i < 4; i++)
        {
            await chain.PayAsync(Client(i), s_owner, 5);
            await chain.FeedbackAsync(Client(i), 0, "90");
        }

        var report = await chain.LookAsync(0);

        Assert.Equal(AgentPresence.Registered, report.Presence);
        Assert.True(report.BackLink);
        Assert.True(report.IsWhole, string.Join(" ", report.Warnings));
        Assert.Empty(report.Warnings);
        Assert.All(report.Registries, registry => Assert.Equal(RegistryState.Known, registry.State));
        Assert.Equal((s_owner, s_owner), (report.Owner!.Value, report.Wallet!.Value));
        var judgement = Assert.Single(report.Judgements);
        Assert.Equal((4, 20_000_000), (judgement.PayingWitnesses, (int)judgement.PaidMicroUsd));
        Assert.False(judgement.IsInsufficient);
        Assert.InRange(judgement.Expectation, 0.85, 0.9);
        Assert.InRange(judgement.PaidEvidence, 19.5, 20);
        Assert.NotNull(report.Since);
        Assert.All(report.Feedback, entry => Assert.NotNull(entry.Transaction));
    }

    [Fact]
    public async Task Placeholder_an_entry_without_a_file_is_one()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner);

        var report = await chain.LookAsync(0);

        Assert.Equal((AgentPresence.Placeholder, FileStatus.None), (report.Presence, report.FileSource.Status));
        Assert.Empty(report.Feedback);
        Assert.Empty(report.Judgements);
    }

    [Fact]
    public async Task Another_agents_file_is_not_this_agents()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(7));

        var report = await chain.LookAsync(0);

        Assert.False(report.BackLink);
        Assert.Equal(AgentPresence.Placeholder, report.Presence);
        Assert.Equal("Clear Skies", report.File!.UntrustedName);
    }

    [Fact]
    public async Task Missing_code_no_registry_no_agent_and_an_unknown_registry_are_fields_not_exceptions()
    {
        await using var bare = await RegistryChain.StartAsync(withRegistries: false, withUsdc: false);
        var absent = await bare.LookAsync(0);
        Assert.Equal(AgentPresence.NoRegistry, absent.Presence);
        Assert.Equal(RegistryState.Absent, absent.Registries[0].State);
        Assert.Contains("no identity registry", absent.Warnings[0], StringComparison.Ordinal);

        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        var nobody = await chain.LookAsync(BigInteger.Pow(2, 255));
        Assert.Equal(AgentPresence.NoAgent, nobody.Presence);
        Assert.Contains("There is no agent", nobody.Warnings[^1], StringComparison.Ordinal);

        var elsewhere = await chain.Lookup().LookAsync(chain.Rpc, new(RegistryChain.Id, RegistryChain.Usdc, 0), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(AgentPresence.NoRegistry, elsewhere.Presence);
    }

    [Fact]
    public async Task Placeholder_contracts_and_upgrades_are_told_apart()
    {
        var code = new byte[] { 1 };
        var published = Hash32.Keccak([2]);
        Assert.Equal(RegistryState.Absent, RegistryProbe.Judge(default, [], null, null, null, null).State);
        Assert.Equal(RegistryState.Placeholder, RegistryProbe.Judge(default, code, "0.0.1", default(EvmAddress), [9], null).State);
        Assert.Equal(RegistryState.Placeholder, RegistryProbe.Judge(default, code, "1.0.0", default(EvmAddress), [9], null).State);
        Assert.Equal(RegistryState.UnknownCode, RegistryProbe.Judge(default, code, "2.0.0", null, null, null).State);
        Assert.Equal(RegistryState.Known, RegistryProbe.Judge(default, code, "2.0.0", default(EvmAddress), [2], new HashSet<Hash32> { published }).State);
        Assert.Equal(RegistryState.OtherVersion, RegistryProbe.Judge(default, code, "2.1.0", null, null, null).State);

        // On a chain: code that is not the trusted one, at the right address.
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner);
        var suspicious = await new AgentLookup(
            new(new(), []), new(), new() { Registries = RegistryTable.BuiltIn.With(RegistryChain.Set) }, TimeProvider.System)
            .LookAsync(chain.Rpc, new(RegistryChain.Id, RegistryChain.Set.Identity, 0), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(RegistryState.UnknownCode, suspicious.Registries[0].State);
        Assert.Contains(suspicious.Warnings, warning => warning.Contains("not known here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_chain_is_an_error_of_the_endpoint()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        chain.Proxy.Set(RpcFault.WrongChainId(1));

        var error = await Assert.ThrowsAsync<EvmRpcException>(() => chain.LookAsync(0));

        Assert.Equal(EvmRpcFailure.WrongChain, error.Kind);
    }

    [Fact]
    public async Task Logs_that_a_node_hides_are_missed_aloud()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(0));
        await chain.FeedbackAsync(Client(1), 0, "20");
        await chain.FeedbackAsync(Client(2), 0, "95");
        chain.Proxy.Set(new RpcFault.Lie(
            (_, result) => new JsonArray([.. result!.AsArray().Where(log => !log!["topics"]!.ToJsonString().Contains(Client(1).ToLowerString()[2..], StringComparison.Ordinal))
                .Select(log => log!.DeepClone())]),
            "eth_getLogs"));

        var report = await chain.LookAsync(0);

        Assert.Equal(2, report.Feedback.Count);
        Assert.False(report.IsWhole);
        Assert.Contains(report.Warnings, warning => warning.StartsWith("1 feedback entries of the registry's state were in no log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_shows_no_logs_at_all_is_not_believed()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(0));
        await chain.FeedbackAsync(Client(1), 0, "95");
        chain.Proxy.Set(new RpcFault.Lie((_, _) => new JsonArray(), "eth_getLogs"));

        var report = await chain.LookAsync(0);

        Assert.False(report.IsWhole);
        Assert.Contains(report.Warnings, warning => warning.Contains("no log of the agent's registration", StringComparison.Ordinal));
        Assert.Single(report.Feedback);
        Assert.True(Assert.Single(report.Judgements).IsInsufficient);
    }

    [Fact]
    public async Task A_node_that_refuses_logs_leaves_a_report_that_says_so()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(0));
        await chain.FeedbackAsync(Client(1), 0, "95");
        chain.Proxy.Set(new RpcFault.RpcError(-32000, "not on this plan", "eth_getLogs"));

        var report = await chain.LookAsync(0);

        Assert.False(report.IsWhole);
        Assert.All(report.Coverage, part => Assert.Equal(0UL, part.Coverage.Scanned));
        Assert.Single(report.Feedback);
    }

    [Fact]
    public async Task Pages_that_a_node_cannot_hold_are_halved()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(0));
        for (var i = 0; i < 9; i++)
        {
            await chain.FeedbackAsync(Client(i), 0, "95");
        }

        // Out of gas looks like a revert without data; calls for more than two clients do that here.
        chain.Proxy.Set(new RpcFault.RpcError(3, "execution reverted", "eth_call")
        {
            When = request => request["params"]![0]!["data"]!.GetValue<string>() is var data
                && data.StartsWith("0xd9d84224", StringComparison.Ordinal) && data.Length > 2 * (4 + (32 * 10)),
        });
        var report = await chain.LookAsync(0);

        Assert.Equal(9, report.Feedback.Count);
        Assert.True(report.IsWhole, string.Join(" ", report.Warnings));
    }

    [Fact]
    public async Task The_second_look_asks_little_and_sees_what_is_new()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner, Inline(0));
        for (var i = 0; i < 5; i++)
        {
            await chain.FeedbackAsync(Client(i), 0, "95");
        }

        var lookup = chain.Lookup();
        var agent = new AgentReference(RegistryChain.Id, RegistryChain.Set.Identity, 0);
        await lookup.LookAsync(chain.Rpc, agent, cancellationToken: TestContext.Current.CancellationToken);
        var reads = chain.Proxy.Requests.Count(IsReadAll);
        await lookup.LookAsync(chain.Rpc, agent, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(reads, chain.Proxy.Requests.Count(IsReadAll));

        await chain.FeedbackAsync(Client(9), 0, "10");
        var report = await lookup.LookAsync(chain.Rpc, agent, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(6, report.Feedback.Count);

        static bool IsReadAll(JsonNode request) => request.ToJsonString().Contains("0xd9d84224", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validator_that_is_the_owner_is_no_evidence()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner);
        var (own, honest) = (Hash32.Keccak([1]), Hash32.Keccak([2]));
        var at = RegistryChain.Set.Validation!.Value;
        await chain.SendAsync(s_owner, at, ValidationRegistry.ValidationRequestFunction.Encode(s_owner, 0, "", own));
        await chain.SendAsync(s_owner, at, ValidationRegistry.ValidationResponseFunction.Encode(own, 100, "", default(Hash32), "tee-attestation"));
        await chain.SendAsync(s_owner, at, ValidationRegistry.ValidationRequestFunction.Encode(s_buyer, 0, "", honest));

        var report = await chain.LookAsync(0);

        Assert.Equal([true, false], report.Validations.Select(entry => entry.IsSelf));
        Assert.Equal([100, null], report.Validations.Select(entry => entry.Response));
    }

    internal static string Inline(int id, string name = "Clear Skies", string more = "") => "data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $$"""
        {"type":"https://eips.ethereum.org/EIPS/eip-8004#registration-v1","name":"{{name}}","description":"Weather"{{more}},
         "registrations":[{"agentId":{{id}},"agentRegistry":"eip155:31337:{{RegistryChain.Set.Identity}}"}]}
        """));
}
