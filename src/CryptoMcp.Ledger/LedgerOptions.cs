using System.Security.Cryptography;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger;

/// <summary>How to open a journal.</summary>
public sealed record LedgerOptions
{
    /// <summary>The directory that holds <c>journal.jsonl</c>; it must be the user's own and closed to others (0700).</summary>
    public required string Directory { get; init; }

    /// <summary>Make a new journal where there is none. A journal that is missing beside its head file is never made anew.</summary>
    public bool Create { get; init; } = true;

    /// <summary>Clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Places where tests interfere.</summary>
    public IFailPoints FailPoints { get; init; } = NoFailPoints.Instance;

    /// <summary>Fills a buffer with random bytes, for payment ids.</summary>
    public Action<Memory<byte>> Random { get; init; } = static bytes => RandomNumberGenerator.Fill(bytes.Span);

    /// <summary>The store; null opens the files of <see cref="Directory"/>. The ledger disposes of it.</summary>
    public Func<IJournalStorage>? OpenStorage { get; init; }
}
