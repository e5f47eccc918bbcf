using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// The last durable line, noted in a side file after each flush: a journal that is shorter than its head has lost
/// whole lines at its end, which the chain alone could not show.
/// </summary>
/// <param name="Sequence">Sequence number of the line.</param>
/// <param name="Hash">Its hash in hexadecimal.</param>
internal sealed record JournalHead(long Sequence, string Hash)
{
    internal const int Length = 128;

    /// <summary>A fixed number of bytes, so that one write replaces the note.</summary>
    internal byte[] ToBytes() =>
        Encoding.ASCII.GetBytes($"{{\"seq\":{Sequence},\"hash\":\"{Hash}\"}}".PadRight(Length - 1) + "\n");

    /// <summary>The same bytes as <see cref="ToBytes"/>, without making anything new: it is noted after each flush.</summary>
    internal static void Write(Span<byte> note, long sequence, ReadOnlySpan<byte> hash)
    {
        note[..Length].Fill((byte)' ');
        "{\"seq\":"u8.CopyTo(note);
        Utf8Formatter.TryFormat(sequence, note[7..], out var digits);
        "\"hash\":\""u8.CopyTo(note[(8 + digits)..]);
        note[7 + digits] = (byte)',';
        hash.CopyTo(note[(16 + digits)..]);
        "\"}"u8.CopyTo(note[(16 + digits + hash.Length)..]);
        note[Length - 1] = (byte)'\n';
    }

    /// <summary>Reads the note; null when it is not one.</summary>
    internal static JournalHead? Parse(byte[]? bytes)
    {
        if (bytes is not { Length: Length })
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var head = new JournalHead(document.RootElement.GetProperty("seq").GetInt64(), document.RootElement.GetProperty("hash").GetString()!);
            return head.ToBytes().AsSpan().SequenceEqual(bytes) ? head : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
