namespace CryptoMcp.Ledger.Journal;

/// <summary>Reads bytes at an offset; 0 at the end.</summary>
internal delegate int ReadAt(long offset, Span<byte> buffer);

/// <summary>A line inside the scanner's buffer.</summary>
/// <param name="Start">Where it starts in the buffer.</param>
/// <param name="Length">Its length without the line feed.</param>
/// <param name="Offset">Where it starts in the journal.</param>
/// <param name="Ended">False for a last line without a line feed.</param>
internal readonly record struct LineSlice(int Start, int Length, long Offset, bool Ended);

/// <summary>
/// Cuts a journal into lines, some megabytes at a time. Blank lines, which a journal has only as room ahead of its end, are
/// passed over: whoever must know of one in another place sees it by the next line's offset.
/// </summary>
internal sealed class JournalScanner(ReadAt read, long from = 0, int chunk = 4 << 20)
{
    private const int MaximumLine = 256 << 20;

    private byte[] _buffer = new byte[chunk];
    private int _kept;
    private long _offset = from;
    private bool _ended;
    private (int Start, int Length) _pending;

    internal byte[] Buffer => _buffer;

    /// <summary>Fills <paramref name="lines"/> with the next lines; false at the end.</summary>
    /// <exception cref="JournalException">A line is longer than any record can be.</exception>
    internal bool Next(List<LineSlice> lines)
    {
        lines.Clear();
        while (!_ended && lines.Count == 0)
        {
            Fill();
            Cut(lines);
        }

        return lines.Count > 0;
    }

    private void Fill()
    {
        if (_kept == _buffer.Length)
        {
            if (_buffer.Length >= MaximumLine)
            {
                throw new JournalException($"The line at byte {_offset} is longer than {MaximumLine} bytes.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        while (_kept < _buffer.Length)
        {
            var count = read(_offset + _kept, _buffer.AsSpan(_kept));
            if (count == 0)
            {
                _ended = true;
                break;
            }

            _kept += count;
        }
    }

    private void Cut(List<LineSlice> lines)
    {
        var start = AfterBlank(0);
        while (_buffer.AsSpan(start, _kept - start).IndexOf((byte)'\n') is var length and >= 0)
        {
            lines.Add(new(start, length, _offset + start, true));
            start = AfterBlank(start + length + 1);
        }

        if (_ended)
        {
            if (start < _kept)
            {
                lines.Add(new(start, _kept - start, _offset + start, false));
            }

            return;
        }

        _pending = (start, _kept - start);
    }

    private int AfterBlank(int start)
    {
        var rest = _buffer.AsSpan(start, _kept - start);
        var blank = rest.IndexOfAnyExcept((byte)'\n');
        return blank < 0 ? _kept : start + blank;
    }

    /// <summary>Moves the beginning of an unfinished line to the front. Call when the lines have been used.</summary>
    internal void Advance()
    {
        var (start, length) = _pending;
        if (start > 0)
        {
            _buffer.AsSpan(start, length).CopyTo(_buffer);
            _offset += start;
            _kept = length;
            _pending = default;
        }
    }
}
