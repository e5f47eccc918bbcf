using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>A line of the journal, for export and for watching.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Time">When it was appended, in window time.</param>
/// <param name="Type">What it records.</param>
/// <param name="PaymentId">The payment, where it is about one.</param>
/// <param name="Record">The whole line.</param>
public sealed record JournalLine(long Sequence, DateTimeOffset Time, string Type, string? PaymentId, JsonElement Record);

/// <summary>
/// Reads a journal line by line, while a guard may be writing it: lines that are not whole yet end the reading. Checks each
/// line's own hash, not the chain: that is the verifier's.
/// </summary>
public static class JournalReader
{
    /// <summary>The lines from a number on, as far as they are whole.</summary>
    /// <exception cref="JournalException">There is no journal, or a line that was durable is broken.</exception>
    public static IEnumerable<JournalLine> Read(string directory, long fromSequence = 0)
    {
        var path = FileJournalStorage.JournalPath(directory);
        if (!File.Exists(path))
        {
            throw new JournalException($"{path} does not exist.");
        }

        // The head first: up to there, whatever is broken is not just being written.
        var headPath = FileJournalStorage.HeadPath(directory);
        var durable = File.Exists(headPath) ? JournalHead.Parse(File.ReadAllBytes(headPath))?.Sequence ?? -1 : -1;
        using var journal = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var scanner = new JournalScanner((offset, buffer) => RandomAccess.Read(journal, buffer, offset));
        var lines = new List<LineSlice>();
        var last = -1L;
        while (scanner.Next(lines))
        {
            foreach (var line in lines)
            {
                var bytes = scanner.Buffer.AsMemory(line.Start, line.Length);
                if (!line.Ended || !ChainedLine.IsWhole(bytes.Span))
                {
                    if (last < durable)
                    {
                        throw new JournalException($"The line at byte {line.Offset} of {path} is broken. Check the journal with 'audit --verify'.");
                    }

                    yield break;
                }

                var parsed = Parse(path, bytes, line.Offset);
                last = parsed.Sequence;
                if (last >= fromSequence)
                {
                    yield return parsed;
                }
            }

            scanner.Advance();
        }
    }

    internal static JournalLine Parse(string path, ReadOnlyMemory<byte> line, long offset)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement.Clone();
            return new(
                record.GetProperty("seq").GetInt64(),
                record.GetProperty("time").GetDateTimeOffset(),
                record.GetProperty("type").GetString()!,
                record.TryGetProperty("payment", out var payment) ? payment.GetString() : null,
                record);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JournalException($"The line at byte {offset} of {path} is no record. Check the journal with 'audit --verify'.", e);
        }
    }
}
