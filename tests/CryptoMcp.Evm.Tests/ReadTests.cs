using System.Diagnostics;
using System.Numerics;
using CryptoMcp.Testing;

namespace CryptoMcp.Evm.Tests;

/// <summary>Reads from a real node with real contracts.</summary>
public sealed class ReadTests(LocalChain chain) : IClassFixture<LocalChain>
{
    private const string UsdcAddress = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static readonly EvmAddress s_usdc = EvmAddress.Parse(UsdcAddress);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Balances_nonces_blocks_and_code_match_the_node()
    {
        using var rpc = chain.Connect();
        var account = LocalChain.Account(2);
        Assert.Equal(await chain.Anvil.BalanceAsync(account.ToString()), await rpc.GetBalanceAsync(account, cancellationToken: Cancel));
        Assert.Equal(31337UL, await rpc.GetChainIdAsync(Cancel));
        var genesis = await rpc.GetBlockAsync(BlockTag.Number(0), Cancel);
        Assert.Equal(0UL, genesis!.Number);
        Assert.True(genesis.BaseFeePerGas > 0);
        Assert.Null(await rpc.GetBlockAsync(BlockTag.Number(1_000_000), Cancel));
        Assert.Null(await rpc.GetReceiptAsync(default, Cancel));
        Assert.Null(await rpc.GetTransactionAsync(default, Cancel));
        Assert.Empty(await rpc.GetCodeAsync(account, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Twenty_tokens_and_the_native_coin_are_one_round_trip()
    {
        await using var anvil = await Anvil.StartAsync();
        var tokens = new List<EvmAddress>();
        var token = await UsdcContract.PlaceAsync(anvil, UsdcAddress, "USDC");
        var code = await anvil.CallAsync("eth_getCode", UsdcAddress, "latest");
        for (var i = 0; i < 19; i++)
        {
            tokens.Add(new(Hash32.Keccak([(byte)i]).ToArray().AsSpan(12)));
            await anvil.SetCodeAsync(tokens[i].ToString(), code!.GetValue<string>());
        }

        var owner = LocalChain.Account(0);
        await token.MintAsync(owner.ToString(), 1_234_567);
        tokens.Insert(7, s_usdc);
        foreach (var placed in new[] { false, true })
        {
            if (placed)
            {
                await Multicall3Contract.PlaceAsync(anvil);
            }

            using var handler = new ScriptedHandler();
            using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty with { CreateHandler = () => handler });
            var first = await rpc.Multicall.GetBalancesAsync(owner, tokens, Cancel);

            // Only the discovery that there is no Multicall3 costs a second round trip, once.
            Assert.Equal(placed ? 1 : 2, handler.Exchanges);
            var second = await rpc.Multicall.GetBalancesAsync(owner, [.. tokens, owner], Cancel);
            Assert.Equal(placed ? 2 : 3, handler.Exchanges);
            Assert.Equal(await anvil.BalanceAsync(owner.ToString()), first.Native);
            Assert.Equal(await anvil.BlockNumberAsync(), first.Block);
            Assert.Equal(first.Tokens, second.Tokens.Take(20));
            Assert.Equal(1_234_567, first.Tokens[7]);
            Assert.Equal(0, first.Tokens[6]);
            Assert.Null(second.Tokens[20]);
        }
    }

    [Fact]
    public async Task A_false_multicall_contract_is_not_used()
    {
        await using var anvil = await Anvil.StartAsync();

        // PUSH1 1, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN: answers 1 to everything.
        await anvil.SetCodeAsync(Multicall3Contract.Address, "0x60015f5260205ff3");
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        var balances = await rpc.Multicall.GetBalancesAsync(LocalChain.Account(0), [LocalChain.Account(1)], Cancel);
        Assert.Null(balances.Tokens[0]);
        Assert.Equal(BigInteger.Pow(10, 22), balances.Native);
    }

    [Fact]
    public async Task A_token_is_compared_with_what_is_pinned()
    {
        await using var anvil = await Anvil.StartAsync();
        await UsdcContract.PlaceAsync(anvil, UsdcAddress, "US\u202eD Coin", "USDC");
        var pinned = EvmToken.Create(LocalChain.At(anvil.Url).Id, "USDC", s_usdc, 6);
        var local = LocalChain.At(anvil.Url) with { Tokens = [pinned] };
        using (var rpc = new EvmRpc(local, LocalChain.Hasty))
        {
            var metadata = await TokenReader.ReadAsync(rpc, s_usdc, Cancel);
            Assert.Equal(("USDC", "USD Coin", 6), (metadata.UntrustedSymbol, metadata.UntrustedName, metadata.Decimals));
            Assert.True(metadata.DecimalsMatchPinned);
            Assert.Empty(metadata.Differences);
            Assert.Same(pinned, metadata.Pinned);
            await Assert.ThrowsAsync<EvmFormatException>(() => TokenReader.ReadAsync(rpc, LocalChain.Account(0), Cancel));
        }

        await using var liar = await FaultProxy.StartAsync(anvil.Url);
        liar.Set(RpcFault.WrongDecimals(18));
        using (var rpc = new EvmRpc(local with { RpcUrls = [liar.Url] }, LocalChain.Hasty))
        {
            var metadata = await TokenReader.ReadAsync(rpc, s_usdc, Cancel);
            Assert.False(metadata.DecimalsMatchPinned);
            Assert.Equal("decimals: pinned 6, the node says 18", Assert.Single(metadata.Differences));
        }
    }

    [Fact]
    public void Symbols_are_text_or_bytes32()
    {
        static string? Read(byte[] returned) => TokenReader.Text(new(true, returned), 24);
        var huge = new byte[64];
        huge.AsSpan(32).Fill(0xff);
        Assert.Equal("MKR", Read([.. "MKR"u8, .. new byte[29]]));
        Assert.Equal("USDT", Read(AbiEncoder.Encode([new("s", AbiType.Parse("string"))], "USDT")));
        Assert.Null(Read(huge));
        Assert.Null(Read(new byte[32]));
        Assert.Null(Read([0]));
        Assert.Null(TokenReader.Text(new(false, new byte[32]), 24));
    }

    [Fact]
    public async Task A_revert_carries_its_data()
    {
        await using var anvil = await Anvil.StartAsync();
        await UsdcContract.PlaceAsync(anvil, UsdcAddress);
        using var rpc = new EvmRpc(LocalChain.At(anvil.Url), LocalChain.Hasty);
        var call = new CallRequest { From = LocalChain.Account(0), To = s_usdc, Data = Erc20.Transfer(LocalChain.Account(1), 5) };
        var error = await Assert.ThrowsAsync<EvmRpcException>(() => rpc.EstimateGasAsync(call, Cancel));
        Assert.Equal(EvmRpcFailure.RpcError, error.Kind);
        Assert.Contains("transfer amount exceeds balance", error.UntrustedMessage, StringComparison.Ordinal);
        var reason = AbiFunction.Parse("error Error(string reason)").DecodeArguments(error.RevertData.Span);
        Assert.Equal("ERC20: transfer amount exceeds balance", reason[0].AsText());
    }

    [Fact]
    public async Task A_native_balance_takes_well_under_a_millisecond_or_so()
    {
        using var rpc = chain.Connect();
        var times = new List<double>();
        for (var i = 0; i < 600; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await rpc.GetBalanceAsync(LocalChain.Account(0), cancellationToken: Cancel);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"native balance: p50 {times[300]:0.000} ms, p99 {times[594]:0.000} ms");

        // The goal is 0.6 ms; the bound here leaves room for a busy machine and still catches a lost keep-alive or a second round trip.
        Assert.True(times[300] < 5, $"p50 is {times[300]} ms.");
    }
}
