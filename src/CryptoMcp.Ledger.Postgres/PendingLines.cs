using System.Buffers;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>Lines that the book has applied and that the database is not known to have yet.</summary>
internal sealed class PendingLines
{
    private readonly ArrayBufferWriter<byte> _text = new(64 << 10);
    private readonly byte[] _lastHash = new byte[ChainedLine.HashLength];

    /// <summary>How many.</summary>
    internal int Count { get; private set; }

    /// <summary>The lines with line feeds between them.</summary>
    internal ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Hash of the last one.</summary>
    internal ReadOnlySpan<byte> LastHash => _lastHash;

    /// <summary>The nonces that they give out; lines are counted from 1.</summary>
    internal List<(long Line, string Account, ulong Nonce)> Nonces { get; } = [];

    /// <summary>Adds a line that ends with a line feed.</summary>
    internal void Add(ReadOnlySpan<byte> line, (string Account, ulong Nonce)? nonce)
    {
        if (Count++ > 0)
        {
            _text.Write("\n"u8);
        }

        _text.Write(line[..^1]);
        ChainedLine.Hash(line[..^1]).CopyTo(_lastHash);
        if (nonce is { } given)
        {
            Nonces.Add((Count, given.Account, given.Nonce));
        }
    }

    /// <summary>Forgets them.</summary>
    internal void Clear()
    {
        Count = 0;
        Nonces.Clear();
        _text.ResetWrittenCount();
    }
}
