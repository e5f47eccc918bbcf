using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests;

/// <summary>A guard on a real chain with Circle's token, behind an endpoint that can be told to fail or lie.</summary>
internal sealed class GuardGround : IAsyncDisposable
{
    public const string Usdc = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
    public const string Recipient = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    /// <summary>The node knows this key too, and so plays another user of it.</summary>
    internal static readonly (string Address, string PrivateKey) Owner = Anvil.DevelopmentAccounts[2];

    private readonly string _directory = Directory.CreateTempSubdirectory("cmcpg-").FullName;

    public required Anvil Chain { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>What the test changes in every policy it writes.</summary>
    public required Func<string, string> Edit { get; init; }

    public required FaultProxy Endpoint { get; init; }

    public required UsdcContract Token { get; init; }

    /// <summary>More rules of the policy, each followed by a comma.</summary>
    public string Rules { get; init; } = string.Empty;

    /// <summary>Payees of the policy.</summary>
    public string Payees { get; init; } = "{}";

    public GuardHome Home => new(Path.Combine(_directory, "home"));

    public GuardService Guard { get; private set; } = null!;

    public string Wallet { get; private set; } = null!;

    /// <summary>Starts a chain and a guard whose policy allows 5 USDC a payment and <paramref name="day"/> a day.</summary>
    public static async Task<GuardGround> StartAsync(
        string day = "100 USD", long chainId = 31337, string tokenName = "USD Coin", long funds = 100_000_000, string rules = "", string payees = "{}",
        TimeProvider? clock = null, Func<string, string>? edit = null)
    {
        var chain = await Anvil.StartAsync(new() { ChainId = chainId });
        var ground = new GuardGround
        {
            Chain = chain,
            Clock = clock ?? TimeProvider.System,
            Edit = edit ?? (text => text),
            Endpoint = await FaultProxy.StartAsync(chain.Url),
            Token = await UsdcContract.PlaceAsync(chain, Usdc, tokenName),
            Rules = rules,
            Payees = payees,
        };
        ground.Home.Prepare();
        using (var key = SecretBytes.CopyOf(Convert.FromHexString(Owner.PrivateKey[2..])))
        {
            ground.Wallet = new WalletStore(ground.Home, TimeProvider.System).ImportEvmKey("main", key, passphrase: null).EvmAddress.ToString();
        }

        GuardHome.WritePrivateFile(ground.Home.ChainsFile, Encoding.UTF8.GetBytes(ground.ChainsText()));
        ground.WritePolicy(revision: 1, day);
        await chain.SetBalanceAsync(ground.Wallet, BigInteger.Pow(10, 18));
        await ground.Token.MintAsync(ground.Wallet, funds);
        await ground.OpenAsync();
        return ground;
    }

    public async Task OpenAsync(IFailPoints? failPoints = null) => Guard = await GuardService.OpenAsync(
        Home, new GuardOptions { Clock = Clock, FailPoints = failPoints ?? NoFailPoints.Instance }, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>Ends the guard as a crash would leave it, and starts another on the same home.</summary>
    public async Task RestartAsync(IFailPoints? failPoints = null)
    {
        await Guard.DisposeAsync();
        await OpenAsync(failPoints);
    }

    public ValueTask<PaymentView> SendAsync(string amount = "2.50 USDC", string to = Recipient, string? key = null, string chain = "play") =>
        Guard.Spending.SubmitAsync(Transfer(amount, to, key, chain), "test", CancellationToken.None);

    public static TransferIntent Transfer(string amount, string to = Recipient, string? key = null, string chain = "play") =>
        new() { Chain = chain, Amount = amount, To = to, IdempotencyKey = key };

    /// <summary>Looks at the chain and returns the payment as it then stands.</summary>
    public ValueTask<PaymentView> LookAsync(PaymentView payment) => Guard.Payments.GetAsync(payment.PaymentId, CancellationToken.None);

    /// <summary>Makes enough blocks for finality, then looks.</summary>
    public async Task<PaymentView> LookWhenFinalAsync(PaymentView payment)
    {
        await Chain.MineAsync(4);
        return await LookAsync(payment);
    }

    /// <summary>What arrived, after a block for whatever still waits in the node's pool.</summary>
    public async Task<BigInteger> ReceivedAsync()
    {
        await Chain.MineAsync();
        return await Token.BalanceAsync(Recipient);
    }

    /// <summary>Another holder of the wallet's key sends a transaction with the account's next nonce.</summary>
    public async Task SpendElsewhereAsync() => await Chain.ReceiptAsync((await Chain.CallAsync(
        "eth_sendTransaction", new JsonObject { ["from"] = Wallet, ["to"] = Recipient, ["value"] = "0x1" }))!.GetValue<string>());

    public BudgetView Budget(string id) => Guard.Policy().Budgets.Single(b => b.Id == id);

    public void WritePolicy(int revision, string day, string? payees = null) => GuardHome.WritePrivateFile(Home.PolicyFile, PolicyBytes(revision, day, payees));

    public byte[] PolicyBytes(int revision, string day = "100 USD", string? payees = null) =>
        Encoding.UTF8.GetBytes(Edit(PolicyText(revision, day, payees ?? Payees)));

    public async ValueTask DisposeAsync()
    {
        await Guard.DisposeAsync();
        await Endpoint.DisposeAsync();
        await Chain.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string ChainsText() =>
        $$"""
        { "chains": [ { "id": {{Chain.ChainId}}, "name": "play", "title": "Play", "test": true, "rpc": ["{{Endpoint.Url}}"], "finality": { "depth": 2 }, "blockTimeMs": 100,
            "tokens": [ { "symbol": "USDC", "address": "{{Usdc}}", "decimals": 6, "domain": { "name": "USD Coin", "version": "2" } } ] } ] }
        """;

    private string PolicyText(int revision, string day, string payees) =>
        $$"""
        {
          "policy": "cryptomcp/1", "name": "Test", "revision": {{revision}}, "expires": "2099-01-01T00:00:00Z",
          "wallets": { "main": "{{Wallet}}" },
          "assets": {
            "USDC": { "decimals": 6, "usdAtLeast": "1.00", "on": { "eip155:{{Chain.ChainId}}": "{{Usdc}}" } },
            "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:{{Chain.ChainId}}": "native" } }
          },
          "payees": {{payees}},
          "budgets": [ { "id": "day", "limit": "{{day}}", "window": "24h", "counts": "value" }, { "id": "fees", "limit": "50 USD", "window": "24h", "counts": "fees" },
                       { "id": "tripwire", "limit": "5 denials", "window": "10m", "whenFull": "freeze" } ],
          "rules": [
            {{Rules}}
            { "id": "usdc", "allow": "transfer", "if": { "asset": "USDC", "amount": "<= 5 USDC" } },
            { "id": "eth", "allow": "transfer", "if": { "asset": "ETH", "amount": "<= 0.01 ETH" } },
            { "id": "x402", "allow": "x402.pay", "if": { "asset": "USDC", "amount": "<= 1 USDC", "scheme": ["exact", "upto"] } },
            { "id": "dearer", "ask": "transfer", "if": { "asset": "ETH", "amount": "> 0.01 ETH and <= 0.02 ETH" } }
          ],
          "limits": { "fee": { "eip155:{{Chain.ChainId}}": "0.01 ETH" }, "authorizationLifetime": "120s", "openAuthorizations": 64, "openPerHost": 2, "tokenApproval": "exact-amount-only" },
          "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" }, { "id": "key", "kind": "webauthn" } ],
                        "expires": "10m", "maxWaiting": 3, "restAfterRefusal": "5m" },
          "rpc": { "eip155:{{Chain.ChainId}}": { "urls": ["{{Endpoint.Url}}"], "agree": 1 } },
          "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
        }
        """;
}

/// <summary>Breaks off at one named place.</summary>
internal sealed class BreakAt(string place) : IFailPoints
{
    public void Reach(string name)
    {
        if (name == place)
        {
            throw new BrokenOffException(place);
        }
    }
}

/// <summary>The program "died" at a fail point.</summary>
internal sealed class BrokenOffException(string place) : Exception(place);
