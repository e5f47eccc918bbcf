using System.Data;
using Npgsql;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>The whole log as the bytes of a journal file, from the first line on, so that the journal's loader and verifier read it.</summary>
internal sealed class LogBytes : IDisposable
{
    private readonly NpgsqlCommand _command;
    private readonly NpgsqlDataReader _reader;
    private byte[] _line = [];
    private int _used;
    private long _offset;

    internal LogBytes(NpgsqlConnection connection)
    {
        _command = new("SELECT line || E'\\n' FROM cryptomcp.record ORDER BY sequence", connection) { CommandTimeout = 0 };
        _reader = _command.ExecuteReader(CommandBehavior.SequentialAccess);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _command.Dispose();
    }

    /// <summary>The next bytes; 0 at the end. The log is read once, in order.</summary>
    internal int Read(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset, _offset);
        if (_used == _line.Length)
        {
            if (!_reader.Read())
            {
                return 0;
            }

            (_line, _used) = (_reader.GetFieldValue<byte[]>(0), 0);
        }

        var count = Math.Min(buffer.Length, _line.Length - _used);
        _line.AsSpan(_used, count).CopyTo(buffer);
        _used += count;
        _offset += count;
        return count;
    }
}
