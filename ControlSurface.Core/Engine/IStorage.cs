using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The storage of one workspace, opened by one process (DESIGN.md, Journal). Its parts share one store, so that one
/// <see cref="IEventLog.Append"/> writes events, answers, contents and archived items together.
/// </summary>
public interface IStorage : IDisposable
{
    /// <summary>All parts behind one interface, for the engine.</summary>
    IJournal Journal { get; }

    /// <summary>The append-only log of events.</summary>
    IEventLog Events => Journal;

    /// <summary>The first answers to idempotency keys.</summary>
    IAnswers Answers => Journal;

    /// <summary>Snapshots of the state, which only make a start faster.</summary>
    ISnapshots Snapshots => Journal;

    /// <summary>Settled items that left memory.</summary>
    IArchive Archive => Journal;

    /// <summary>Contents by hash.</summary>
    IContents Contents => Journal;

    /// <summary>The epoch with which this process writes, where several may open the same storage; null where only one can.</summary>
    long? Epoch => null;
}

/// <summary>The append-only log of one workspace's events, chained by SHA-256 from one event to the next.</summary>
public interface IEventLog
{
    /// <summary>The seq of the last committed event; 0 for an empty log.</summary>
    long LastSeq { get; }

    /// <summary>Writes a batch, which is durable when the call returns.</summary>
    /// <exception cref="JournalRefusedException">Nothing was written (disk full, read only, locked). Trying again may help.</exception>
    /// <exception cref="JournalOutcomeUnknownException">The batch may or may not be on disk; this process must not go on.</exception>
    /// <exception cref="JournalFencedException">Another writer has appended; this process must not go on.</exception>
    void Append(JournalBatch batch);

    /// <summary>The committed events after a seq, in order. Verifies the hash chain while it reads.</summary>
    /// <exception cref="JournalCorruptException">An event is missing or changed; the message names its seq.</exception>
    IEnumerable<Recorded> ReadAfter(long seq);

    /// <summary>A page of events as they are served, oldest first (API.md, <c>GET /events</c>). Does not verify the hash chain.</summary>
    EventPage FindEvents(EventQuery query);

    /// <summary>At most <paramref name="limit"/> events after a seq with their hashes in the chain, oldest first.</summary>
    IReadOnlyList<AuditRow> Chained(long after, int limit);

    /// <summary>The hash of the chain at a seq, 32 bytes; at 0, the value that the first event follows.</summary>
    /// <exception cref="JournalCorruptException">There is no event with this seq.</exception>
    byte[] HashAt(long seq);

    /// <summary>The seq of the last event before an instant; 0 for none.</summary>
    long LastBefore(DateTimeOffset at);

    /// <summary>How many events the item has in the whole journal, archived or not.</summary>
    int CountOf(ItemId item);

    /// <summary>The last moment at which the server is known to have been up; null for a new folder.</summary>
    DateTimeOffset? LastUpAt { get; }

    /// <summary>Records that the server is up at an instant, which also proves that the store can be written.</summary>
    /// <exception cref="JournalRefusedException">The store cannot be written just now.</exception>
    void MarkUp(DateTimeOffset at);
}

/// <summary>The first answer to each idempotency key, kept for seven days (API.md, Idempotency).</summary>
public interface IAnswers
{
    /// <summary>The first answer to a principal's key; null where none is kept any more.</summary>
    /// <exception cref="DamagedRecordException">The stored answer is not the one that was kept.</exception>
    KeptAnswer? FindAnswer(PrincipalId principal, string key);

    /// <summary>Every kept key with its principal, in any order; null where the store cannot list its keys.</summary>
    /// <exception cref="DamagedRecordException">
    /// Thrown after the last readable key where others cannot be read: the list is not complete.
    /// </exception>
    IEnumerable<(PrincipalId Principal, string Key)>? AnswerKeys() => null;

    /// <summary>Drops the answers from before an instant.</summary>
    /// <exception cref="JournalRefusedException">The store cannot be written just now; nothing was dropped.</exception>
    void PruneAnswers(DateTimeOffset before);
}

/// <summary>Snapshots of a workspace's state. A lost snapshot costs time at the next start, never data.</summary>
public interface ISnapshots
{
    /// <summary>The stored snapshots, newest first, without damaged ones; each is read when it is asked for.</summary>
    /// <param name="upTo">The highest seq.</param>
    IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue);

    /// <summary>Stores a snapshot and drops those that <see cref="SnapshotLadder"/> names. Another thread may append meanwhile: it must not wait long.</summary>
    /// <exception cref="JournalRefusedException">The store cannot be written just now; nothing changed.</exception>
    void Save(Snapshot snapshot);
}

/// <summary>The whole records of settled items that left memory.</summary>
public interface IArchive
{
    /// <summary>An archived item; null for none.</summary>
    Item? FindArchived(ItemId id);

    /// <summary>The archived item that had this lease; null for none.</summary>
    Item? FindArchived(LeaseId id);

    /// <summary>The newest archived item with this <c>externalId</c> in the queue; null for none.</summary>
    Item? FindArchived(string queue, string externalId);

    /// <summary>A page of the archived items that match, in the order of their numbers.</summary>
    ArchivePage FindArchived(ArchiveQuery query);
}

/// <summary>The stored contents, each once under its hash.</summary>
public interface IContents
{
    /// <summary>The content with this hash, which is verified; null for none.</summary>
    /// <exception cref="DamagedRecordException">The stored bytes do not have this hash.</exception>
    KeptContent? FindContent(string hash);
}
