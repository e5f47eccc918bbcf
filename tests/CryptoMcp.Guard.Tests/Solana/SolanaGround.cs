using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests.Solana;

/// <summary>A guard on a real Solana virtual machine, behind two endpoints that can be told to fail or lie.</summary>
internal sealed class SolanaGround : IAsyncDisposable
{
    public const string Chain = "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1";
    public const string Usdc = SolanaVm.DevnetUsdc;
    public const string Recipient = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

    /// <summary>A mint that the policy lists and no table knows.</summary>
    public const string Play = "CASHx9KJUStyftLFWGvEVf59SGeG9sh5FfcnZMVPCASH";

    /// <summary>A payee that belongs to a program: nobody has a key for it.</summary>
    public static readonly string Vault = CryptoMcp.Solana.ProgramAddress.Find(CryptoMcp.Solana.ProgramIds.Memo, "vault"u8.ToArray()).Address.ToString();

    private readonly string _directory = Directory.CreateTempSubdirectory("cmcps-").FullName;

    public required SolanaVm Vm { get; init; }

    public required FaultProxy First { get; init; }

    public required FaultProxy Second { get; init; }

    public GuardHome Home => new(Path.Combine(_directory, "home"));

    public GuardService Guard { get; private set; } = null!;

    public string Wallet { get; private set; } = null!;

    /// <summary>Starts a cluster and a guard. The wallet has 5 SOL and 100 USDC.</summary>
    /// <param name="agree">How many of the two endpoints must agree.</param>
    /// <param name="endpoints">How many endpoints the policy names.</param>
    /// <param name="day">The day's budget.</param>
    public static async Task<SolanaGround> StartAsync(int agree = 2, int endpoints = 2, string day = "1000 USD")
    {
        var vm = await SolanaVm.StartAsync();
        var ground = new SolanaGround { Vm = vm, First = await FaultProxy.StartAsync(vm.Url), Second = await FaultProxy.StartAsync(vm.Url) };
        ground.Home.Prepare();
        Span<byte> pair = stackalloc byte[64];
        for (var i = 0; i < 32; i++)
        {
            pair[i] = (byte)(i + 1);
        }

        Ed25519.DerivePublicKey(pair[..32], pair[32..]);
        using (var file = SecretBytes.CopyOf(Encoding.UTF8.GetBytes($"[{string.Join(',', pair.ToArray())}]")))
        {
            ground.Wallet = new WalletStore(ground.Home, TimeProvider.System).ImportSolanaKeypair("sol", file, passphrase: null).Addresses["solana"];
        }

        ground.WritePolicy(agree, endpoints, day);
        await vm.AirdropAsync(ground.Wallet, 5_000_000_000);
        await vm.CreateMintAsync(Usdc);
        await vm.SetTokensAsync(ground.Wallet, Usdc, 100_000_000);
        await vm.AdvanceAsync();
        await ground.OpenAsync();
        return ground;
    }

    public async Task OpenAsync(IFailPoints? failPoints = null) => Guard = await GuardService.OpenAsync(
        Home, new GuardOptions { FailPoints = failPoints ?? NoFailPoints.Instance }, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>Ends the guard as a crash would leave it, and starts another on the same home.</summary>
    public async Task RestartAsync(IFailPoints? failPoints = null)
    {
        await Guard.DisposeAsync();
        await OpenAsync(failPoints);
    }

    public ValueTask<PaymentView> SendAsync(string amount = "2.50 USDC", string to = Recipient, string? key = null) =>
        Guard.Spending.SubmitAsync(Transfer(amount, to, key), "test", CancellationToken.None);

    public async Task<GuardProblem> RefusedAsync(string amount = "2.50 USDC", string to = Recipient) =>
        (await Assert.ThrowsAsync<GuardException>(() => SendAsync(amount, to).AsTask())).Problem;

    public ValueTask<QuoteView> QuoteAsync(string amount = "2.50 USDC", string to = Recipient) =>
        Guard.Spending.QuoteAsync(Transfer(amount, to, null), "test", CancellationToken.None);

    public static TransferIntent Transfer(string amount, string to, string? key) =>
        new() { Chain = "solana:devnet", Amount = amount, To = to, IdempotencyKey = key };

    public ValueTask<PaymentView> LookAsync(PaymentView payment) => Guard.Payments.GetAsync(payment.PaymentId, CancellationToken.None);

    /// <summary>Lets slots pass, then looks.</summary>
    public async Task<PaymentView> LookAfterAsync(int slots, PaymentView payment)
    {
        await Vm.AdvanceAsync(slots);
        return await LookAsync(payment);
    }

    public BudgetView Budget(string id) => Guard.Policy().Budgets.Single(b => b.Id == id);

    /// <summary>The only signed transaction that was ever handed out, however often.</summary>
    public IReadOnlyList<string> HandedOut() =>
        [.. First.Requests.Concat(Second.Requests).Where(r => r["method"]!.GetValue<string>() == "sendTransaction").Select(r => r["params"]![0]!.GetValue<string>()).Distinct()];

    public void BothFail(params RpcFault[] faults)
    {
        First.Set(faults);
        Second.Set(faults);
    }

    public Task PlayMintAsync(JsonObject options) => Vm.CreateMintAsync(Play, options);

    public async ValueTask DisposeAsync()
    {
        await Guard.DisposeAsync();
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Vm.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void WritePolicy(int agree, int endpoints, string day)
    {
        var urls = endpoints == 1 ? $"\"{First.Url}\"" : $"\"{First.Url}\", \"{Second.Url}\"";
        GuardHome.WritePrivateFile(Home.PolicyFile, Encoding.UTF8.GetBytes(
            $$"""
            {
              "policy": "cryptomcp/1", "name": "Test", "revision": 1, "expires": "2099-01-01T00:00:00Z",
              "wallets": { "sol": "{{Wallet}}" },
              "assets": {
                "USDC": { "decimals": 6, "usdAtLeast": "1.00", "on": { "{{Chain}}": "{{Usdc}}" } },
                "PLAY": { "decimals": 6, "usdAtLeast": "1.00", "on": { "{{Chain}}": "{{Play}}" } },
                "SOL": { "decimals": 9, "usdAtLeast": "60", "on": { "{{Chain}}": "native" } }
              },
              "payees": { "vault": { "on": { "{{Chain}}": "{{Vault}}" } } },
              "budgets": [ { "id": "day", "limit": "{{day}}", "window": "24h", "counts": "value" }, { "id": "fees", "limit": "50 USD", "window": "24h", "counts": "fees" } ],
              "rules": [ { "id": "any", "allow": "transfer", "if": { "amount": "<= 500 USD" } } ],
              "limits": { "fee": { "{{Chain}}": "0.003 SOL" }, "authorizationLifetime": "120s", "openAuthorizations": 64 },
              "approval": { "by": [ { "id": "owner", "kind": "terminal-passphrase" } ], "expires": "10m", "maxWaiting": 3 },
              "rpc": { "{{Chain}}": { "urls": [{{urls}}], "agree": {{agree}} } },
              "changes": { "tighten": "now", "loosen": { "wait": "24h", "by": ["owner"] } }
            }
            """));
    }
}
