using ControlSurface.Core.Items;

namespace ControlSurface.Core.Engine;

/// <summary>The first answer to an <c>Idempotency-Key</c>, kept with the events that it belongs to (API.md, Refusals).</summary>
/// <param name="Principal">The owner of the key; the same text by another principal is another key.</param>
/// <param name="Key">1 to 128 printable ASCII characters.</param>
/// <param name="Fingerprint">SHA-256 over method, path and canonical body: 32 bytes.</param>
/// <param name="Status">HTTP status of the first answer.</param>
/// <param name="Body">The first answer's body, UTF-8 JSON.</param>
/// <param name="Location">The first answer's Location header; null for none.</param>
public sealed record KeptAnswer(
    PrincipalId Principal,
    string Key,
    byte[] Fingerprint,
    int Status,
    byte[] Body,
    string? Location,
    DateTimeOffset At
);

/// <summary>Everything that the store writes in one transaction, or not at all.</summary>
/// <param name="Follows">The seq that the first event follows. The store refuses the batch where its own last seq is another.</param>
/// <param name="Events">In order, without gaps, from <paramref name="Follows"/> + 1.</param>
/// <param name="Answers">First answers to the idempotency keys of the batch's commands.</param>
/// <param name="Archived">Items that leave memory with this batch, as they were.</param>
public sealed record JournalBatch(
    long Follows,
    IReadOnlyList<Recorded> Events,
    IReadOnlyList<KeptAnswer> Answers,
    IReadOnlyList<Item> Archived
)
{
    /// <summary>Contents that come with the batch; the store keeps each once under its hash.</summary>
    public IReadOnlyList<KeptContent> Contents { get; init; } = [];

    /// <summary>Whether there is anything to write.</summary>
    public bool IsEmpty => Events.Count == 0 && Contents.Count == 0;
}

/// <summary>A stored content with its first sender.</summary>
/// <param name="Content">The bytes with their hash and media type.</param>
/// <param name="By">Who sent it first.</param>
/// <param name="At">When it was sent first.</param>
public sealed record KeptContent(ContentData Content, PrincipalId By, DateTimeOffset At);

/// <summary>A snapshot of a workspace. It is used only where the digest of its state is the one that it names.</summary>
/// <param name="Seq">The seq of the last event that it holds.</param>
/// <param name="Digest">SHA-256 over <paramref name="State"/>: 32 bytes.</param>
/// <param name="State">The state as <see cref="StateJson"/> writes it, UTF-8.</param>
public sealed record Snapshot(long Seq, byte[] Digest, byte[] State);

/// <summary>
/// All parts of one workspace's storage behind one interface, for the engine. One thread writes at a time, except that a snapshot may be
/// saved meanwhile; any thread may read, and sees only committed batches. All calls are synchronous: who writes may wait for the disk.
/// </summary>
public interface IJournal : IEventLog, IAnswers, ISnapshots, IArchive, IContents, IDisposable;

/// <summary>
/// The store refused a write cleanly: nothing was written, and what was committed before is untouched. Trying again may help.
/// </summary>
public sealed class JournalRefusedException : Exception
{
    /// <inheritdoc/>
    public JournalRefusedException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <inheritdoc/>
    public JournalRefusedException() { }

    /// <inheritdoc/>
    public JournalRefusedException(string message)
        : base(message) { }
}

/// <summary>A flush failed, so that nobody knows what is on disk. The process must end; the next start reads what is there.</summary>
public sealed class JournalOutcomeUnknownException : Exception
{
    /// <inheritdoc/>
    public JournalOutcomeUnknownException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <inheritdoc/>
    public JournalOutcomeUnknownException() { }

    /// <inheritdoc/>
    public JournalOutcomeUnknownException(string message)
        : base(message) { }
}

/// <summary>Another writer has the journal: nothing of the write that was refused is in it. This engine must end.</summary>
public sealed class JournalFencedException : Exception
{
    /// <inheritdoc/>
    public JournalFencedException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <inheritdoc/>
    public JournalFencedException() { }

    /// <inheritdoc/>
    public JournalFencedException(string message)
        : base(message) { }
}

/// <summary>
/// A stored content or answer is not what was written: the file was changed, or the disk failed. Nobody gets it. The message names it
/// and tells what to do.
/// </summary>
public sealed class DamagedRecordException : Exception
{
    /// <inheritdoc/>
    public DamagedRecordException() { }

    /// <inheritdoc/>
    public DamagedRecordException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public DamagedRecordException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>Reads contents where a damaged one counts as missing.</summary>
public static class JournalContents
{
    /// <summary>The content; null where none is stored under the hash, or its bytes are damaged.</summary>
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

/// <summary>An event of the journal is missing or changed. The message names its seq and tells what to do.</summary>
public sealed class JournalCorruptException : Exception
{
    /// <inheritdoc/>
    public JournalCorruptException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <inheritdoc/>
    public JournalCorruptException() { }

    /// <inheritdoc/>
    public JournalCorruptException(string message)
        : base(message) { }
}
