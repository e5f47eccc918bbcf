using Microsoft.Win32.SafeHandles;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Follows a journal that a guard may be writing: each call gives the lines that came since the last.</summary>
public sealed class JournalTail : IDisposable
{
    private const int Chunk = 256 << 10;

    private readonly string _directory;
    private readonly string _path;
    private readonly SafeFileHandle _journal;
    private readonly List<LineSlice> _lines = [];
    private long _offset;
    private long _last = -1;

    /// <summary>Opens the journal of a directory for reading, from its first line.</summary>
    /// <exception cref="JournalException">There is no journal.</exception>
    public JournalTail(string directory)
    {
        _directory = directory;
        _path = FileJournalStorage.JournalPath(directory);
        if (!File.Exists(_path))
        {
            throw new JournalException($"{_path} does not exist.");
        }

        _journal = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    /// <summary>The lines behind those that were given before, as far as they are whole.</summary>
    /// <exception cref="JournalException">A line that was durable is broken or gone.</exception>
    public IEnumerable<JournalLine> ReadNew()
    {
        // The head first: up to there, whatever is broken is not just being written.
        var head = FileJournalStorage.HeadPath(_directory);
        var durable = File.Exists(head) ? JournalHead.Parse(File.ReadAllBytes(head))?.Sequence ?? -1 : -1;
        if (RandomAccess.GetLength(_journal) < _offset)
        {
            throw new JournalException($"{_path} has become shorter: lines that were read are gone. Check it with 'audit --verify'.");
        }

        var scanner = new JournalScanner((offset, buffer) => RandomAccess.Read(_journal, buffer, offset), _offset, Chunk);
        while (scanner.Next(_lines))
        {
            foreach (var line in _lines)
            {
                var bytes = scanner.Buffer.AsMemory(line.Start, line.Length);
                if (!line.Ended || !ChainedLine.IsWhole(bytes.Span))
                {
                    if (_last < durable)
                    {
                        throw new JournalException($"The line at byte {line.Offset} of {_path} is broken. Check the journal with 'audit --verify'.");
                    }

                    yield break;
                }

                var parsed = JournalReader.Parse(_path, bytes, line.Offset);
                _last = parsed.Sequence;
                _offset = line.Offset + line.Length + 1;
                yield return parsed;
            }

            scanner.Advance();
        }
    }
}
