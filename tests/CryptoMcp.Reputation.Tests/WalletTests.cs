using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Testing;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.Reputation.Tests;

public sealed class WalletTests
{
    private static readonly EvmAddress s_wallet = EvmAddress.Parse(Anvil.DevelopmentAccounts[1].Address);
    private static readonly EvmAddress s_shop = RegistryChain.Account(40);
    private static readonly EvmAddress s_facilitator = RegistryChain.Account(41);
    private static readonly EvmAddress s_friend = RegistryChain.Account(42);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wallets_whole_record_is_told_from_logs_and_state()
    {
        await using var chain = await RegistryChain.StartAsync();
        await chain.RegisterAsync(s_shop);
        await chain.PassAsync(TimeSpan.FromDays(30));
        await chain.PayAsync(s_friend, s_wallet, 50);
        await chain.SendAsync(s_wallet, RegistryChain.Usdc, Erc20.Transfer(s_friend, 1_000_000));
        await AuthorizedAsync(chain, s_wallet, s_shop, 2_500_000, 1);
        await AuthorizedAsync(chain, s_wallet, s_shop, 500_000, 2);
        await chain.SendAsync(s_wallet, RegistryChain.Usdc, Erc20.Approve(s_friend, Erc20.MaxUnits));
        await chain.SendAsync(s_wallet, RegistryChain.Usdc, Erc20.Approve(s_shop, 5));
        await chain.SendAsync(s_wallet, RegistryChain.Usdc, Erc20.Approve(s_shop, 0));
        await chain.FeedbackAsync(s_wallet, 0, "90");
        await chain.RegisterAsync(s_wallet);

        var payer = await LookAsync(chain, s_wallet);
        var shop = await LookAsync(chain, s_shop);

        Assert.Equal("key", payer.Kind);
        Assert.Equal((50_000_000, 4_000_000, 0, 3_000_000), Sums(payer));
        Assert.Equal((3_000_000, 0, 3_000_000, 0), Sums(shop));
        Assert.Equal((1, 1), (payer.Dollars.X402Payees, shop.Dollars.X402Payers));
        Assert.Equal((s_friend, Erc20.MaxUnits), (Assert.Single(payer.Allowances).Spender, payer.Allowances[0].Units));
        Assert.Equal(
            [
                WalletEventKind.AgentTaken, WalletEventKind.FeedbackGiven, WalletEventKind.Approved, WalletEventKind.Approved, WalletEventKind.Approved,
                WalletEventKind.X402Paid, WalletEventKind.X402Paid, WalletEventKind.Sent, WalletEventKind.Received,
            ],
            payer.Timeline.Select(entry => entry.Kind));
        Assert.Equal((s_friend, 51_000_000), (payer.Counterparties[0].Address, (int)payer.Counterparties[0].MicroUsd));
        Assert.Contains(payer.Contracts, contract => contract.Address == RegistryChain.Usdc);
        Assert.All(payer.Coverage, part => Assert.True(part.Coverage.IsWhole));
        Assert.True(payer.Since > DateTimeOffset.UtcNow.AddDays(29));
        Assert.All(payer.Timeline, entry => Assert.NotNull(entry.Time));
    }

    [Fact]
    public async Task A_settlement_over_permit2_is_told_by_the_contract_that_moved_it()
    {
        await using var chain = await RegistryChain.StartAsync();

        // The proxy of the exact scheme, played by one that moves what it was approved for.
        var proxy = EvmAddress.Parse(Permit2Contracts.ExactProxy);
        await chain.PayAsync(s_friend, s_wallet, 10);
        await chain.SendAsync(s_wallet, RegistryChain.Usdc, Erc20.Approve(proxy, 2_000_000));
        var hop = AbiFunction.Parse("function transferFrom(address from, address to, uint256 amount)");
        await chain.Anvil.SetCodeAsync(proxy.ToString(), Forwarder(RegistryChain.Usdc));
        await chain.SendAsync(s_facilitator, proxy, hop.Encode(s_wallet, s_shop, 2_000_000));

        var report = await LookAsync(chain, s_shop);

        Assert.Equal((2_000_000, 0, 2_000_000, 0), Sums(report));
    }

    [Fact]
    public async Task A_delegated_account_and_a_contract_are_told_apart()
    {
        await using var chain = await RegistryChain.StartAsync(withRegistries: false, withUsdc: false);
        await chain.Anvil.SetCodeAsync(s_shop.ToString(), "0x6001");
        await chain.Anvil.SetCodeAsync(s_friend.ToString(), "0xef0100" + s_shop.ToLowerString()[2..]);

        Assert.Equal("contract", (await LookAsync(chain, s_shop)).Kind);
        var delegated = await LookAsync(chain, s_friend);
        Assert.Equal(("delegated", s_shop), (delegated.Kind, delegated.DelegatedTo!.Value));
    }

    [Fact]
    public async Task A_node_that_forgot_the_past_and_limits_ranges_leaves_gaps_that_are_told()
    {
        await using var chain = await RegistryChain.StartAsync();
        await chain.PayAsync(s_friend, s_wallet, 1);
        chain.Proxy.Set(
            new RpcFault.RpcError(-32000, "missing trie node", "eth_getTransactionCount")
            {
                When = request => request["params"]![1]!.GetValue<string>() is var block && block.StartsWith("0x", StringComparison.Ordinal)
                    && Hex.ParseQuantity64(block) < 8,
            },
            new RpcFault.RpcError(-32000, "not on this plan", "eth_getLogs"));

        var report = await LookAsync(chain, s_friend);

        Assert.All(report.Coverage, part => Assert.False(part.Coverage.IsWhole));
        Assert.Contains(report.Warnings, warning => warning.Contains("forgot", StringComparison.Ordinal));
        Assert.Empty(report.Timeline);
    }

    [Fact]
    public async Task Attestations_that_were_revoked_or_ran_out_are_not_in_force()
    {
        await using var anvil = await Anvil.StartAsync(new() { ChainId = 11155111 });
        const string Eas = "0xC2679fBD37d54388Ce493F1DB75320D236e1815e";
        await anvil.SetCodeAsync(Eas, await SolidityContracts.RuntimeCodeAsync("Evidence.sol", "AttestationService"));
        var attest = AbiFunction.Parse("function attest(bytes32 uid, address recipient, uint64 expirationTime)");
        for (byte uid = 1; uid <= 3; uid++)
        {
            await anvil.SendAsAsync(s_friend.ToString(), Eas, Hex.Format(attest.Encode(Hash32.Keccak([uid]), s_wallet, uid == 2 ? 1UL : 0UL)));
        }

        await anvil.SendAsAsync(s_friend.ToString(), Eas, Hex.Format(AbiFunction.Parse("function revoke(bytes32 uid)").Encode(Hash32.Keccak([1]))));
        using var rpc = Client("sepolia", anvil);

        var report = await Lookup().LookAsync(rpc, s_wallet, Ct);

        Assert.Equal(["revoked", "expired", "in_force"], report.Attestations.Select(attestation => attestation.State));
        Assert.All(report.Attestations, attestation => Assert.Equal(s_friend, attestation.Attester));
        Assert.Equal(3, report.Timeline.Count(entry => entry.Kind == WalletEventKind.Attested));
    }

    [Fact]
    public async Task An_operators_slashings_are_counted()
    {
        await using var anvil = await Anvil.StartAsync(new() { ChainId = 1 });
        const string Manager = "0x39053D51B77DC0d36036Fc1fCc8Cb819df8Ef37A";
        await anvil.SetCodeAsync(Manager, await SolidityContracts.RuntimeCodeAsync("Evidence.sol", "DelegationManager"));
        await anvil.SendAsAsync(s_friend.ToString(), Manager, Hex.Format(AbiFunction.Parse("function register()").Encode()));
        await anvil.SendAsAsync(s_shop.ToString(), Manager, Hex.Format(AbiFunction.Parse("function slash(address operator)").Encode(s_friend)));
        using var rpc = Client("ethereum", anvil);

        var slashed = await Lookup().LookAsync(rpc, s_friend, Ct);
        var other = await Lookup().LookAsync(rpc, s_shop, Ct);

        Assert.Equal(new OperatorState(true, s_friend, 1), slashed.Operator);
        Assert.Equal(new OperatorState(false, null, 0), other.Operator);
    }

    private static EvmRpc Client(string chain, Anvil anvil) =>
        new(EvmChains.BuiltIn.Find(chain) with { RpcUrls = [anvil.Url], Finality = FinalityRule.AtDepth(1) }, new() { RetryDelay = TimeSpan.Zero });

    private static WalletLookup Lookup() => new(new(), new() { Registries = RegistryTable.BuiltIn.With(RegistryChain.Set) }, TimeProvider.System);

    private static Task<WalletReport> LookAsync(RegistryChain chain, EvmAddress wallet) => Lookup().LookAsync(chain.Rpc, wallet, Ct);

    private static (int, int, int, int) Sums(WalletReport report) =>
        ((int)report.Dollars.In, (int)report.Dollars.Out, (int)report.Dollars.X402In, (int)report.Dollars.X402Out);

    /// <summary>An EIP-3009 payment that a facilitator hands in.</summary>
    private static async Task AuthorizedAsync(RegistryChain chain, EvmAddress from, EvmAddress to, BigInteger units, byte nonce)
    {
        var typed = TypedData.Create(
            new() { Name = "USD Coin", Version = "2", ChainId = 31337, VerifyingContract = RegistryChain.Usdc },
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)",
            from, to, units, 0, 99_999_999_999L, Hash32.Keccak([nonce]));
        var signature = SignatureTests.Sign(typed.Digest());
        await chain.SendAsync(s_facilitator, RegistryChain.Usdc, AbiFunction.Parse(
            "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)")
            .Encode(from, to, units, 0, 99_999_999_999L, Hash32.Keccak([nonce]), signature));
    }

    /// <summary>Code that hands its calldata on to a token: CALLDATACOPY, CALL, and a revert when that failed.</summary>
    private static string Forwarder(EvmAddress token) =>
        $"0x366000600037" + $"60006000366000600073{token.ToLowerString()[2..]}5af115602b57005b60006000fd";
}
