using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>The first answer to an <c>Idempotency-Key</c>, kept with the events that it belongs to (API.md, Refusals).</summary>
/// <param name="Principal">Whose key it is; another's same key is another key.</param>
/// <param name="Fingerprint">SHA-256 over method, path and canonical body: 32 bytes.</param>
/// <param name="Status">HTTP status of the first answer.</param>
/// <param name="Body">The first answer's body, UTF-8 JSON.</param>
/// <param name="Location">The first answer's Location header, if it had one.</param>
public sealed record KeptAnswer(
    PrincipalId Principal,
    string Key,
    byte[] Fingerprint,
    int Status,
    byte[] Body,
    string? Location,
    DateTimeOffset At
);

/// <summary>Everything that becomes true in one transaction, or not at all.</summary>
/// <param name="Follows">The seq that the first event must follow; the store refuses if its own last seq is another.</param>
/// <param name="Events">In order, without gaps, from <paramref name="Follows"/> + 1.</param>
/// <param name="Archived">Items that leave memory with this batch, as they were.</param>
public sealed record JournalBatch(
    long Follows,
    IReadOnlyList<Recorded> Events,
    IReadOnlyList<KeptAnswer> Answers,
    IReadOnlyList<Item> Archived
)
{
    /// <summary>Contents that come with the batch, each kept once under its hash.</summary>
    public IReadOnlyList<KeptContent> Contents { get; init; } = [];

    /// <summary>Whether there is anything to make durable.</summary>
    public bool IsEmpty => Events.Count == 0 && Contents.Count == 0;
}

/// <summary>A content with who sent it first, and when.</summary>
public sealed record KeptContent(ContentData Content, PrincipalId By, DateTimeOffset At);

/// <summary>A snapshot of a workspace. It is used only if the digest of the state is the one it claims.</summary>
public sealed record Snapshot(long Seq, byte[] Digest, byte[] State);

/// <summary>
/// The append-only journal of one workspace and what is written with it. One thread appends; reads may come from any
/// thread and see committed batches only. All of it is synchronous: the writer has a thread of its own.
/// </summary>
public interface IJournal : IDisposable
{
    /// <summary>Seq of the last committed event; 0 for an empty journal.</summary>
    long LastSeq { get; }

    /// <summary>
    /// Makes the batch durable before it returns.
    /// </summary>
    /// <exception cref="JournalRefusedException">Nothing was written (disk full, read only, locked). Trying again may help.</exception>
    /// <exception cref="JournalOutcomeUnknownException">It may or may not be on disk; this process must not go on.</exception>
    /// <exception cref="JournalFencedException">Another writer has appended; this process must not go on.</exception>
    void Append(JournalBatch batch);

    /// <summary>Committed events after a seq, in order. Verifies the hash chain as it reads.</summary>
    /// <exception cref="JournalCorruptException">A row is missing or changed; the message names its seq.</exception>
    IEnumerable<Recorded> ReadAfter(long seq);

    /// <summary>Snapshots, newest first.</summary>
    IEnumerable<Snapshot> Snapshots();

    /// <summary>Keeps a snapshot, and drops all but the newest few.</summary>
    void Save(Snapshot snapshot);

    /// <summary>The last moment at which the server is known to have been up; null for a new folder.</summary>
    DateTimeOffset? LastUpAt { get; }

    /// <summary>Writes down that the server is up, which also proves that the journal can be written.</summary>
    /// <exception cref="JournalRefusedException">It cannot be written just now.</exception>
    void MarkUp(DateTimeOffset at);

    /// <summary>The first answer to a key, if it is kept still.</summary>
    /// <exception cref="DamagedRecordException">It is not what was kept.</exception>
    KeptAnswer? FindAnswer(PrincipalId principal, string key);

    /// <summary>Whose keys are kept, in any order; null where the journal cannot list them, and is asked for each.</summary>
    IEnumerable<(PrincipalId Principal, string Key)>? AnswerKeys() => null;

    /// <summary>Drops answers from before that instant (7 days, API.md). At most a few thousand a call; returns how many.</summary>
    int PruneAnswers(DateTimeOffset before);

    /// <summary>An archived item with all that it was; null where there is none.</summary>
    Item? FindArchived(ItemId id);

    /// <summary>The archived item that had this lease.</summary>
    Item? FindArchived(LeaseId id);

    /// <summary>A content by its hash, which is checked; null where none is kept under it.</summary>
    /// <exception cref="DamagedRecordException">The bytes under it are not those that were kept.</exception>
    KeptContent? FindContent(string hash);

    /// <summary>The newest archived item with this externalId in the queue.</summary>
    Item? FindArchived(string queue, string externalId);
}

/// <summary>The store refused cleanly: nothing was written, and what was committed before is untouched.</summary>
public sealed class JournalRefusedException : Exception
{
    public JournalRefusedException(string message, Exception? inner = null)
        : base(message, inner) { }

    public JournalRefusedException() { }

    public JournalRefusedException(string message)
        : base(message) { }
}

/// <summary>A flush failed: nobody can say what is on disk. The process ends, and the next start reads what is there.</summary>
public sealed class JournalOutcomeUnknownException : Exception
{
    public JournalOutcomeUnknownException(string message, Exception? inner = null)
        : base(message, inner) { }

    public JournalOutcomeUnknownException() { }

    public JournalOutcomeUnknownException(string message)
        : base(message) { }
}

/// <summary>The journal went on without this process: another writer appended.</summary>
public sealed class JournalFencedException : Exception
{
    public JournalFencedException(string message, Exception? inner = null)
        : base(message, inner) { }

    public JournalFencedException() { }

    public JournalFencedException(string message)
        : base(message) { }
}

/// <summary>
/// A content or a kept answer is not what was written: the file was changed, or the disk failed. It is given to nobody. The message
/// says which it is and what to do.
/// </summary>
public sealed class DamagedRecordException : Exception
{
    public DamagedRecordException() { }

    public DamagedRecordException(string message)
        : base(message) { }

    public DamagedRecordException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>Reading contents where a damaged one is shown as missing.</summary>
public static class JournalContents
{
    /// <summary>The content; null also where its bytes are damaged.</summary>
    public static KeptContent? TryFindContent(this IJournal journal, string hash)
    {
        try
        {
            return journal.FindContent(hash);
        }
        catch (DamagedRecordException)
        {
            return null;
        }
    }
}

/// <summary>The journal does not check. The message says which seq and what to do.</summary>
public sealed class JournalCorruptException : Exception
{
    public JournalCorruptException(string message, Exception? inner = null)
        : base(message, inner) { }

    public JournalCorruptException() { }

    public JournalCorruptException(string message)
        : base(message) { }
}
