namespace CryptoMcp.Ledger;

/// <summary>The ledger's fail points, by name.</summary>
public static class LedgerFailPoints
{
    /// <summary>A request has come in and nothing is decided.</summary>
    public const string ReserveEntered = "ledger.reserve.entered";

    /// <summary>Decided, not recorded.</summary>
    public const string ReserveDecided = "ledger.reserve.decided";

    /// <summary>The reservation is in the writer's hands.</summary>
    public const string ReserveEnqueued = "ledger.reserve.enqueued";

    /// <summary>The reservation is durable, and the caller does not know it.</summary>
    public const string ReserveDurable = "ledger.reserve.durable";

    /// <summary>A waiting payment was judged again, not recorded.</summary>
    public const string ApproveDecided = "ledger.approve.decided";

    /// <summary>The approval is durable.</summary>
    public const string ApproveDurable = "ledger.approve.durable";

    /// <summary>The nonce is chosen; no bytes exist.</summary>
    public const string SigningNonceChosen = "ledger.signing.nonce-chosen";

    /// <summary>The bytes exist; nothing is recorded.</summary>
    public const string SigningBuilt = "ledger.signing.built";

    /// <summary>The signing record is in the writer's hands.</summary>
    public const string SigningEnqueued = "ledger.signing.enqueued";

    /// <summary>The signing record is durable; no authorization was given out.</summary>
    public const string SigningDurable = "ledger.signing.durable";

    /// <summary>A payment in signing may be signed again; the authorization was not given out.</summary>
    public const string ResumeDurable = "ledger.signing.resumed";

    /// <summary>A replacement was judged, not recorded.</summary>
    public const string ReplacementDecided = "ledger.replacement.decided";

    /// <summary>A replacement is durable; no authorization was given out.</summary>
    public const string ReplacementDurable = "ledger.replacement.durable";

    /// <summary>A step of a payment is about to be recorded.</summary>
    public const string StepEntered = "ledger.step.entered";

    /// <summary>A step of a payment is in the writer's hands.</summary>
    public const string StepEnqueued = "ledger.step.enqueued";

    /// <summary>A step of a payment is durable.</summary>
    public const string StepDurable = "ledger.step.durable";

    /// <summary>A freeze is in the writer's hands.</summary>
    public const string FreezeEnqueued = "ledger.freeze.enqueued";

    /// <summary>A freeze is durable.</summary>
    public const string FreezeDurable = "ledger.freeze.durable";

    /// <summary>The chain's nonce was ahead, and the freeze for it is durable.</summary>
    public const string NonceFreezeDurable = "ledger.freeze.nonce-durable";

    /// <summary>The end of a freeze is durable.</summary>
    public const string UnfreezeDurable = "ledger.unfreeze.durable";

    /// <summary>Another audit record is durable.</summary>
    public const string AuditDurable = "ledger.audit.durable";

    /// <summary>New charges are durable.</summary>
    public const string RechargeDurable = "ledger.recharge.durable";

    /// <summary>A record is true in the book, and its line is not in the writer's hands.</summary>
    public const string AppendApplied = "ledger.append.applied";

    /// <summary>New charges are computed, not recorded.</summary>
    public const string RechargeComputed = "ledger.recharge.computed";

    /// <summary>The writer has taken a batch; new lines go into the next.</summary>
    public const string JournalTaken = "journal.taken";

    /// <summary>The callers of a batch are being told.</summary>
    public const string JournalTold = "journal.told";

    /// <summary>A batch is about to be written.</summary>
    public const string JournalWrite = "journal.write";

    /// <summary>A batch is written, not flushed.</summary>
    public const string JournalWritten = "journal.written";

    /// <summary>A batch is flushed; the head is old.</summary>
    public const string JournalFlushed = "journal.flushed";

    /// <summary>The head is noted; nobody was told.</summary>
    public const string JournalHeadNoted = "journal.head-noted";

    /// <summary>All lines are read; the torn tail, if any, is still there.</summary>
    public const string OpenLoaded = "journal.open.loaded";

    /// <summary>The torn tail is cut.</summary>
    public const string OpenRepaired = "journal.open.repaired";

    /// <summary>The snapshot, if any, is read or passed over; no line behind it is.</summary>
    public const string OpenSnapshotRead = "journal.open.snapshot-read";

    /// <summary>The state for a snapshot is copied; nothing is written.</summary>
    public const string SnapshotCopied = "snapshot.copied";

    /// <summary>The snapshot's bytes are made, and all that it holds is durable in the journal.</summary>
    public const string SnapshotMade = "snapshot.made";

    /// <summary>The snapshot is in place.</summary>
    public const string SnapshotKept = "snapshot.kept";

    /// <summary>The journal is about to be closed.</summary>
    public const string Closing = "journal.closing";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ReserveEntered, ReserveDecided, ReserveEnqueued, ReserveDurable, ApproveDecided, ApproveDurable, SigningNonceChosen, SigningBuilt,
        SigningEnqueued, SigningDurable, ResumeDurable, ReplacementDecided, ReplacementDurable, StepEntered, StepEnqueued, StepDurable,
        FreezeEnqueued, FreezeDurable, NonceFreezeDurable, UnfreezeDurable, AuditDurable, RechargeComputed, RechargeDurable, AppendApplied,
        JournalTaken, JournalWrite, JournalWritten, JournalFlushed, JournalHeadNoted, JournalTold, OpenSnapshotRead, OpenLoaded, OpenRepaired,
        SnapshotCopied, SnapshotMade, SnapshotKept, Closing,
    ];
}
