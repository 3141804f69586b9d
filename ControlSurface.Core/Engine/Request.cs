namespace ControlSurface.Core.Engine;

/// <summary>An idempotency key: requests of one principal under the same key are applied once (API.md, Idempotency-Key).</summary>
/// <param name="Key">1 to 128 printable ASCII characters.</param>
/// <param name="Fingerprint">
/// SHA-256 over method, path and canonical body. The same key with another is <c>idempotency_key_reused</c>.
/// </param>
public sealed record IdempotencyKey(string Key, byte[] Fingerprint);

/// <summary>An answer as bytes: the same bytes are sent now and kept for replays.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Location">The Location header; null for none.</param>
public sealed record RenderedAnswer(int Status, byte[] Body, string? Location);

/// <summary>A command with everything that the engine needs to decide and answer it.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Caller">Who sends it.</param>
public sealed record Request(Command Command, Caller Caller)
{
    /// <summary>Decides the command, answers, and changes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The idempotency key; null for a request without one.</summary>
    public IdempotencyKey? Key { get; init; }

    /// <summary>
    /// Renders the answer before the batch is written, so that the answer is kept in the same write as the events. It runs on the
    /// engine's thread: it must be quick and pure. Required with <see cref="Key"/>.
    /// </summary>
    public Func<Outcome, RenderedAnswer>? Render { get; init; }

    /// <summary>
    /// The contents that the command brings. They are stored in the same write as the events that rest on them, or kept for a refusal.
    /// </summary>
    public IReadOnlyList<ContentData> Contents { get; init; } = [];

    /// <summary>
    /// Whether the awaiting code has little left to do and never blocks, such as sending the answer. Many such callers are resumed on
    /// one thread, one after another.
    /// </summary>
    public bool IsQuick { get; init; }

    /// <summary>How long a claim may wait for an item, up to 55 s; zero to answer at once.</summary>
    public TimeSpan Wait { get; init; }
}

/// <summary>The outcome of a request, given once it is on disk and in the picture.</summary>
/// <param name="Reply">The answer; null when refused or replayed.</param>
/// <param name="Refusal">Why not; null when accepted or replayed.</param>
/// <param name="Now">The instant at which it was decided.</param>
/// <param name="Seq">Seq of the last event that the answer rests on.</param>
public sealed record Outcome(Reply? Reply, Refusal? Refusal, DateTimeOffset Now, long Seq)
{
    /// <summary>The bytes from <see cref="Request.Render"/>; null where the request has none.</summary>
    public RenderedAnswer? Rendered { get; init; }

    /// <summary>The first answer to the idempotency key, where the request repeats one; null else. Nothing happened this time.</summary>
    public KeptAnswer? Replayed { get; init; }

    /// <summary>Whether events were written.</summary>
    public bool Wrote { get; init; }
}
