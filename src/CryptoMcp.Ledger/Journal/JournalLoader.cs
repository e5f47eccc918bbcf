using System.Text;
using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>What was found when a journal was read.</summary>
/// <param name="NextSequence">Sequence number of the next record.</param>
/// <param name="LastHash">Hash of the last line, in hexadecimal.</param>
/// <param name="Length">Length of the whole lines.</param>
/// <param name="Torn">What is wrong with the lines of a torn last write; null when there was none.</param>
/// <param name="End">Where the torn lines end; the same as <paramref name="Length"/> when there are none.</param>
internal sealed record LoadedJournal(long NextSequence, byte[] LastHash, long Length, string? Torn, long End);

/// <summary>A place between two lines of a journal.</summary>
/// <param name="NextSequence">Number of the record behind it.</param>
/// <param name="LastHash">Hash of the line before it, in hexadecimal.</param>
/// <param name="Length">Its offset in bytes.</param>
internal sealed record JournalPosition(long NextSequence, byte[] LastHash, long Length);

/// <summary>
/// Reads a journal from its first line, or from a place up to which a snapshot has it. Lines are hashed and parsed on all cores, since each carries its predecessor's
/// hash; links, numbers and steps are checked one after the other.
/// </summary>
internal sealed class JournalLoader(string name, ReadAt read, JournalHead? head, JournalPosition? start = null)
{
    private readonly byte[] _lastHash = (byte[]?)start?.LastHash.Clone() ?? ChainedLine.NoHash.ToArray();
    private readonly List<LineSlice> _lines = [];
    private LedgerRecord?[] _records = [];
    private string?[] _faults = [];
    private long _next = start?.NextSequence ?? 0;
    private long _length = start?.Length ?? 0;
    private long _end = start?.Length ?? 0;
    private int _tornLines;
    private string? _torn;

    /// <summary>Reads all lines and hands each record on.</summary>
    /// <exception cref="JournalException">A line before the last is broken, or lines are missing at the end.</exception>
    internal LoadedJournal Load(Action<LedgerRecord> apply)
    {
        var scanner = new JournalScanner(read, _length);
        while (scanner.Next(_lines))
        {
            Parse(scanner.Buffer);
            for (var i = 0; i < _lines.Count; i++)
            {
                Take(scanner.Buffer, i, apply);
            }

            scanner.Advance();
        }

        if (head is not null && head.Sequence >= _next)
        {
            throw new JournalException(
                $"{name} ends at record {_next - 1} (byte {_length}), but record {head.Sequence} was durable: its end was cut off or is broken. " +
                "Bring back the whole file; do not start without it.");
        }

        return new(_next, _lastHash, _length, _torn, _end);
    }

    private void Take(byte[] buffer, int i, Action<LedgerRecord> apply)
    {
        var line = _lines[i];
        var bytes = buffer.AsSpan(line.Start, line.Length);
        _end = line.Offset + line.Length + (line.Ended ? 1 : 0);
        _torn ??= FaultOf(bytes, i);
        if (_torn is not null)
        {
            TakeTorn(i);
            return;
        }

        try
        {
            apply(_records[i]!);
        }
        catch (Exception e) when (e is LedgerException or InvalidOperationException)
        {
            throw Broken(line.Offset, e.Message);
        }

        ChainedLine.Hash(bytes).CopyTo(_lastHash);
        if (head is not null && head.Sequence == _next && !Encoding.ASCII.GetBytes(head.Hash).AsSpan().SequenceEqual(_lastHash))
        {
            throw Broken(line.Offset, "its hash is not the one that was noted when it was written");
        }

        _next++;
        _length = line.Offset + line.Length + 1;
    }

    private string? FaultOf(ReadOnlySpan<byte> bytes, int i)
    {
        var line = _lines[i];
        return !line.Ended ? "it has no end"
            : line.Offset != _length ? "it is blank, and lines follow"
            : _faults[i] is { } fault ? fault
            : !ChainedLine.Previous(bytes).SequenceEqual(_lastHash) ? "it does not follow from the line before"
            : _records[i]!.Sequence != _next ? $"its number is {_records[i]!.Sequence}, not {_next}"
            : (_next == 0) != (_records[i] is OpenedRecord) ? "a journal begins with 'opened', and only there"
            : null;
    }

    /// <summary>
    /// A power cut keeps any part of the last write: whole lines may stand behind broken ones. A line that was made after
    /// the broken one had been flushed shows that it was not that.
    /// </summary>
    private void TakeTorn(int i)
    {
        _tornLines++;
        var later = _faults[i] is null && _lines[i].Ended ? _records[i] : null;
        if ((later is not null && (later.Flushed >= _next || later.Sequence < _next))
            || (_tornLines > 1 && _end - _length > JournalWriter.LongestWrite))
        {
            throw Broken(_length, _torn!);
        }
    }

    private void Parse(byte[] buffer)
    {
        var count = _lines.Count;
        if (_records.Length < count)
        {
            _records = new LedgerRecord?[count];
            _faults = new string?[count];
        }

        const int Share = 256;
        if (count < Share * 2)
        {
            Parse(buffer, 0, count);
        }
        else
        {
            Parallel.For(0, (count + Share - 1) / Share, share => Parse(buffer, share * Share, Math.Min(count, (share + 1) * Share)));
        }
    }

    private void Parse(byte[] buffer, int from, int to)
    {
        var reader = new RecordReader();
        for (var i = from; i < to; i++)
        {
            (_records[i], _faults[i]) = Parse(reader, buffer.AsSpan(_lines[i].Start, _lines[i].Length));
        }
    }

    private static (LedgerRecord? Record, string? Fault) Parse(RecordReader reader, ReadOnlySpan<byte> line)
    {
        if (!ChainedLine.IsWhole(line))
        {
            return (null, "its hash does not match its content");
        }

        try
        {
            return (reader.Read(line), null);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return (null, e.Message);
        }
    }

    private JournalException Broken(long offset, string fault) => new(
        $"{name} is broken at line {_next + 1}, byte {offset}: {fault}. Nothing was changed. " +
        "Restore the file from a copy, or have the owner rebuild the ledger from the chain.");
}
