using ControlSurface.Core.Items;

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
/// All parts of one workspace's storage in one: what the engine writes to. One thread appends; reads may come from any thread
/// and see committed batches only. All of it is synchronous: the writer has a thread of its own.
/// </summary>
public interface IJournal : IEventLog, IAnswers, ISnapshots, IArchive, IContents, IDisposable;

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
    public static KeptContent? TryFindContent(this IContents contents, string hash)
    {
        try
        {
            return contents.FindContent(hash);
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
