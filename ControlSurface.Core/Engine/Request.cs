namespace ControlSurface.Core.Engine;

/// <summary>A key under which a request is applied once (API.md, Refusals, Idempotency-Key).</summary>
/// <param name="Key">1 to 128 printable ASCII characters.</param>
/// <param name="Fingerprint">SHA-256 over method, path and canonical body; another one under the same key is refused.</param>
public sealed record IdempotencyKey(string Key, byte[] Fingerprint);

/// <summary>An answer as bytes, made once: what is sent is what is kept.</summary>
public sealed record RenderedAnswer(int Status, byte[] Body, string? Location);

/// <summary>A command on its way into the engine.</summary>
public sealed record Request(Command Command, Caller Caller)
{
    /// <summary>Decide it and throw the outcome away.</summary>
    public bool DryRun { get; init; }

    /// <summary>Apply it once; null for a request without a key.</summary>
    public IdempotencyKey? Key { get; init; }

    /// <summary>
    /// Renders the answer before it is committed, so that it can be kept with the events. Runs on the engine's thread:
    /// it must be quick, pure and never throw. Needed with <see cref="Key"/>; optional else.
    /// </summary>
    public Func<Outcome, RenderedAnswer>? Render { get; init; }

    /// <summary>
    /// Contents that the command brings: kept in the same write as what rests on them, or as what a refusal keeps.
    /// </summary>
    public IReadOnlyList<ContentData> Contents { get; init; } = [];

    /// <summary>
    /// Whoever waits for the answer has little left to do and never blocks, such as sending it: many of them are answered
    /// on one thread, one after another.
    /// </summary>
    public bool IsQuick { get; init; }

    /// <summary>How long a claim waits for something to claim; zero for not at all. Up to 55 s.</summary>
    public TimeSpan Wait { get; init; }
}

/// <summary>What became of a request, after it is on disk and the picture has it.</summary>
/// <param name="Reply">The answer; null when refused or replayed.</param>
/// <param name="Refusal">Why not; null when accepted or replayed.</param>
/// <param name="Now">The instant at which it was decided.</param>
/// <param name="Seq">Seq of the last event that the answer rests on.</param>
public sealed record Outcome(Reply? Reply, Refusal? Refusal, DateTimeOffset Now, long Seq)
{
    /// <summary>What <see cref="Request.Render"/> made of it; null where it was not asked for.</summary>
    public RenderedAnswer? Rendered { get; init; }

    /// <summary>The first answer to a repeated key: nothing happened this time.</summary>
    public KeptAnswer? Replayed { get; init; }

    /// <summary>Whether events were written.</summary>
    public bool Wrote { get; init; }
}
