using System.Globalization;

namespace CryptoMcp.Reputation;

/// <summary>Blocks from the first to the last, both included.</summary>
/// <param name="First">First block.</param>
/// <param name="Last">Last block; below the first when the range is empty.</param>
public readonly record struct BlockRange(ulong First, ulong Last)
{
    /// <summary>True when it holds no block.</summary>
    public bool IsEmpty => Last < First;

    /// <summary>Blocks in it.</summary>
    public ulong Count => IsEmpty ? 0 : Last - First + 1;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}

/// <summary>What a scan of logs has seen and what it has not. Never silently whole: who adds up logs shows this beside the sum.</summary>
public sealed record Coverage
{
    /// <summary>The blocks that were to be scanned.</summary>
    public required BlockRange Asked { get; init; }

    /// <summary>Blocks that were not scanned, in order.</summary>
    public required IReadOnlyList<BlockRange> NotScanned { get; init; }

    /// <summary>Why, in our own words; absent when everything was.</summary>
    public string? Reason { get; init; }

    /// <summary>Blocks whose logs came from the cache on disk.</summary>
    public ulong FromCache { get; init; }

    /// <summary>True when every block was scanned.</summary>
    public bool IsWhole => NotScanned.Count == 0;

    /// <summary>Blocks that were scanned.</summary>
    public ulong Scanned
    {
        get
        {
            var missing = 0UL;
            foreach (var range in NotScanned)
            {
                missing += range.Count;
            }

            return Asked.Count - missing;
        }
    }
}

/// <summary>Logs and how much of what was asked they are.</summary>
/// <param name="Logs">In chain order, each once.</param>
/// <param name="Coverage">What was scanned.</param>
public sealed record LogScan(IReadOnlyList<Evm.EventLog> Logs, Coverage Coverage);
