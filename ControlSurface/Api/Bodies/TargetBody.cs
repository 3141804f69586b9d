using ControlSurface.Core.Targets;

namespace ControlSurface.Api.Bodies;

/// <summary>A lock or a hold that covers a target.</summary>
/// <param name="Owner">Null where it is work in a queue that the caller may not see.</param>
/// <param name="ExpiresAt">The end of the lease, handoff or hold; null while a pause stops its clock.</param>
/// <param name="State">The state of the lease; null for a hold.</param>
/// <param name="Mine">It is the caller's own.</param>
internal sealed record CoveringBody(
    string Target,
    string Mode,
    OwnerBody? Owner,
    string? ItemId,
    string? LeaseId,
    string? HoldId,
    DateTimeOffset Since,
    DateTimeOffset? ExpiresAt,
    string? State,
    bool Mine
)
{
    internal static CoveringBody From(CoveringLock c) =>
        new(
            c.User.Target,
            WireNames.Of(c.User.Mode),
            c.User.Holder is { } holder ? OwnerBody.From(holder) : null,
            c.User.Item?.Text,
            c.User.Lease?.Text,
            c.User.Hold?.Text,
            c.User.Since,
            c.User.Until,
            c.User.State is { } state ? WireNames.Of(state) : null,
            c.IsOwn
        );
}

/// <summary>What the caller may do with a target now.</summary>
/// <param name="Write">Nobody else has a lock or a hold on it, above it or below it.</param>
/// <param name="Lock">The strongest mode that would be granted at once: <c>exclusive</c> or <c>shared</c>; null for none.</param>
/// <param name="Wait">Whether waiting in line can give it.</param>
/// <param name="Until">When the last of those in the way ends, as far as that is known.</param>
internal sealed record MayUseBody(bool Write, string? Lock, bool Wait, string Why, DateTimeOffset? Until);

/// <summary>A target before it is written (API.md, Settled since, Targets).</summary>
/// <param name="Path">The target in its one spelling.</param>
/// <param name="Free">Nobody but the caller has it locked or held, above it and below it too, and nobody waits for it.</param>
/// <param name="CoveredBy">Locks and holds on the target and above it.</param>
/// <param name="Within">Locks and holds below it.</param>
internal sealed record CheckedTargetBody(
    string Path,
    bool Free,
    IReadOnlyList<CoveringBody> CoveredBy,
    IReadOnlyList<CoveringBody> Within,
    MayUseBody May
)
{
    internal static CheckedTargetBody From(TargetCheck c) =>
        new(
            c.Path,
            c.IsFree,
            [.. c.CoveredBy.Select(CoveringBody.From)],
            [.. c.Within.Select(CoveringBody.From)],
            new MayUseBody(
                c.May.Write,
                c.May.Lock is { } mode ? WireNames.Of(mode) : null,
                c.May.Wait,
                c.May.Why,
                c.May.Until
            )
        );
}

/// <summary>What covers each of the targets that were asked about, in their order.</summary>
internal sealed record CheckedTargetsBody(IReadOnlyList<CheckedTargetBody> Targets, long Seq);

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
