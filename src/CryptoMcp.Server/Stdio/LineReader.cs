namespace CryptoMcp.Server.Stdio;

/// <summary>
/// Cuts the input into lines, one JSON-RPC message each (MCP specification, basic/transports, "stdio"). Reads block: standard
/// input is a pipe that cannot be cancelled, and one thread that waits on it starts sooner than a thread pool.
/// </summary>
internal sealed class LineReader(Stream input)
{
    /// <summary>Longest line in bytes. A longer one is skipped and reported by <see cref="TooLong"/>.</summary>
    public const int MaxLineBytes = 4 << 20;

    private byte[] _buffer = new byte[8 << 10];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _ended;

    /// <summary>The line that the last <see cref="Read"/> found, without its end. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>Whether the last line was longer than <see cref="MaxLineBytes"/> and has been dropped.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Waits for the next line that is not blank; false at the end of input. A last line without newline counts.</summary>
    /// <exception cref="IOException">The input failed.</exception>
    public bool Read()
    {
        TooLong = false;
        var searched = _start;
        while (true)
        {
            var newline = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var end = searched + newline;
                if (Take(end, next: end + 1))
                {
                    return true;
                }

                searched = _start;
                continue;
            }

            if (_ended)
            {
                return (_end > _start || TooLong) && Take(_end, next: _end);
            }

            searched = _end;
            Fill(ref searched);
        }
    }

    // False for a blank line, which is skipped unless it is what remains of one that was too long.
    private bool Take(int end, int next)
    {
        (_lineStart, _lineLength) = (_start, end - _start);
        if (_lineLength > 0 && _buffer[end - 1] == (byte)'\r')
        {
            _lineLength--;
        }

        _start = next;
        if (TooLong)
        {
            _lineLength = 0;
            return true;
        }

        return !Line.Trim(" \t"u8).IsEmpty;
    }

    private void Fill(ref int searched)
    {
        if (_end == _buffer.Length)
        {
            MakeRoom();
            searched = _end;
        }

        var read = input.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length >= MaxLineBytes)
        {
            TooLong = true;
            (_start, _end) = (0, 0);
            return;
        }

        var target = length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, length);
        (_buffer, _start, _end) = (target, 0, length);
    }
}
