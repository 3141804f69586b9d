using System.Text.Json;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Resolving;

namespace ControlSurface.Api.Bodies;

internal sealed record EvidencedBody(string? Text, string? Uri, string? Sha256)
{
    internal static EvidencedBody? From(TargetEvidence? e) => e is null ? null : new(e.Text, e.Uri, e.Sha256);
}

/// <param name="Fate">What became of it; null while that is not known.</param>
internal sealed record AttemptBody(
    string By,
    string ByName,
    string? Run,
    DateTimeOffset BegunAt,
    DateTimeOffset ApplyBy,
    string? Fate,
    string? SettledBy
);

/// <summary>API.md, Actions.</summary>
internal sealed record ActionBody(
    string Id,
    string Kind,
    string Target,
    string? ItemId,
    string? Queue,
    string? ArtifactId,
    int? Version,
    string? ExpectedTargetVersion,
    string? CurrentTargetVersion,
    string? PayloadHash,
    EvidencedBody? Before,
    string? Summary,
    int ApplySeconds,
    string State,
    string? Why,
    string PreparedBy,
    DateTimeOffset PreparedAt,
    IReadOnlyList<AttemptBody> Attempts,
    DateTimeOffset? ApplyBy,
    JsonElement? Receipt,
    string? ObservedTargetVersion,
    EvidencedBody? After,
    DateTimeOffset? AppliedAt,
    bool Late,
    long Seq
)
{
    /// <summary>The permit that is outstanding, for the principal and run that it was given to; null for everybody else.</summary>
    public string? Permit { get; init; }

    internal static ActionBody From(ActionView view)
    {
        var a = view.Action;
        return new ActionBody(
            a.Id,
            a.Kind,
            a.Target,
            a.Item?.Text,
            a.Queue,
            a.Artifact?.Text,
            a.Version,
            a.ExpectedTargetVersion,
            view.CurrentTargetVersion,
            a.PayloadHash,
            EvidencedBody.From(a.Before),
            a.Summary,
            a.ApplySeconds,
            WireNames.Of(view.State),
            a.Why,
            a.PreparedBy.Text,
            a.PreparedAt,
            [
                .. a.Attempts.Select(t => new AttemptBody(
                    t.By.Text,
                    t.ByName,
                    t.Run,
                    t.BegunAt,
                    t.ApplyBy,
                    t.Fate is { } fate ? WireNames.Of(fate) : null,
                    t.SettledBy?.Text
                )),
            ],
            a.NextDueAt,
            a.Receipt is { } receipt ? JsonElement.Parse(receipt) : null,
            a.ObservedTargetVersion,
            EvidencedBody.From(a.After),
            a.AppliedAt,
            a.Late,
            a.Seq
        );
    }
}

/// <summary>API.md, <c>begin</c>. The permit is there with <c>go</c> alone, and shown to its caller only.</summary>
internal sealed record BeginBody(
    string Outcome,
    string ActionId,
    string? Why,
    string? Permit,
    DateTimeOffset? ApplyBy,
    int? Version,
    string? PayloadHash,
    JsonElement? Receipt,
    string? ConflictId
)
{
    internal static BeginBody From(BeginOutcome b) =>
        new(
            WireNames.Of(b.Outcome),
            b.Action.Id,
            b.Why,
            b.Permit,
            b.ApplyBy,
            b.Action.Version,
            b.Action.PayloadHash,
            b.Outcome == BeginResult.AlreadyCompleted && b.Action.Receipt is { } receipt
                ? JsonElement.Parse(receipt)
                : null,
            b.Conflict?.Text
        );
}

internal sealed record CompetingBody(
    string Label,
    string? ArtifactId,
    int? Version,
    string? ContentHash,
    string By,
    string ByName,
    DateTimeOffset At
);

internal sealed record TimelineBody(long Seq, DateTimeOffset At, string By, string What);

internal sealed record NextStepBody(string Code, string Text, string Why);

/// <param name="ConflictCount">How many places contradict each other; 0 where the merge is clean.</param>
internal sealed record MergeBody(bool Clean, string? Text, int ConflictCount);

/// <summary>API.md, Conflicts.</summary>
internal sealed record ConflictBody(
    string Id,
    string Kind,
    string State,
    string? ItemId,
    string? Queue,
    string? Target,
    string? ArtifactId,
    int? Base,
    string What,
    IReadOnlyList<CompetingBody> Competing,
    IReadOnlyList<TimelineBody> Timeline,
    string? AffectedAction,
    NextStepBody SafestNextStep,
    IReadOnlyList<string> Options,
    MergeBody? Merge,
    string? TakenBy,
    RunbookRefBody? Runbook,
    string? Resolution,
    string? Note,
    string? ResolvedBy,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset OpenedAt,
    long Seq
)
{
    internal static ConflictBody From(ConflictView view, MergeBody? merge, Func<PrincipalId, string> nameOf)
    {
        var c = view.Conflict;
        return new ConflictBody(
            c.Id.Text,
            WireNames.Of(c.Kind),
            WireNames.Of(c.State),
            c.Item?.Text,
            c.Queue,
            c.Target,
            c.Artifact?.Text,
            c.Base,
            c.What,
            [
                .. c.Competing.Select(x => new CompetingBody(
                    x.Label,
                    x.Artifact?.Text,
                    x.Version,
                    x.ContentHash,
                    x.By.Text,
                    x.ByName,
                    x.At
                )),
            ],
            [.. view.Timeline.Select(r => new TimelineBody(r.Seq, r.At, r.By.Text, EventDescriptions.Of(r, nameOf)))],
            c.Action,
            new NextStepBody(WireNames.Of(view.SafestNextStep.Code), view.SafestNextStep.Text, view.SafestNextStep.Why),
            [.. view.Options.Select(WireNames.Of)],
            merge,
            c.TakenBy?.Text,
            view.Pattern is { } pattern ? new RunbookRefBody(pattern.Id, pattern.Guidance) : null,
            c.Resolution is { } how ? WireNames.Of(how) : null,
            c.Note,
            c.ResolvedBy?.Text,
            c.ResolvedAt,
            c.OpenedAt,
            c.Seq
        );
    }
}
