using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>
/// One feedback. Value, tags and revocation are the registry's state; the rest exists in the log alone and is absent where
/// no log was seen.
/// </summary>
public sealed record FeedbackEntry
{
    /// <summary>Who gave it.</summary>
    public required EvmAddress Client { get; init; }

    /// <summary>Which of the client's for this agent, from 1.</summary>
    public required ulong Index { get; init; }

    /// <summary>The value.</summary>
    public required FeedbackValue Value { get; init; }

    /// <summary>First tag, cleaned; it names the scale.</summary>
    public required string UntrustedTag1 { get; init; }

    /// <summary>Second tag, cleaned.</summary>
    public required string UntrustedTag2 { get; init; }

    /// <summary>True when its author took it back.</summary>
    public required bool IsRevoked { get; init; }

    /// <summary>Block; absent without a log.</summary>
    public ulong? Block { get; init; }

    /// <summary>Position in the block.</summary>
    public ulong? LogIndex { get; init; }

    /// <summary>Transaction; absent without a log.</summary>
    public Hash32? Transaction { get; init; }

    /// <summary>Time of the block, exact or interpolated between known blocks; absent without a log.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Endpoint that it is about, cleaned.</summary>
    public string? UntrustedEndpoint { get; init; }

    /// <summary>Where a file with more lies, exactly as written; absent when there is none or it is not UTF-8.</summary>
    public string? FileUri { get; init; }

    /// <summary>Keccak-256 that the file is to have; zero means not stated.</summary>
    public Hash32 FileHash { get; init; }

    /// <summary>Responses seen; anybody may respond.</summary>
    public int Responses { get; init; }
}
