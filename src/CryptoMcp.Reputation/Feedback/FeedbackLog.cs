using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What the logs add to the registry's state: time, transaction, endpoint, file, responses.</summary>
internal static class FeedbackLog
{
    private const int LongestUri = 2048;

    /// <summary>
    /// Joins state and logs. An entry that the state has and the logs lack stays, without what only logs know; one that the
    /// logs have and the state lacks is counted, since one of the two is a lie. Without any state (<paramref name="state"/>
    /// null) the logs alone speak.
    /// </summary>
    public static (List<FeedbackEntry> Entries, int WithoutLog, int WithoutState) Join(
        IReadOnlyList<FeedbackEntry>? state, IEnumerable<EventLog> logs, Func<ulong, DateTimeOffset?> timeOf)
    {
        var logged = new Dictionary<(EvmAddress, ulong), FeedbackEntry>();
        var order = new List<(EvmAddress, ulong)>();
        foreach (var log in logs)
        {
            if (log.Topics.Count == 0)
            {
                continue;
            }

            if (log.Topics[0] == ReputationRegistry.NewFeedback.Topic && TryRead(log, timeOf, out var entry))
            {
                if (logged.TryAdd((entry!.Client, entry.Index), entry))
                {
                    order.Add((entry.Client, entry.Index));
                }
            }
            else if (log.Topics[0] == ReputationRegistry.FeedbackRevoked.Topic && log.Topics.Count == 4
                && log.Topics[2].TryToAddress(out var client) && IndexOf(log.Topics[3].ToArray()) is { } index
                && logged.TryGetValue((client, index), out var revoked))
            {
                logged[(client, index)] = revoked with { IsRevoked = true };
            }
            else if (log.Topics[0] == ReputationRegistry.ResponseAppended.Topic && log.Topics.Count == 4
                && log.Topics[2].TryToAddress(out client) && log.Data.Length >= 32
                && IndexOf(log.Data.Span[..32]) is { } answered && logged.TryGetValue((client, answered), out var about))
            {
                logged[(client, answered)] = about with { Responses = about.Responses + 1 };
            }
        }

        if (state is null)
        {
            return ([.. order.Select(key => logged[key])], 0, 0);
        }

        var (entries, withoutLog) = (new List<FeedbackEntry>(state.Count), 0);
        foreach (var entry in state)
        {
            if (!logged.Remove((entry.Client, entry.Index), out var seen))
            {
                withoutLog++;
                entries.Add(entry);
                continue;
            }

            entries.Add(entry with
            {
                Block = seen.Block,
                LogIndex = seen.LogIndex,
                Transaction = seen.Transaction,
                Time = seen.Time,
                UntrustedEndpoint = seen.UntrustedEndpoint,
                FileUri = seen.FileUri,
                FileHash = seen.FileHash,
                Responses = seen.Responses,
            });
        }

        return (entries, withoutLog, logged.Count);
    }

    internal static bool TryRead(EventLog log, Func<ulong, DateTimeOffset?> timeOf, out FeedbackEntry? entry)
    {
        entry = null;
        if (log.Topics.Count != 4 || !log.Topics[2].TryToAddress(out var client) || TryData(ReputationRegistry.NewFeedbackData, log) is not { } data
            || data[2].AsNumber() > FeedbackValue.MaxDecimals)
        {
            return false;
        }

        entry = new()
        {
            Client = client,
            Index = (ulong)data[0].AsNumber(),
            Value = new(data[1].AsNumber(), (int)data[2].AsNumber()),
            UntrustedTag1 = StrangersText.Of(data[3].AsBytes(), 48),
            UntrustedTag2 = StrangersText.Of(data[4].AsBytes(), 48),
            IsRevoked = false,
            Block = log.BlockNumber,
            LogIndex = log.LogIndex,
            Transaction = log.TransactionHash,
            Time = log.BlockNumber is { } block ? timeOf(block) : null,
            UntrustedEndpoint = StrangersText.Of(data[5].AsBytes(), 200) is { Length: > 0 } endpoint ? endpoint : null,
            FileUri = data[6].AsBytes() is { Length: > 0 and <= LongestUri } uri ? StrangersText.Exact(uri) : null,
            FileHash = data[7].AsHash(),
        };
        return true;
    }

    private static AbiValue[]? TryData(AbiFunction shape, EventLog log)
    {
        try
        {
            return shape.DecodeResult(log.Data.Span);
        }
        catch (EvmFormatException)
        {
            // Not what this registry emits.
            return null;
        }
    }

    /// <summary>Of a response only its index is needed, and anybody can write any number of responses: the first word is enough.</summary>
    private static ulong? IndexOf(ReadOnlySpan<byte> word) => new System.Numerics.BigInteger(word, isUnsigned: true, isBigEndian: true) is var number
        && number <= ulong.MaxValue ? (ulong)number : null;
}
