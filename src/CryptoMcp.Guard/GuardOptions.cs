using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;

namespace CryptoMcp.Guard;

/// <summary>Opens a ledger for a home, which is locked against a second guard for as long as the ledger is open.</summary>
/// <exception cref="GuardException">It cannot be used, or another guard has the home.</exception>
public delegate ValueTask<ILedger> OpenLedger(GuardHome home, TimeProvider clock, IFailPoints failPoints, CancellationToken ct);

/// <summary>What the composition root decides about a guard.</summary>
public sealed record GuardOptions
{
    /// <summary>Clocks.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Places where tests interfere.</summary>
    public IFailPoints FailPoints { get; init; } = NoFailPoints.Instance;

    /// <summary>Opens the ledger of a home.</summary>
    public OpenLedger OpenLedger { get; init; } = JournalOfHome.OpenAsync;

    /// <summary>Asks the owner for a wallet's passphrase; null where there is no terminal.</summary>
    public Func<string, SecretBytes?>? AskPassphrase { get; init; }

    /// <summary>True when the process was made unreadable to others before any secret was read.</summary>
    public bool Hardened { get; init; }

    /// <summary>Port of the approval page, or the next free one; null serves none.</summary>
    public int? ApprovalPort { get; init; }

    /// <summary>Ends the guard after this long without callers and open payments; null keeps it.</summary>
    public TimeSpan? IdleExit { get; init; }
}
