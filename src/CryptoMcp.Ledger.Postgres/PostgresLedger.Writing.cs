using System.Diagnostics;
using System.Text.Json;
using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger.Postgres;

/// <summary>How changes get into the log, and what others appended into the book.</summary>
public sealed partial class PostgresLedger
{
    private const int MaximumBatch = 1024;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private enum Attempt
    {
        /// <summary>Everything is durable.</summary>
        Kept,

        /// <summary>Others came first; the book is to be read again, and the changes are to be made again.</summary>
        Overtaken,
    }

    private async Task WriteAsync()
    {
        var batch = new List<Change>();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (batch.Count < MaximumBatch && _queue.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            try
            {
                await KeepAsync(batch).ConfigureAwait(false);
                Answer(batch, null);
            }
            catch (Exception e)
            {
                // Whatever went wrong, nobody may believe that it is recorded; this is where every caller hears of it.
                await DisconnectAsync().ConfigureAwait(false);
                Answer(batch, e as LedgerException ?? _options.Database.Unavailable(e));
            }

            batch.Clear();
        }
    }

    private async Task KeepAsync(List<Change> batch)
    {
        if (_broken is { } broken)
        {
            throw broken;
        }

        Interlocked.Exchange(ref _refreshing, 0);
        var begun = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(20);
        var ran = false;
        while (true)
        {
            try
            {
                if (await TryKeepAsync(batch, ran, () => ran = true).ConfigureAwait(false) == Attempt.Kept)
                {
                    return;
                }

                ran = false;
            }
            catch (Exception e) when (LedgerDatabase.IsPassing(e))
            {
                // What was sent may be committed or not. The next attempt finds out, under the lock, before anything else.
                await DisconnectAsync().ConfigureAwait(false);
                if (_stopping.IsCancellationRequested || Stopwatch.GetElapsedTime(begun) > _options.Patience)
                {
                    throw;
                }

                await Task.Delay(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
            catch (JournalException e)
            {
                _broken = e;
                throw;
            }
            catch (Exception)
            {
                // The database refused the records themselves: they are not there, and the book must not have them.
                _mustReload = true;
                throw;
            }
        }
    }

    private async Task<Attempt> TryKeepAsync(List<Change> batch, bool ran, Action running)
    {
        var log = await ConnectedAsync().ConfigureAwait(false);
        if (_pending.Count == 0 && batch.All(change => change is RefreshChange))
        {
            var seen = await log.ReadAsync(_durable, CancellationToken.None).ConfigureAwait(false);
            CheckPosition(seen);
            Follow(seen.Lines, 0);
            return Attempt.Kept;
        }

        var tail = await log.LockAsync(_durable, CancellationToken.None).ConfigureAwait(false);
        CheckPosition(tail);
        var committed = 0;
        if (_pending.Count > 0 && tail.Lines.Count > 0)
        {
            if (!StandsIn(tail.Lines))
            {
                _mustReload = true;
                await log.EndAsync(CancellationToken.None).ConfigureAwait(false);
                return Attempt.Overtaken;
            }

            // The connection was lost after the commit had arrived: what was pending is durable.
            committed = _pending.Count;
            NoteDurable();
        }

        Follow(tail.Lines, committed);
        if (!ran)
        {
            running();
            Run(batch);
        }

        if (_pending.Count == 0)
        {
            await log.EndAsync(CancellationToken.None).ConfigureAwait(false);
            return Attempt.Kept;
        }

        FailPoints.Reach(LedgerFailPoints.JournalWrite);
        await log.AppendAsync(_durable, _pending, CancellationToken.None).ConfigureAwait(false);
        FailPoints.Reach(LedgerFailPoints.JournalFlushed);
        NoteDurable();
        return Attempt.Kept;
    }

    private void Run(List<Change> batch)
    {
        lock (Gate)
        {
            foreach (var change in batch)
            {
                _running = change;
                change.Run();
            }

            _running = null;
        }
    }

    private void Answer(List<Change> batch, LedgerException? problem)
    {
        foreach (var change in batch)
        {
            if (problem is null)
            {
                change.Complete();
            }
            else
            {
                change.Fail(problem);
            }

            if (problem is not null || change.IsForsaken)
            {
                // It may have been recorded, and whoever asked for it does not carry it on.
                _watch.Orphan(change.Payments);
            }
        }
    }

    /// <summary>Applies what others appended.</summary>
    private void Follow(IReadOnlyList<byte[]> lines, int from)
    {
        if (from == lines.Count)
        {
            return;
        }

        lock (Gate)
        {
            for (var i = from; i < lines.Count; i++)
            {
                ReadOnlySpan<byte> line = lines[i];
                try
                {
                    if (!ChainedLine.IsWhole(line) || !ChainedLine.Previous(line).SequenceEqual(_lastHash))
                    {
                        throw new FormatException("its hash is not right");
                    }

                    var record = _decoder.Read(line);
                    if (record.Sequence != _next)
                    {
                        throw new FormatException($"its number is {record.Sequence}");
                    }

                    Book.Apply(record);
                }
                catch (Exception e) when (e is FormatException or JsonException or LedgerException or InvalidOperationException)
                {
                    throw new JournalException($"The log in {_options.Database.Name} is broken at record {_next}: {e.Message}. Nothing more is reserved or signed.", e);
                }

                ChainedLine.Hash(line).CopyTo(_lastHash);
                _next++;
            }
        }

        NoteDurable();
    }

    /// <summary>All that the book has is durable.</summary>
    private void NoteDurable()
    {
        _pending.Clear();
        Interlocked.Exchange(ref _durable, _next);
        _lastHash.CopyTo(_durableHash, 0);
        if (_durable > 0)
        {
            _head?.Write(_durable - 1, _durableHash);
        }
    }

    /// <summary>Whether the pending lines are the ones that stand in the log where they belong.</summary>
    private bool StandsIn(IReadOnlyList<byte[]> lines) =>
        lines.Count >= _pending.Count && ChainedLine.Hash(lines[_pending.Count - 1]).SequenceEqual(_pending.LastHash);

    /// <summary>What was durable must still be there: after a failover that lost commits, or from a restored backup, it is not.</summary>
    private void CheckPosition(LogTail tail)
    {
        if (_options.Time is null)
        {
            _databaseTime!.Observe(tail.Moment);
        }

        if (_durable > 0 && tail.PreviousHash != HashText)
        {
            throw Lost(_durable - 1);
        }
    }

    private JournalException Lost(long sequence) => new(
        $"{_options.Database.Name} has lost or changed record {sequence}, which was durable: it failed over to a standby that lagged, or was restored from a backup. " +
        "Payments may be out of which it knows nothing, so nothing more is reserved or signed. See 'When the database forgot' in docs/fleet.md.");

    private async ValueTask<PostgresLog> ConnectedAsync()
    {
        if (_mustReload)
        {
            await ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        }

        if (_log is { } log)
        {
            return log;
        }

        log = new(await _options.Database.ConnectAsync(_options.Host, CancellationToken.None).ConfigureAwait(false));
        _log = log;
        if (_pending.Count == 0)
        {
            // After a long absence there may be much to read, for which nobody else should have to wait.
            var seen = await log.ReadAsync(_durable, CancellationToken.None).ConfigureAwait(false);
            CheckPosition(seen);
            Follow(seen.Lines, 0);
        }

        return log;
    }

    private async ValueTask DisconnectAsync()
    {
        if (Interlocked.Exchange(ref _log, null) is { } log)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads the whole log into a new book.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _options.Database.ConnectAsync("load", cancellationToken).ConfigureAwait(false);
        var book = new LedgerBook(Clock);
        var loaded = await Task.Run(
            () =>
            {
                using var bytes = new LogBytes(connection);
                return new JournalLoader(_options.Database.Name, bytes.Read, null).Load(record => book.Apply(record));
            },
            cancellationToken).ConfigureAwait(false);
        if (loaded.Torn is not null)
        {
            throw new JournalException($"The last record in {_options.Database.Name} is broken: {loaded.Torn}.");
        }

        var known = _durable > 0 ? new JournalHead(_durable - 1, HashText) : _head?.Known;
        if (known is not null && (await new PostgresLog(connection).PositionAsync(known.Sequence + 1, cancellationToken).ConfigureAwait(false)).PreviousHash != known.Hash)
        {
            throw Lost(known.Sequence);
        }

        lock (Gate)
        {
            Book = book;
            _next = loaded.NextSequence;
            loaded.LastHash.CopyTo(_lastHash, 0);
        }

        _mustReload = false;
        NoteDurable();
    }
}
