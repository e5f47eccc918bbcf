using System.Reflection;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Chains;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Evm.Calls;
using CryptoMcp.Guard.Facilitating;
using CryptoMcp.Guard.Following;
using CryptoMcp.Guard.Invoices;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Owner;
using CryptoMcp.Guard.Page;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Guard.Policies;
using CryptoMcp.Guard.Prices;
using CryptoMcp.Guard.Solana;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Guard.X402;
using CryptoMcp.Ledger;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard;

/// <summary>The guard, put together: keys, policy, ledger, and the road between them.</summary>
internal sealed partial class GuardService : IAsyncDisposable
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(1);

    private readonly ILogger<GuardService> _log;
    private readonly GuardHome _home;
    private readonly TimeProvider _clock;
    private readonly ILedger _ledger;
    private readonly PolicyStore _policies;
    private readonly KeyRing _ring;
    private readonly Web3Signer _remote;
    private readonly KeyBackends _keys;
    private readonly ChainFamilies _chains;
    private readonly ApprovalRoom _room;
    private readonly OwnerPassphrase _passphrase;
    private readonly Follower _follower;
    private readonly OldJournalCheck _journalCheck;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DateTimeOffset _started;
    private readonly bool _hardened;
    private readonly List<string> _warnings = [];
    private OwnerSeal? _seal;
    private int _disposed;
    private Task _running = Task.CompletedTask;

    private GuardService(
        GuardHome home, GuardOptions options, ILedger ledger, PolicyStore policies, KeyRing keys, ChainTable table, ILoggerFactory logs)
    {
        _log = logs.CreateLogger<GuardService>();
        _home = home;
        _clock = options.Clock;
        _ledger = ledger;
        _policies = policies;
        _ring = keys;
        _remote = new Web3Signer(RemoteSigner.Load(home));
        _keys = new KeyBackends(_ring, _remote);
        _hardened = options.Hardened;
        _started = options.Clock.GetUtcNow();
        var evm = new EvmNetworks(table.Evm, policies.Current, options.Clock);
        var solana = new SolanaNetworks(table.Solana, policies.Current, options.Clock);
        _chains = new(evm, solana);
        _journalCheck = new(ledger, evm, logs.CreateLogger<OldJournalCheck>());
        var rails = new RailSet(
        [
            new EvmTransactionRail(ledger, policies, evm, options.Clock),
            new AuthorizationRail(ledger, policies, evm),
            new SolanaTransactionRail(ledger, policies, solana, options.Clock),
        ]);
        Payments = new PaymentDesk(ledger);
        Answers = new AnswerBook(ledger);
        Proposals = new ProposalDesk(ledger, policies, options.Clock);
        _room = new ApprovalRoom(ledger, options.Clock);
        Invoices = new InvoiceBook(home, evm, () => policies.Current, options.Clock);
        Spending = new SpendRoad(
            ledger,
            policies,
            _keys,
            [
                new SolanaTransferPlanner(solana),
                new EvmTransferPlanner(evm),
                new EvmCallPlanner(evm),
                new RevokePlanner(evm),
                new X402Planner(evm, ledger.Find, options.Clock),
                new X402PermitPlanner(evm, options.Clock),
                new SettlementPlanner(evm, options.Clock),
            ],
            rails,
            new PriceBook(evm, ledger, options.Clock),
            Payments,
            _journalCheck.CheckAsync,
            _room,
            options.Clock,
            FrozenByOwner,
            options.FailPoints,
            logs.CreateLogger<SpendRoad>());
        _follower = new Follower(ledger, rails, Spending, _chains, options.Clock, logs.CreateLogger<Follower>());
        Payments.Refresh = _follower.LookNowAsync;
        Approvals = new ApprovalDesk(ledger, policies, Proposals, _room, Spending, Payments, logs.CreateLogger<ApprovalDesk>());
        _passphrase = new OwnerPassphrase(home, options.Clock);
        policies.Changed = _chains.Use;
    }

    /// <summary>The road for money.</summary>
    public SpendRoad Spending { get; }

    /// <summary>Payments, for display.</summary>
    public PaymentDesk Payments { get; }

    /// <summary>What sellers answered, for display.</summary>
    public AnswerBook Answers { get; }

    /// <summary>Questions to the owner.</summary>
    public ApprovalDesk Approvals { get; }

    /// <summary>The owner's factors, verified here.</summary>
    public OwnerDesk Owner { get; private set; } = null!;

    /// <summary>Changes of the policy.</summary>
    public ProposalDesk Proposals { get; }

    /// <summary>What others owe us.</summary>
    public InvoiceBook Invoices { get; }

    /// <summary>Cancelled when the guard stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>True when nothing waits for the chain or the owner any more.</summary>
    public bool IsIdle => _ledger.Open().Count == 0 && !Approvals.IsBusy;

    /// <summary>Opens a home: makes wallet and policy where there are none, takes the ledger's lock, unlocks what it can.</summary>
    /// <exception cref="GuardException">Something there cannot be used as it is.</exception>
    public static async Task<GuardService> OpenAsync(GuardHome home, GuardOptions options, ILoggerFactory logs, CancellationToken ct)
    {
        home.Prepare();
        var ledger = await options.OpenLedger(home, options.Clock, options.FailPoints, ct);
        try
        {
            var chains = ChainTable.Load(home);
            var first = FirstStart.Prepare(home, chains, options.Clock);
            var policies = await PolicyStore.OpenAsync(home, options.Clock, ledger, ct);
            RealNetworks.RefuseUnprotected(policies.Current, chains, options.Hardened || home.SharedSocket is not null);
            var keys = new KeyRing();
            var guard = new GuardService(home, options, ledger, policies, keys, chains, logs);
            guard._warnings.AddRange(first);
            guard.Unlock(options, logs.CreateLogger<GuardService>());
            Secp256k1.Prepare();
            guard._room.Open();
            await guard.Proposals.OpenAsync(ct);
            guard._running = Task.WhenAll(
                guard._follower.RunAsync(guard.Stopping),
                guard._journalCheck.CheckAllAsync(policies.Current.Wallets.Values, guard.Stopping),
                guard.SweepAsync());
            return guard;
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the guard is doing.</summary>
    public GuardStatus Status() => new()
    {
        Version = VersionText,
        ProcessId = Environment.ProcessId,
        StartedAt = _started,
        Frozen = FrozenBecause(),
        Policy = _policies.Summary(),
        OpenPayments = _ledger.Open().Count,
        Ledger = _ledger.Place,
        JournalRecords = _ledger.Records,
        ApprovalPage = Approvals.PageUrl(),
        WaitingApprovals = Approvals.Waiting,
        Protection = _home.SharedSocket is not null ? "L2" : _hardened ? "L1" : "L0",
        Warnings = [.. _warnings, .. _policies.Warning is { } warning ? (string[])[warning] : []],
    };

    /// <summary>The wallets of the policy and where they can act.</summary>
    public WalletList Wallets() => WalletViews.Of(_policies.Current, _chains, _keys);

    /// <summary>The policy in words, with what is left.</summary>
    public PolicyView Policy() => PolicyViews.Of(_policies, _ledger.View, FrozenBecause());

    /// <summary>Takes note of the approval page that is served for this guard.</summary>
    public void Serves(ApprovalPageHost page)
    {
        Owner.Origin = page.Origin;
        Approvals.PageUrl = () => page.Url;
        Payments.ApprovalUrl = id => $"{page.Url}approvals/{id}";
    }

    /// <summary>Stops all spending until the owner says otherwise.</summary>
    public async ValueTask<GuardStatus> FreezeAsync(string reason)
    {
        await _ledger.FreezeAsync(reason, cancellationToken: CancellationToken.None);
        return Status();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ledger.DisposeAsync();
        _follower.Dispose();
        _room.Dispose();
        _seal?.Dispose();
        _passphrase.Dispose();
        _ring.Dispose();
        _remote.Dispose();
        _chains.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Ends what nobody answered, and puts approved policies in force whose delay is over, until the guard stops.</summary>
    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(s_sweep, _clock);
        while (await timer.WaitForNextTickAsync(Stopping))
        {
            try
            {
                _policies.TakeUp(_ledger);
                await Approvals.SweepAsync(Stopping);
                await Proposals.SweepAsync(Stopping);
            }
            catch (Exception e) when (e is GuardException or LedgerException)
            {
                NotSwept(_log, e.Message);
            }
        }
    }

    /// <summary>Version of the program.</summary>
    internal static string VersionText { get; } =
        typeof(GuardService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private string? FrozenBecause() => _ledger.View.FrozenBecause ?? FrozenByOwner();

    private string? FrozenByOwner() => File.Exists(_home.FrozenFile) ? $"the file '{_home.FrozenFile}' is there." : null;

    private void Unlock(GuardOptions options, ILogger log)
    {
        var store = new WalletStore(_home, _clock);
        foreach (var wallet in store.List())
        {
            try
            {
                using var passphrase = wallet.HasPassphraseFile ? null : options.AskPassphrase?.Invoke(wallet.Name);
                if (wallet.HasPassphraseFile || passphrase is not null || Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is not null)
                {
                    store.Unlock(wallet.Name, passphrase, _ring);
                    if (passphrase is not null && _policies.Current.Wallets.Values.Any(_ring.Holds))
                    {
                        _passphrase.Typed(wallet.Name);
                    }
                }
                else
                {
                    _warnings.Add($"Wallet '{wallet.Name}' is locked; start 'cryptomcp guard' in a terminal to unlock it.");
                }
            }
            catch (GuardException e)
            {
                NotUnlocked(log, wallet.Name, e.Problem.Problem);
                _warnings.Add($"Wallet '{wallet.Name}' could not be unlocked: {e.Problem.Problem}");
            }
        }

        // A wallet that somebody put beside the policy's own vouches for nothing.
        _seal = _policies.Current.Wallets.OrderBy(wallet => wallet.Key, StringComparer.Ordinal)
            .Select(wallet => OwnerSeal.Of(wallet.Value, _ring)).FirstOrDefault(seal => seal is not null) ?? OwnerSeal.OfFile(_home);
        var passkeys = PasskeyStore.Open(_home, _seal);
        if (passkeys.Warning is { } warning)
        {
            _warnings.Add(warning);
        }

        Owner = new OwnerDesk(Approvals, _policies, _ledger, _passphrase, passkeys, _clock);
    }

    [LoggerMessage(LogLevel.Warning, "Wallet {Wallet} stays locked: {Problem}")]
    private static partial void NotUnlocked(ILogger logger, string wallet, string problem);

    [LoggerMessage(LogLevel.Error, "Questions to the owner could not be looked after: {Problem}")]
    private static partial void NotSwept(ILogger logger, string problem);
}
