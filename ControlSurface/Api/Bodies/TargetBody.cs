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

/// <summary>API.md, Locks and targets: a target as far as anybody has said how it stands.</summary>
/// <param name="Held">A change that waits for an action on the target to settle.</param>
internal sealed record TargetBody(
    string Target,
    string? Version,
    IReadOnlyList<TargetChangeBody> Changes,
    TargetChangeBody? Held,
    long Seq
)
{
    internal static TargetBody From(TargetState t) =>
        new(
            t.Path,
            t.Version.Length == 0 ? null : t.Version,
            [.. t.Changes.Select(TargetChangeBody.From)],
            t.Held is { } held ? TargetChangeBody.From(held) : null,
            t.Seq
        );
}
