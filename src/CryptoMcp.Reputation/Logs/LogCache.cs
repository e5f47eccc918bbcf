using System.Collections.Concurrent;
using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Reputation;

/// <summary>Final logs of one question.</summary>
/// <param name="First">First block scanned.</param>
/// <param name="Last">Last block scanned; final.</param>
/// <param name="LastHash">Its hash, to tell whether the chain is still the same.</param>
/// <param name="Logs">In chain order.</param>
public sealed record KeptLogs(ulong First, ulong Last, Hash32 LastHash, IReadOnlyList<EventLog> Logs);

/// <summary>
/// Keeps final logs, on disk where a directory is given and in memory for the newest questions. A file is written whole
/// under another name and moved into place; one that does not read back is taken for absent. Safe for concurrent use.
/// </summary>
/// <param name="directory">Where files go; absent to keep in memory only.</param>
public sealed class LogCache(string? directory = null)
{
    private const uint Magic = 0x31474F4C; // "LOG1"
    private const int MostInMemory = 64;
    private const int MostLogs = 200_000;

    private readonly ConcurrentDictionary<string, KeptLogs> _memory = new();

    /// <summary>What was kept for a question.</summary>
    public KeptLogs? Find(ChainId chain, LogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var key = $"{chain} {query.Key()}";
        if (_memory.TryGetValue(key, out var kept) || directory is null)
        {
            return kept;
        }

        kept = Read(PathOf(key), key);
        if (kept is not null)
        {
            Remember(key, kept);
        }

        return kept;
    }

    /// <summary>Keeps logs in place of what was kept before. A disk that is full or read-only costs the next scan time, nothing else.</summary>
    public void Keep(ChainId chain, LogQuery query, KeptLogs logs)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(logs);
        if (logs.Logs.Count > MostLogs)
        {
            return;
        }

        var key = $"{chain} {query.Key()}";
        Remember(key, logs);
        if (directory is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(directory);
            var path = PathOf(key);
            var writing = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
            using (var writer = new BinaryWriter(File.Create(writing), Encoding.UTF8))
            {
                Write(writer, key, logs);
            }

            File.Move(writing, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it.
        }
    }

    private static void Write(BinaryWriter writer, string key, KeptLogs kept)
    {
        writer.Write(Magic);
        writer.Write(key);
        writer.Write(kept.First);
        writer.Write(kept.Last);
        writer.Write(kept.LastHash.ToArray());
        writer.Write(kept.Logs.Count);
        foreach (var log in kept.Logs)
        {
            writer.Write(log.Address.ToArray());
            writer.Write((byte)log.Topics.Count);
            foreach (var topic in log.Topics)
            {
                writer.Write(topic.ToArray());
            }

            writer.Write(log.Data.Length);
            writer.Write(log.Data.Span);
            writer.Write(log.BlockNumber!.Value);
            writer.Write(log.LogIndex!.Value);
            writer.Write(log.TransactionHash!.Value.ToArray());
        }
    }

    private static KeptLogs? Read(string path, string key)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            if (reader.ReadUInt32() != Magic || reader.ReadString() != key)
            {
                return null;
            }

            var (first, last, hash, count) = (reader.ReadUInt64(), reader.ReadUInt64(), Hash(reader), reader.ReadInt32());
            if (count is < 0 or > MostLogs)
            {
                return null;
            }

            var logs = new List<EventLog>(count);
            for (var i = 0; i < count; i++)
            {
                var address = new EvmAddress(reader.ReadBytes(EvmAddress.Size));
                var topics = new Hash32[reader.ReadByte()];
                for (var t = 0; t < topics.Length; t++)
                {
                    topics[t] = Hash(reader);
                }

                var data = reader.ReadBytes(reader.ReadInt32());
                logs.Add(new(address, topics, data, reader.ReadUInt64(), null, null, reader.ReadUInt64(), false) { TransactionHash = Hash(reader) });
            }

            return new(first, last, hash, logs);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or EvmFormatException or ArgumentException)
        {
            // A torn or foreign file is as good as none; the chain is scanned again.
            return null;
        }
    }

    private static Hash32 Hash(BinaryReader reader) => new(reader.ReadBytes(Hash32.Size));

    private void Remember(string key, KeptLogs logs)
    {
        if (_memory.Count >= MostInMemory)
        {
            _memory.Clear();
        }

        _memory[key] = logs;
    }

    private string PathOf(string key) => Path.Combine(directory!, Hash32.Keccak(Encoding.UTF8.GetBytes(key)).ToString()[2..34] + ".logs");
}
