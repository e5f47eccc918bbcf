using CryptoMcp.Ledger.Journal;

namespace CryptoMcp.Ledger;

/// <summary>
/// Snapshots: made in the background when the journal has grown by a quarter since the last, and when the ledger is closed.
/// With each, resolved payments come to rest in memory.
/// </summary>
public sealed partial class JournalLedger
{
    private const int FewRecords = 50_000;
    private const int FewAtTheEnd = 5_000;
    private const int RestAtOnce = 4096;

    private Task _snapshot = Task.CompletedTask;
    private JournalPosition? _snapshotAt;
    private byte[] _snapshotDigests = [];
    private long _snapshotDue = FewRecords;

    /// <summary>Why the snapshot was passed over at the start, or could not be written later; null when neither was.</summary>
    public string? SnapshotFault { get; private set; }

    /// <summary>Number of the first record that the start had to read from the journal.</summary>
    public long ReplayedFrom { get; private set; }

    /// <summary>Makes a snapshot of the ledger as it is, and returns when it is in place.</summary>
    public async Task SnapshotAsync()
    {
        Task made;
        lock (Gate)
        {
            BeginSnapshot();
            made = _snapshot;
        }

        await made.ConfigureAwait(false);
    }

    private JournalPosition? UseSnapshot()
    {
        if (_storage.ReadSnapshot() is { } file)
        {
            if (Snapshot.Read(file, _storage, Clock, out var fault) is { } snapshot)
            {
                Book = snapshot.Book;
                (_snapshotAt, _snapshotDigests) = (snapshot.Position, snapshot.Digests);
                ReplayedFrom = snapshot.Position.NextSequence;
                _snapshotDue = DueAfter(ReplayedFrom);
            }

            SnapshotFault = fault is null ? null : $"The snapshot beside {_storage.Name} was passed over: {fault}. The whole journal was read instead.";
        }

        FailPoints.Reach(LedgerFailPoints.OpenSnapshotRead);
        return _snapshotAt;
    }

    private static long DueAfter(long records) => records + Math.Max(FewRecords, records / 4);

    /// <summary>Copies what a snapshot needs and leaves the rest to another thread. The caller holds the lock.</summary>
    private void BeginSnapshot()
    {
        _snapshotDue = DueAfter(_nextSequence);
        if (!_snapshot.IsCompleted || _nextSequence == _snapshotAt?.NextSequence)
        {
            return;
        }

        var rest = new LineBuffer(4096);
        Book.WriteRest(rest);
        var position = new JournalPosition(_nextSequence, (byte[])_lastHash.Clone(), _writer.End);
        var items = Book.Payments.Copy();
        var durable = _writer.WhenDurable(true, null).AsTask();
        _snapshot = Task.Run(() => KeepSnapshotAsync(position, rest, items, durable));
    }

    private async Task KeepSnapshotAsync(JournalPosition position, LineBuffer rest, object[] items, Task durable)
    {
        try
        {
            FailPoints.Reach(LedgerFailPoints.SnapshotCopied);
            await durable.ConfigureAwait(false);
            var digests = JournalDigest.Compute(_storage.Read, position.Length, _snapshotDigests, _snapshotAt?.Length ?? 0);
            var resting = new List<(int Position, ReadOnlyMemory<byte> Image)>();
            var parts = Snapshot.Write(position, digests, rest, items, Book.Payments.Names, (at, image) => resting.Add((at, image)));
            FailPoints.Reach(LedgerFailPoints.SnapshotMade);
            _storage.WriteSnapshot(parts);
            FailPoints.Reach(LedgerFailPoints.SnapshotKept);
            lock (Gate)
            {
                (_snapshotAt, _snapshotDigests) = (position, digests);
            }

            Rest(items, resting);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LedgerException)
        {
            // The journal is the truth and does without; only the next start takes longer.
            SnapshotFault = $"No snapshot of {_storage.Name} could be written: {e.Message}";
        }
    }

    private void Rest(object[] items, List<(int Position, ReadOnlyMemory<byte> Image)> resting)
    {
        for (var from = 0; from < resting.Count; from += RestAtOnce)
        {
            lock (Gate)
            {
                foreach (var (at, image) in resting[from..Math.Min(resting.Count, from + RestAtOnce)])
                {
                    Book.Payments.Rest(at, items[at], image);
                }
            }
        }
    }

    /// <summary>The last snapshot, when enough came since the one before. The writer has ended, and nobody else changes anything.</summary>
    private async Task EndSnapshotsAsync()
    {
        await _snapshot.ConfigureAwait(false);
        if (_writer.Failure is null && _nextSequence - (_snapshotAt?.NextSequence ?? 0) >= Math.Max(FewAtTheEnd, _nextSequence / 20))
        {
            lock (Gate)
            {
                BeginSnapshot();
            }

            await _snapshot.ConfigureAwait(false);
        }
    }
}
