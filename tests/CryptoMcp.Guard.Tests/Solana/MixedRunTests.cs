using System.Numerics;
using System.Text;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests.Solana;

/// <summary>One wallet on an EVM chain and on Solana, many callers, one budget in dollars.</summary>
public sealed class MixedRunTests : IAsyncLifetime
{
    private const string EvmUsdc = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
    private const string EvmRecipient = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    private const int Callers = 32;
    private const int Allowed = 16;

    private readonly string _directory = Directory.CreateTempSubdirectory("cmcpm-").FullName;
    private Anvil _anvil = null!;
    private UsdcContract _token = null!;
    private SolanaVm _vm = null!;
    private GuardService _guard = null!;

    public async ValueTask InitializeAsync()
    {
        (_anvil, _vm) = (await Anvil.StartAsync(), await SolanaVm.StartAsync());
        _token = await UsdcContract.PlaceAsync(_anvil, EvmUsdc);
        var home = new GuardHome(Path.Combine(_directory, "home"));
        home.Prepare();
        var wallet = new WalletStore(home, TimeProvider.System).Create("main", passphrase: null);
        var (evm, solana) = (wallet.Addresses["eip155"], wallet.Addresses["solana"]);
        GuardHome.WritePrivateFile(home.ChainsFile, Encoding.UTF8.GetBytes(
            $$"""[{ "id": {{_anvil.ChainId}}, "name": "play", "test": true, "rpc": ["{{_anvil.Url}}"], "finality": { "depth": 2 }, "blockTimeMs": 100 }]"""));
        GuardHome.WritePrivateFile(home.PolicyFile, Encoding.UTF8.GetBytes(Policy(evm, solana)));
        await _anvil.SetBalanceAsync(evm, BigInteger.Pow(10, 18));
        await _token.MintAsync(evm, 500_000_000);
        await _vm.AirdropAsync(solana, 5_000_000_000);
        await _vm.CreateMintAsync(SolanaVm.DevnetUsdc);
        await _vm.SetTokensAsync(solana, SolanaVm.DevnetUsdc, 500_000_000);
        await _vm.SetTokensAsync(SolanaGround.Recipient, SolanaVm.DevnetUsdc, 0);
        await _vm.AdvanceAsync();
        _guard = await GuardService.OpenAsync(home, new GuardOptions(), NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _vm.DisposeAsync();
        await _anvil.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Thirty_two_callers_on_both_families_never_pass_the_one_budget()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 2 * Callers).Select(i => _guard.Spending.SubmitAsync(
            new TransferIntent
            {
                Chain = i % 2 == 0 ? "play" : "solana:devnet",
                Amount = "2.50 USDC",
                To = i % 2 == 0 ? EvmRecipient : SolanaGround.Recipient,
                IdempotencyKey = $"k{i}",
            },
            $"caller-{i % Callers}",
            CancellationToken.None).AsTask()));
        Assert.Equal(Allowed, sent.Count(payment => payment.State != "denied"));

        await _anvil.MineAsync(4);
        await _vm.AdvanceAsync(33);
        foreach (var payment in sent.Where(payment => payment.State != "denied"))
        {
            Assert.Equal("settled", (await _guard.Payments.GetAsync(payment.PaymentId, CancellationToken.None)).State);
        }

        var received = await _token.BalanceAsync(EvmRecipient) + (await _vm.TokensAsync(SolanaGround.Recipient, SolanaVm.DevnetUsdc))!.Value;
        Assert.Equal(40_000_000, received);
        Assert.Equal("40.00 USD", _guard.Policy().Budgets.Single(budget => budget.Id == "day").Used);
    }

    private string Policy(string evm, string solana) =>
        $$"""
        {
          "policy": "cryptomcp/1", "name": "Test", "revision": 1, "expires": "2099-01-01T00:00:00Z",
          "wallets": { "main": "{{evm}}", "main-solana": "{{solana}}" },
          "assets": {
            "USDC": { "decimals": 6, "usdAtLeast": "1.00", "on": { "eip155:{{_anvil.ChainId}}": "{{EvmUsdc}}", "{{SolanaGround.Chain}}": "{{SolanaVm.DevnetUsdc}}" } },
            "ETH": { "decimals": 18, "usdAtLeast": "1500", "on": { "eip155:{{_anvil.ChainId}}": "native" } },
            "SOL": { "decimals": 9, "usdAtLeast": "60", "on": { "{{SolanaGround.Chain}}": "native" } }
          },
          "payees": {},
          "budgets": [ { "id": "day", "limit": "40 USD", "window": "24h", "counts": "value" } ],
          "rules": [ { "id": "any", "allow": "transfer", "if": { "amount": "<= 5 USD" } } ],
          "limits": { "fee": { "eip155:{{_anvil.ChainId}}": "0.01 ETH", "{{SolanaGround.Chain}}": "0.003 SOL" }, "authorizationLifetime": "120s", "openAuthorizations": 64 },
          "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },
          "rpc": { "eip155:{{_anvil.ChainId}}": { "urls": ["{{_anvil.Url}}"], "agree": 1 }, "{{SolanaGround.Chain}}": { "urls": ["{{_vm.Url}}"], "agree": 1 } },
          "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
        }
        """;
}
