using System.Text;
using CryptoMcp.Money;

namespace CryptoMcp.Evm.Tests;

public sealed class ChainTests
{
    [Theory]
    [InlineData("base", 8453)]
    [InlineData("Base", 8453)]
    [InlineData("eip155:8453", 8453)]
    [InlineData("8453", 8453)]
    [InlineData("ethereum", 1)]
    [InlineData("mainnet", 1)]
    [InlineData("arbitrum-one", 42161)]
    [InlineData("op-sepolia", 11155420)]
    [InlineData("amoy", 80002)]
    [InlineData("zksync", 324)]
    public void Chains_are_found_by_name_alias_and_id(string text, ulong id) =>
        Assert.Equal(ChainId.Evm(id), EvmChains.BuiltIn.Find(text).Id);

    [Theory]
    [InlineData("goerli")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("08453")]
    [InlineData("-1")]
    [InlineData("eip155:08453")]
    [InlineData("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")]
    [InlineData("99999999999999999999999999")]
    public void An_unknown_chain_is_refused_with_the_names(string? text)
    {
        Assert.False(EvmChains.BuiltIn.TryFind(text, out _, out var problem));
        Assert.Contains("base-sepolia", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_is_consistent()
    {
        Assert.Equal(12, EvmChains.BuiltIn.All.Count);
        foreach (var chain in EvmChains.BuiltIn.All)
        {
            Assert.All(chain.RpcUrls, url => Assert.Equal("https", url.Scheme));
            Assert.NotEmpty(chain.RpcUrls);
            Assert.Equal(chain.Id, chain.Native.Chain);
            Assert.True(chain.Native.Id.IsNative);
            Assert.False(chain.IsLocal);
            Assert.All(chain.Tokens, token => Assert.Equal(chain.Id, token.Asset.Chain));
            Assert.Equal(chain.Tokens.Count, chain.Tokens.Select(token => token.Asset.Symbol).Distinct().Count());
            Assert.True(chain.TryFindToken("USDC", out var usdc));
            Assert.Equal(6, usdc.Asset.Decimals);
        }
    }

    [Theory]
    [InlineData("ethereum", "USD Coin")]
    [InlineData("base", "USD Coin")]
    [InlineData("base-sepolia", "USDC")]
    [InlineData("arbitrum-sepolia", "USD Coin")]
    public void The_domain_of_usdc_is_pinned_per_chain(string chain, string name)
    {
        Assert.True(EvmChains.BuiltIn.Find(chain).TryFindToken("USDC", out var usdc));
        Assert.Equal(new TokenDomain(name, "2"), usdc.Domain);
    }

    [Fact]
    public void Nothing_is_signed_in_a_domain_that_is_not_certain()
    {
        Assert.True(EvmChains.BuiltIn.Find("zksync").TryFindToken("USDC", out var usdc));
        Assert.Null(Eip712Domain.Of(usdc));
    }

    [Fact]
    public void A_chain_of_ones_own_is_one_entry()
    {
        var chains = EvmChains.Load(Encoding.UTF8.GetBytes("""
            [{"id":31337,"name":"sandbox","rpc":["http://127.0.0.1:8545"],"native":{"symbol":"PLAY"},"finality":{"depth":1},"test":true,
              "tokens":[{"symbol":"USDC","address":"0x5FbDB2315678afecb367f032d93F642f64180aa3","decimals":6,"domain":{"name":"USDC","version":"2"}}]}]
            """));
        var sandbox = chains.Find("sandbox");
        Assert.True(sandbox.IsLocal);
        Assert.True(sandbox.IsTestNetwork);
        Assert.Equal("PLAY", sandbox.Native.Symbol);
        Assert.Equal(FinalityRule.AtDepth(1), sandbox.Finality);
        Assert.Equal("USDC", sandbox.Tokens[0].Domain!.Name);
        Assert.Equal("base", chains.Find("8453").Name);
    }

    [Fact]
    public void An_entry_replaces_only_what_it_names()
    {
        var chains = EvmChains.Load("""{"chains":[{"id":8453,"rpc":["https://node.example/base"]}]}"""u8.ToArray());
        var chain = chains.Find("base");
        Assert.Equal([new Uri("https://node.example/base")], chain.RpcUrls);
        Assert.Equal(EvmChains.BuiltIn.Find("base").Tokens, chain.Tokens);
        Assert.Equal("https://mainnet.base.org/", EvmChains.BuiltIn.Find("base").RpcUrls[0].ToString());
    }

    [Theory]
    [InlineData("""[{"id":31337,"rpc":["http://127.0.0.1:1"]}]""", "no 'name'")]
    [InlineData("""[{"id":31337,"name":"x"}]""", "no 'rpc'")]
    [InlineData("""[{"id":0,"name":"x","rpc":[]}]""", "no 'id'")]
    [InlineData("""[{"id":"31337","name":"x","rpc":[]}]""", "no 'id'")]
    [InlineData("""[{"id":1,"id":2}]""", "only once")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"finalty":"safe"}]""", "'finalty'")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"finality":"soon"}]""", "'finality'")]
    [InlineData("""[{"id":31337,"name":"base","rpc":[]}]""", "stands for both")]
    [InlineData("""[{"id":31337,"name":"x","rpc":["http://node.example"]}]""", "expected https")]
    [InlineData("""[{"id":31337,"name":"x","rpc":["https://user:pass@node.example"]}]""", "without credentials")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"native":{"symbol":"X","decimals":8}}]""", "other than 18")]
    [InlineData("""[{"id":31337,"name":"Big Name","rpc":[]}]""", "lower-case")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"tokens":[{"symbol":"USDC","decimals":6}]}]""", "without 'address'")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"tokens":[{"symbol":"USDC","address":"0x5FbDB2315678afecb367f032d93F642f64180aa3"}]}]""", "without 'decimals'")]
    [InlineData("""[{"id":31337,"name":"x","rpc":[],"tokens":[{"symbol":"USDC","address":"0x5FbDB2315678afecb367f032d93F642f64180aA3","decimals":6}]}]""", "checksum")]
    [InlineData("""[{"id":1,"title":"A"},{"id":1,"title":"B"}]""", "listed twice")]
    [InlineData("""{"chain":[]}""", "JSON array")]
    [InlineData("[", "not valid JSON")]
    public void A_wrong_entry_is_refused_with_the_reason(string json, string reason)
    {
        var error = Assert.Throws<EvmFormatException>(() => EvmChains.Load(Encoding.UTF8.GetBytes(json)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
