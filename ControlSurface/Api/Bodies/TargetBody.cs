using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Api.Bodies;

/// <param name="Counts">False for what is older than what was known, or is not confirmed.</param>
internal sealed record TargetChangeBody(
    string Version,
    string? By,
    string? Note,
    DateTimeOffset At,
    string? CausedBy,
    string ReportedBy,
    DateTimeOffset ReportedAt,
    long Seq,
    bool Counts
)
{
    internal static TargetChangeBody From(TargetChange c) =>
        new(c.Version, c.By, c.Note, c.OccurredAt, c.CausedBy, c.ReportedBy.Text, c.At, c.Seq, c.Counts);
}

/// <summary>API.md, Locks and targets: a target as far as anybody has said how it stands, and who uses it.</summary>
/// <param name="Held">A change that waits for an action on the target to settle.</param>
/// <param name="Holders">Whoever has exactly this target locked, or holds it.</param>
/// <param name="Waiters">Whoever waits for exactly this target, in their order.</param>
/// <param name="Waits">How many requests its locks made wait, those included that still do.</param>
/// <param name="WaitedSeconds">For how long in all.</param>
/// <param name="Seq">Of the last change; 0 where nobody has said anything.</param>
internal sealed record TargetBody(
    string Target,
    string? Version,
    IReadOnlyList<TargetChangeBody> Changes,
    TargetChangeBody? Held,
    IReadOnlyList<TargetUserBody> Holders,
    IReadOnlyList<TargetUserBody> Waiters,
    int Waits,
    decimal WaitedSeconds,
    long Seq
)
{
    internal static TargetBody From(TargetView v) =>
        From(v.Known ?? new TargetState(v.Path, "", DateTimeOffset.MinValue, 0)) with
        {
            Holders = [.. v.Holders.Select(TargetUserBody.From)],
            Waiters = [.. v.Waiters.Select(TargetUserBody.From)],
            Waits = v.Waits,
            WaitedSeconds = v.WaitedMs / 1000m,
        };

    internal static TargetBody From(TargetState t) =>
        new(
            t.Path,
            t.Version.Length == 0 ? null : t.Version,
            [.. t.Changes.Select(TargetChangeBody.From)],
            t.Held is { } held ? TargetChangeBody.From(held) : null,
            [],
            [],
            t.Waits,
            t.WaitedMs / 1000m,
            t.Seq
        );
}
