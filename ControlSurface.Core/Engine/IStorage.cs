using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Everything durable of one workspace, opened for its folder by one process (DESIGN.md, Journal). The parts share one
/// store, so that one <see cref="IEventLog.Append"/> makes events, answers, contents and archived items true together.
/// </summary>
public interface IStorage : IDisposable
{
    /// <summary>All parts in one, for the engine.</summary>
    IJournal Journal { get; }

    /// <summary>The append-only log of events.</summary>
    IEventLog Events => Journal;

    /// <summary>First answers by idempotency key.</summary>
    IAnswers Answers => Journal;

    /// <summary>States at a seq, which only save time.</summary>
    ISnapshots Snapshots => Journal;

    /// <summary>Settled items that left memory.</summary>
    IArchive Archive => Journal;

    /// <summary>Contents by hash.</summary>
    IContents Contents => Journal;
}

/// <summary>The append-only log of one workspace's events, chained by SHA-256 from one event to the next.</summary>
public interface IEventLog
{
    /// <summary>Seq of the last committed event; 0 for an empty log.</summary>
    long LastSeq { get; }

    /// <summary>Makes the batch durable before it returns.</summary>
    /// <exception cref="JournalRefusedException">Nothing was written (disk full, read only, locked). Trying again may help.</exception>
    /// <exception cref="JournalOutcomeUnknownException">It may or may not be on disk; this process must not go on.</exception>
    /// <exception cref="JournalFencedException">Another writer has appended; this process must not go on.</exception>
    void Append(JournalBatch batch);

    /// <summary>Committed events after a seq, in order. Verifies the hash chain as it reads.</summary>
    /// <exception cref="JournalCorruptException">An event is missing or changed; the message names its seq.</exception>
    IEnumerable<Recorded> ReadAfter(long seq);

    /// <summary>Events as they are served, oldest first (API.md, <c>GET /events</c>). The chain is not verified.</summary>
    EventPage FindEvents(EventQuery query);

    /// <summary>Events with the chain's hash of each, oldest first; at most <paramref name="limit"/>.</summary>
    IReadOnlyList<AuditRow> Chained(long after, int limit);

    /// <summary>The chain's hash at a seq, 32 bytes; at 0, the value that the first event follows.</summary>
    /// <exception cref="JournalCorruptException">There is no event with this seq.</exception>
    byte[] HashAt(long seq);

    /// <summary>Seq of the last event before an instant; 0 where none is.</summary>
    long LastBefore(DateTimeOffset at);

    /// <summary>How many events the item has in all, archived or not.</summary>
    int CountOf(ItemId item);

    /// <summary>The last moment at which the server is known to have been up; null for a new folder.</summary>
    DateTimeOffset? LastUpAt { get; }

    /// <summary>Records that the server is up, which also proves that the log can be written.</summary>
    /// <exception cref="JournalRefusedException">It cannot be written just now.</exception>
    void MarkUp(DateTimeOffset at);
}

/// <summary>The first answer to each idempotency key, kept for seven days (API.md, Idempotency).</summary>
public interface IAnswers
{
    /// <summary>The first answer to a key, if it is kept still.</summary>
    /// <exception cref="DamagedRecordException">The stored answer is not the one that was kept.</exception>
    KeptAnswer? FindAnswer(PrincipalId principal, string key);

    /// <summary>Every kept key with its principal, in any order; null where the store cannot list them and is asked for each key.</summary>
    /// <exception cref="DamagedRecordException">Thrown after the last key that can be read, where others cannot: the list is not whole.</exception>
    IEnumerable<(PrincipalId Principal, string Key)>? AnswerKeys() => null;

    /// <summary>Drops answers from before that instant: none of them is found any more.</summary>
    /// <exception cref="JournalRefusedException">The store cannot be written just now; nothing was dropped.</exception>
    void PruneAnswers(DateTimeOffset before);
}

/// <summary>Snapshots of a workspace's state. Losing one loses time, never data.</summary>
public interface ISnapshots
{
    /// <summary>Snapshots, newest first; damaged ones are left out.</summary>
    IEnumerable<Snapshot> Snapshots();

    /// <summary>Keeps a snapshot, and drops all but the newest few.</summary>
    /// <exception cref="JournalRefusedException">The store cannot be written just now; nothing changed.</exception>
    void Save(Snapshot snapshot);
}

/// <summary>Settled items that left memory, whole.</summary>
public interface IArchive
{
    /// <summary>An archived item with all that it was; null where there is none.</summary>
    Item? FindArchived(ItemId id);

    /// <summary>The archived item that had this lease; null where there is none.</summary>
    Item? FindArchived(LeaseId id);

    /// <summary>The newest archived item with this externalId in the queue; null where there is none.</summary>
    Item? FindArchived(string queue, string externalId);

    /// <summary>Archived items that match, in the order of their numbers.</summary>
    ArchivePage FindArchived(ArchiveQuery query);
}

/// <summary>Contents, each once under its hash.</summary>
public interface IContents
{
    /// <summary>A content by its hash, which is checked; null where none is kept under it.</summary>
    /// <exception cref="DamagedRecordException">The bytes under it are not those that were kept.</exception>
    KeptContent? FindContent(string hash);
}
