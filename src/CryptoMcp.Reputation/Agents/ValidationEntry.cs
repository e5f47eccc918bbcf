using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>A request for validation and what the named validator answered: that validator's word, nothing more.</summary>
public sealed record ValidationEntry
{
    /// <summary>Hash of the request; global, so anybody may have taken one that another wanted.</summary>
    public required Hash32 Request { get; init; }

    /// <summary>Whom the owner named.</summary>
    public required EvmAddress Validator { get; init; }

    /// <summary>The newest answer, 0 to 100; null while pending. Some validators post risk, where 0 is best.</summary>
    public int? Response { get; init; }

    /// <summary>Answers so far; each overwrites the one before.</summary>
    public int Answers { get; init; }

    /// <summary>The validator's tag, cleaned.</summary>
    public string? UntrustedTag { get; init; }

    /// <summary>True when the validator is the agent's own owner, wallet or operator: no evidence at all.</summary>
    public bool IsSelf { get; init; }

    /// <summary>Block of the newest answer, or of the request.</summary>
    public ulong Block { get; init; }

    internal static IReadOnlyList<ValidationEntry> Read(IEnumerable<EventLog> logs, Func<EvmAddress, bool> isSelf)
    {
        var entries = new Dictionary<Hash32, ValidationEntry>();
        foreach (var log in logs)
        {
            if (log.Topics.Count != 4 || !log.Topics[1].TryToAddress(out var validator))
            {
                continue;
            }

            var request = log.Topics[3];
            if (log.Topics[0] == ValidationRegistry.ValidationRequest.Topic)
            {
                entries.TryAdd(request, new() { Request = request, Validator = validator, IsSelf = isSelf(validator), Block = log.BlockNumber ?? 0 });
            }
            else if (log.Topics[0] == ValidationRegistry.ValidationResponse.Topic && entries.TryGetValue(request, out var entry)
                && TryData(log) is { } data)
            {
                entries[request] = entry with
                {
                    Response = (int)data[0].AsNumber(),
                    Answers = entry.Answers + 1,
                    UntrustedTag = StrangersText.Of(data[3].AsBytes(), 48),
                    Block = log.BlockNumber ?? entry.Block,
                };
            }
        }

        return [.. entries.Values];
    }

    private static AbiValue[]? TryData(EventLog log)
    {
        try
        {
            return ValidationRegistry.ResponseData.DecodeResult(log.Data.Span);
        }
        catch (EvmFormatException)
        {
            // Not what this registry emits.
            return null;
        }
    }
}
