using CryptoMcp.EndToEnd.Fixtures;

namespace CryptoMcp.EndToEnd;

/// <summary>Wrong arguments are refused with the reason, before anything is reserved, signed or sent.</summary>
public sealed class BadInputTests(BadInputTests.OneWallet one) : IClassFixture<BadInputTests.OneWallet>
{
    private const string Good = "1 USDC";

    public static TheoryData<string, string, string, string> Table => new()
    {
        // amount, to, chain, what the refusal must speak of
        { "-1 USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "0 USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "NaN USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "Infinity USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "1e3 USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "1,000 USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "١ USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "0.0000001 USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "1", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "USDC", TestWallet.Payee, TestWallet.Chain, "invalid_amount" },
        { "1 DOGE", TestWallet.Payee, TestWallet.Chain, "DOGE" },
        { "115792089237316195423570985008687907853269984665640564039457584007913129639936 USDC", TestWallet.Payee, TestWallet.Chain, "" },
        { "99999999999999999999 USDC", TestWallet.Payee, TestWallet.Chain, "" },
        { Good, "0x8617E340B3D01FA5F11F306F4090FD50E238070d", TestWallet.Chain, "invalid_address" }, // one letter's case: wrong checksum
        { Good, "0x0000000000000000000000000000000000000000", TestWallet.Chain, "zero" },
        { Good, "0x8617E340B3D01FA5F11F306F4090FD50E238070", TestWallet.Chain, "invalid_address" },
        { Good, "vitalik.eth", TestWallet.Chain, "name" },
        { Good, "7Yx3mC4qk2sQvX9uJb5eWz1TnPdRfGhLa8cEoKtVwBsD", TestWallet.Chain, "Solana" },
        { Good, TestWallet.UsdcAddress, TestWallet.Chain, "contract" }, // the token's own contract
        { Good, "payee:nobody", TestWallet.Chain, "payee" },
        { Good, TestWallet.Payee, "no-such-chain", "chain" },
        { Good, TestWallet.Payee, "eip155:0", "chain" },
        { Good, TestWallet.Payee, "base", "" }, // exists, but not in this policy
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Is_refused_before_anything_is_reserved(string amount, string to, string chain, string about)
    {
        var (wallet, session) = (one.Wallet, one.Session);
        var answer = await session.CallAsync("transfer_send", new { amount, to, chain });

        Assert.True(answer.IsError, answer.Text);
        Assert.Contains(about, answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Next:", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, wallet.Faults.CountOf("eth_sendRawTransaction"));
        var policy = await session.CallAsync("policy_show");
        Assert.All(policy.Structured.GetProperty("budgets").EnumerateArray(), budget => Assert.StartsWith("1000", budget.GetProperty("left").GetString(), StringComparison.Ordinal));
        Assert.Empty(await wallet.MinedNoncesAsync());
    }

    /// <summary>One wallet for the whole table: nothing in it may ever move.</summary>
    public sealed class OneWallet : IAsyncLifetime
    {
        internal TestWallet Wallet { get; private set; } = null!;

        internal McpSession Session { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Wallet = await TestWallet.CreateAsync(new WalletPlan { WithFaults = true });
            Session = await Wallet.ConnectAsync();
        }

        public ValueTask DisposeAsync() => Wallet.DisposeAsync();
    }
}
