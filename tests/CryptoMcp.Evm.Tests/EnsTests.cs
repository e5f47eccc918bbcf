using System.Text.Json.Nodes;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

public sealed class EnsTests(LocalChain chain) : IClassFixture<LocalChain>
{
    private static readonly EvmAddress s_registry = EvmAddress.Parse("0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e");
    private static readonly EvmAddress s_resolver = EvmAddress.Parse("0x4976fb03C32e5B8cfe2b6cCB31c09Ba78EBaBa41");
    private static readonly EvmAddress s_owner = EvmAddress.Parse("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Nodes_match_ethers()
    {
        foreach (var testCase in Vectors.Load("namehash", 8))
        {
            var name = testCase.Text("name");
            Assert.Equal(testCase.Text("expected"), name.Length == 0
                ? EnsName.Node(name).ToString()
                : EnsName.Parse(name).Node().ToString());
        }
    }

    [Theory]
    [InlineData("vitаlik.eth", "imitate")]
    [InlineData("na me.eth", "imitate")]
    [InlineData("name..eth", "empty")]
    [InlineData(".eth", "empty")]
    [InlineData("name.eth.", "empty")]
    [InlineData("xn--vitlik-6fg.eth", "encoded")]
    [InlineData("na\u200bme.eth", "imitate")]
    [InlineData("ñandu.eth", "imitate")]
    [InlineData("under_score.eth", "imitate")]
    [InlineData("", "1 to 255")]
    [InlineData(null, "1 to 255")]
    public void Names_that_can_imitate_others_are_refused(string? text, string reason)
    {
        Assert.False(EnsName.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_resolve_forward_and_back()
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        var records = new Records { ["vitalik.eth"] = s_owner };
        records.Names[s_owner] = "vitalik.eth";
        proxy.Set(records.Answers());
        using var rpc = Connect(proxy);
        var ens = new Ens(rpc);
        Assert.Equal(s_owner, await ens.ResolveAsync(EnsName.Parse("Vitalik.eth"), Cancel));
        Assert.Null(await ens.ResolveAsync(EnsName.Parse("nobody.eth"), Cancel));
        Assert.Equal("vitalik.eth", (await ens.ReverseAsync(s_owner, Cancel))!.Value.Text);
        Assert.Null(await ens.ReverseAsync(s_resolver, Cancel));
    }

    [Theory]
    [InlineData("vitalik.eth")]
    [InlineData("VITALIK.eth")]
    [InlineData("vitаlik.eth")]
    [InlineData("")]
    public async Task A_name_that_does_not_point_back_is_not_shown(string claimed)
    {
        await using var proxy = await FaultProxy.StartAsync(chain.Anvil.Url);
        var records = new Records { ["vitalik.eth"] = s_owner };
        var claimant = LocalChain.Account(0);
        records.Names[claimant] = claimed;
        proxy.Set(records.Answers());
        using var rpc = Connect(proxy);
        Assert.Null(await new Ens(rpc).ReverseAsync(claimant, Cancel));
    }

    [Fact]
    public void Chains_without_ens_say_so()
    {
        using var rpc = chain.Connect();
        Assert.Contains("no ENS", Assert.Throws<ArgumentException>(() => new Ens(rpc)).Message, StringComparison.Ordinal);
    }

    private static EvmRpc Connect(FaultProxy proxy) => new(LocalChain.At(proxy.Url) with { EnsRegistry = s_registry }, LocalChain.Hasty);

    /// <summary>Registry and resolver as a node would answer for them.</summary>
    private sealed class Records : Dictionary<string, EvmAddress>
    {
        public Dictionary<EvmAddress, string> Names { get; } = [];

        public RpcFault.Lie Answers() => new((request, _) => Answer(request["params"]![0]!), "eth_call");

        private JsonNode Answer(JsonNode call)
        {
            var data = call.Text("data");
            var node = Hash32.Parse("0x" + data[10..]);
            var address = this.Where(record => EnsName.Node(record.Key) == node).Select(record =>
                (EvmAddress?)record.Value).FirstOrDefault();
            var name = Names.Where(record => EnsName.Node($"{record.Key.ToLowerString()[2..]}.addr.reverse") == node).Select(record =>
                record.Value).FirstOrDefault();
            if (EvmAddress.Parse(call.Text("to")) == s_registry)
            {
                return (address is null && name is null ? default : s_resolver).ToWord().ToString();
            }

            return name is not null
                ? Hex.Format(AbiEncoder.Encode([new("name", AbiType.Parse("string"))], name))
                : address!.Value.ToWord().ToString();
        }
    }
}
