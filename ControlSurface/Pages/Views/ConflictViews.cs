using ControlSurface.Components;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using CoreWords = ControlSurface.Core.Workspaces.Words;

namespace ControlSurface.Pages.Views;

/// <summary>A collision in the list.</summary>
public sealed record ConflictRow(
    string Id,
    string Kind,
    string State,
    string What,
    string? Item,
    string? Artifact,
    DateTimeOffset OpenedAt,
    string? TakenBy,
    bool HoldsUp
);

/// <summary>Collisions that nobody has settled, those that hold work up first, then the oldest.</summary>
public sealed record ConflictListView(IReadOnlyList<ConflictRow> Rows, int Settled) : IView<ConflictListView>
{
    public bool IsSameAs(ConflictListView other) => Settled == other.Settled && Rows.SequenceEqual(other.Rows);

    public static ConflictListView From(Workspace at, Viewer you) =>
        new(
            [
                .. at
                    .OpenConflicts.Where(c => you.MaySeeArtifact(c.Queue))
                    .Select(c => Row(at, c))
                    .OrderByDescending(r => r.HoldsUp)
                    .ThenBy(r => r.OpenedAt)
                    .Take(500),
            ],
            at.Conflicts.Count(c => !c.IsOpen && you.MaySeeArtifact(c.Queue))
        );

    private static ConflictRow Row(Workspace at, Conflict c) =>
        new(
            c.Id.Text,
            CoreWords.Of(c.Kind),
            CoreWords.Of(c.State),
            c.What,
            c.Item?.Text,
            c.Artifact?.Text,
            c.OpenedAt,
            c.TakenBy is { } taker ? at.NameOf(taker) : null,
            c.Item is { } item && at.FindItem(item)?.Settled is null
        );
}

/// <summary>One collision: what competes, what happened, and what may be done about it.</summary>
/// <param name="Base">The version that the competing ones were made from.</param>
/// <param name="Proposed">Hash of the content that was refused last; null where there is none.</param>
/// <param name="MaySettle">Whether the viewer may take and settle it.</param>
public sealed record ConflictPageView(
    ConflictView View,
    Artifact? Artifact,
    ArtifactVersion? Base,
    string? Proposed,
    bool MaySettle,
    string? Taker,
    IReadOnlyList<TimelineEntry> Timeline
) : IView<ConflictPageView>
{
    public Conflict Conflict => View.Conflict;

    /// <summary>The options, the safest first.</summary>
    public IReadOnlyList<string> Options =>
        [
            .. View.Options.Where(o => o == View.SafestNextStep.Code),
            .. View.Options.Where(o => o != View.SafestNextStep.Code),
        ];

    public bool IsSameAs(ConflictPageView other) =>
        Conflict.Seq == other.Conflict.Seq
        && Artifact?.Seq == other.Artifact?.Seq
        && MaySettle == other.MaySettle
        && View.Options.SequenceEqual(other.View.Options, StringComparer.Ordinal);

    public static ConflictPageView? From(Workspace at, string id, Viewer you)
    {
        if (
            !ConflictId.TryParse(id, out var named)
            || at.FindConflict(named) is not { } conflict
            || !you.MaySeeArtifact(conflict.Queue)
        )
            return null;
        var artifact = conflict.Artifact is { } on ? at.FindArtifact(on) : null;
        return new ConflictPageView(
            ConflictView.Of(at, conflict),
            artifact,
            conflict.Base is { } number ? artifact?.FindVersion(number) : null,
            conflict.Competing.LastOrDefault(c => c.Version is null)?.ContentHash,
            you.Principal is { } who
                && (Permissions.MayAsk(Verb.ResolveConflict) & who.Roles) != Core.Principals.Roles.None,
            conflict.TakenBy is { } taker ? at.NameOf(taker) : null,
            [.. conflict.Log.Reverse().Select(r => Timelines.Entry(r, at.NameOf))]
        );
    }

    /// <summary>What a resolution does, as its button says it.</summary>
    public static string Act(string resolution) =>
        resolution switch
        {
            "keep_current" => "Keep what is there",
            "take_proposed" => "Take what was proposed",
            "merge" => "Take the merge",
            "retry" => "Have it done again",
            "mark_applied" => "It was applied",
            "mark_not_applied" => "It was not applied",
            "dismiss" => "Dismiss",
            _ => resolution,
        };

    /// <summary>What follows from it, said before it is done.</summary>
    public string Follows(string resolution) =>
        resolution switch
        {
            "keep_current" => "Nothing changes; the other content stays readable here.",
            "take_proposed" =>
                $"It becomes version {(Artifact?.Current.Number ?? 0) + 1}, and approvals of the current one fall.",
            "merge" =>
                $"The merged text becomes version {(Artifact?.Current.Number ?? 0) + 1}, and approvals of the current one fall.",
            "retry" => "Whoever holds the work, or takes it next, is told to do it again and why.",
            "mark_applied" => $"{Conflict.Action} counts as applied, and is never begun again.",
            "mark_not_applied" =>
                $"{Conflict.Action} may be begun again; its approval comes back while its version is current.",
            _ => "It is closed without any change.",
        };
}
