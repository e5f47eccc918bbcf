using CryptoMcp.Evm;

namespace CryptoMcp.Reputation.Tests;

/// <summary>The stand-in registries behave as the published ones were measured to, so that tests on them mean something.</summary>
public sealed class StandInTests
{
    private static readonly EvmAddress s_owner = RegistryChain.Account(1);
    private static readonly EvmAddress s_client = RegistryChain.Account(2);
    private static readonly EvmAddress s_hostile = RegistryChain.Account(3);

    [Fact]
    public async Task One_hostile_entry_makes_the_registrys_own_summary_absurd_and_ours_not()
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner);
        await chain.SendAsync(s_client, RegistryChain.Set.Reputation, Give(Pow(18), 18));
        await chain.SendAsync(s_client, RegistryChain.Set.Reputation, Give(Pow(18), 18));
        await chain.SendAsync(s_hostile, RegistryChain.Set.Reputation, Give(Pow(38), 0));

        var summary = await Call(chain, ReputationRegistry.GetSummary, 0, AbiValue.List(s_client, s_hostile), "o", "");
        var report = await chain.LookAsync(0);

        Assert.Equal("-886533759346574856973353019314274304", summary[1].ToString());
        var tag = Assert.Single(report.Tags);
        Assert.Equal("1", tag.Median!.Value.ToString());
        Assert.Equal("1" + new string('0', 38), tag.Most!.Value.ToString());
        Assert.Equal((3, 2), (tag.Count, tag.Clients));

        static byte[] Give(System.Numerics.BigInteger value, int decimals) =>
            ReputationRegistry.GiveFeedback.Encode(0, value, decimals, "o", "", "", "", default(Hash32));
    }

    [Theory]
    [InlineData("value too large", "A feedback value is at most")]
    [InlineData("Self-feedback not allowed", "The agent's owner")]
    [InlineData("unminted", "There is no agent 7")]
    [InlineData("too many decimals", "at most 18 decimals")]
    public async Task A_refused_write_is_explained(string what, string expected)
    {
        await using var chain = await RegistryChain.StartAsync(withUsdc: false);
        await chain.RegisterAsync(s_owner);
        var (from, data) = what switch
        {
            "value too large" => (s_client, ReputationRegistry.GiveFeedback.Encode(0, Pow(38) + 1, 0, "", "", "", "", default(Hash32))),
            "too many decimals" => (s_client, ReputationRegistry.GiveFeedback.Encode(0, 1, 19, "", "", "", "", default(Hash32))),
            "unminted" => (s_client, ReputationRegistry.GiveFeedback.Encode(7, 1, 0, "", "", "", "", default(Hash32))),
            _ => (s_owner, ReputationRegistry.GiveFeedback.Encode(0, 1, 0, "", "", "", "", default(Hash32))),
        };

        var refused = await Assert.ThrowsAsync<EvmRpcException>(() => chain.Rpc.CallAsync(
            new() { From = from, To = RegistryChain.Set.Reputation, Data = data }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains(expected, RegistryRevert.Explain(refused.RevertData.Span), StringComparison.Ordinal);
    }

    private static System.Numerics.BigInteger Pow(int exponent) => System.Numerics.BigInteger.Pow(10, exponent);

    private static async Task<AbiValue[]> Call(RegistryChain chain, AbiFunction function, params AbiValue[] arguments) => function.DecodeResult(
        await chain.Rpc.CallAsync(new() { To = RegistryChain.Set.Reputation, Data = function.Encode(arguments) }, cancellationToken: TestContext.Current.CancellationToken));
}
