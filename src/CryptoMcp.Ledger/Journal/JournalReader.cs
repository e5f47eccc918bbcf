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
        using var tail = new JournalTail(directory);
        foreach (var line in tail.ReadNew())
        {
            if (line.Sequence >= fromSequence)
            {
                yield return line;
            }
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
