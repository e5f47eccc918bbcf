using System.Numerics;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The tools that read a chain, on a real node with Circle's token.</summary>
public sealed class ChainToolTests
{
    private static readonly BigInteger s_ether = BigInteger.Pow(10, 18);

    [Fact]
    public async Task Balances_of_all_chains_come_together_and_a_chain_that_fails_stands_beside_the_others()
    {
        await using var chain = await LocalChain.StartAsync(withMulticall: true);
        var usdc = await UsdcContract.PlaceAsync(chain.Anvil, LocalChain.Usdc);
        await usdc.MintAsync(Sample.Owner, 12_500_000);
        await chain.Anvil.SetBalanceAsync(Sample.Owner, 2 * s_ether);
        await using var guard = await ScriptedGuard.StartAsync();
        guard.On("GET /v1/wallets", _ => Answer.Ok(Wallets(), GuardJson.Default.WalletList));
        await using var server = await ToolServer.StartAsync(guard.SocketPath, chain.ChainsFile);

        var result = await server.ReadAsync("wallet_balances");
        Assert.Equal(Sample.Owner, result.GetProperty("address").GetString());
        Assert.Equal("3012.50 USD", result.GetProperty("usd_at_least").GetString());
        var (sandbox, deaf) = (result.GetProperty("chains")[0], result.GetProperty("chains")[1]);
        Assert.Equal(["2 ETH", "12.5 USDC"], sandbox.GetProperty("balances").EnumerateArray().Select(entry => entry.GetProperty("amount").GetString()));
        Assert.Equal("12.50 USD", sandbox.GetProperty("balances")[1].GetProperty("usd_at_least").GetString());
        Assert.StartsWith("chain_unreachable: deaf", deaf.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Empty(deaf.GetProperty("balances").EnumerateArray());

        // The first read also asks which chain this is; from then on one exchange carries block, native coin and all tokens.
        var before = chain.Proxy.CountOf("eth_call");
        await server.ReadAsync("wallet_balances", ("chains", "sandbox"), ("detail", "detailed"));
        Assert.Equal(before + 1, chain.Proxy.CountOf("eth_call"));
    }

    [Fact]
    public async Task Any_address_can_be_looked_at_without_a_guard()
    {
        await using var chain = await LocalChain.StartAsync();
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        await chain.Anvil.SetBalanceAsync(Sample.Vault, s_ether / 4);
        var result = await server.ReadAsync("wallet_balances", ("wallet", Sample.Vault), ("chains", "sandbox"));
        Assert.Equal("0.25 ETH", result.GetProperty("chains")[0].GetProperty("balances")[0].GetProperty("amount").GetString());
        Assert.False(result.TryGetProperty("usd_at_least", out _));
    }

    [Fact]
    public async Task A_token_shows_what_is_pinned_beside_what_its_contract_claims_and_warns_of_a_mismatch()
    {
        await using var chain = await LocalChain.StartAsync(withMulticall: true);
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        await UsdcContract.PlaceAsync(chain.Anvil, LocalChain.Usdc, decimals: 8);
        var shown = await server.ReadAsync("token_info", ("token", "USDC"), ("chain", LocalChain.Caip2));
        Assert.Equal(LocalChain.Usdc, shown.GetProperty("address").GetString());
        Assert.Equal(6, shown.GetProperty("decimals").GetInt32());
        Assert.Equal(8, shown.GetProperty("untrusted_decimals").GetInt32());
        Assert.Equal("USD Coin", shown.GetProperty("untrusted_name").GetString());
        Assert.Equal("chain table", shown.GetProperty("pinned_by").GetString());
        Assert.Contains(shown.GetProperty("warnings").EnumerateArray(), warning => warning.GetString()!.StartsWith("Decimals do not match", StringComparison.Ordinal));
        Assert.StartsWith(
            "not_a_token: ", await server.RefusedAsync("token_info", ("token", Sample.Vault), ("chain", "sandbox")), StringComparison.Ordinal);
        Assert.StartsWith(
            "unknown_token: ", await server.RefusedAsync("token_info", ("token", "DOGE"), ("chain", "sandbox")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_is_decoded_with_what_moved()
    {
        await using var chain = await LocalChain.StartAsync();
        var usdc = await UsdcContract.PlaceAsync(chain.Anvil, LocalChain.Usdc);
        await usdc.MintAsync(Sample.Owner, 10_000_000);
        var hash = (string)(await chain.Anvil.CallAsync("eth_sendTransaction", new System.Text.Json.Nodes.JsonObject
        {
            ["from"] = Sample.Owner,
            ["to"] = LocalChain.Usdc,
            ["data"] = "0xa9059cbb" + Sample.Vault[2..].PadLeft(64, '0') + TokenLies.AbiWord(2_500_000),
        }))!;
        await chain.Anvil.MineAsync(2);
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        var shown = await server.ReadAsync("transaction_get", ("transaction_id", hash), ("chain", "sandbox"));
        Assert.Equal("succeeded", shown.GetProperty("status").GetString());
        Assert.True(shown.GetProperty("final").GetBoolean());
        Assert.Equal($"transfer 2.5 USDC to {Sample.Vault}", shown.GetProperty("call").GetString());
        Assert.EndsWith(" ETH", shown.GetProperty("fee_paid").GetString(), StringComparison.Ordinal);
        var moved = Assert.Single(shown.GetProperty("moved").EnumerateArray());
        Assert.Equal((Sample.Owner, Sample.Vault, "2.5 USDC"), (
            moved.GetProperty("from").GetString(), moved.GetProperty("to").GetString(), moved.GetProperty("amount").GetString()));

        var unknown = await server.ReadAsync("transaction_get", ("transaction_id", "0x" + new string('1', 64)), ("chain", "sandbox"));
        Assert.Equal("not_found", unknown.GetProperty("status").GetString());
        Assert.StartsWith(
            "invalid_transaction_id: ", await server.RefusedAsync("transaction_get", ("transaction_id", "pay_1"), ("chain", "sandbox")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_says_where_it_stands_and_why_it_cannot_be_used()
    {
        await using var chain = await LocalChain.StartAsync();
        await chain.Anvil.MineAsync(3);
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        var chains = (await server.ReadAsync("chain_status", ("chains", "sandbox, deaf"))).GetProperty("chains");
        Assert.Equal(3, chains[0].GetProperty("block").GetInt32());
        Assert.Equal(2, chains[0].GetProperty("final_block").GetInt32());
        Assert.EndsWith(" gwei", chains[0].GetProperty("gas_price").GetString(), StringComparison.Ordinal);
        Assert.Matches("^20[0-9]{2}-.*Z$", chains[0].GetProperty("time").GetString());
        Assert.StartsWith("chain_unreachable: ", chains[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal(17, (await server.ReadAsync("chain_status")).GetProperty("chains").GetArrayLength());
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_is_not_believed()
    {
        await using var chain = await LocalChain.StartAsync();
        chain.Proxy.Set(RpcFault.WrongChainId(1));
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        var shown = (await server.ReadAsync("chain_status", ("chains", "sandbox"))).GetProperty("chains")[0];
        Assert.StartsWith("wrong_chain: ", shown.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.False(shown.TryGetProperty("block", out _));
    }

    [Fact]
    public async Task Names_are_only_read_where_ENS_is()
    {
        await using var chain = await LocalChain.StartAsync();
        await using var server = await ToolServer.StartAsync(chain.NoGuard, chain.ChainsFile);
        Assert.StartsWith(
            "no_names_here: ", await server.RefusedAsync("name_resolve", ("name", "vitalik.eth"), ("chain", "sandbox")), StringComparison.Ordinal);
    }

    internal static WalletList Wallets()
    {
        WalletChain On(string id, string name) => new()
        {
            Chain = id,
            Name = name,
            Assets =
            [
                new() { Symbol = "USDC", Asset = $"{id}/erc20:{LocalChain.Usdc}", Decimals = 6, UsdAtLeast = "1.00" },
                new() { Symbol = "ETH", Asset = $"{id}/slip44:60", Decimals = 18, UsdAtLeast = "1500" },
            ],
        };
        return new()
        {
            Wallets =
            [
                new()
                {
                    Name = "main",
                    Address = Sample.Owner,
                    Family = "eip155",
                    CanSign = true,
                    Chains = [On(LocalChain.Caip2, "sandbox"), On("eip155:31338", "deaf")],
                },
            ],
        };
    }
}
