using System.Diagnostics;
using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>What the list of collisions is narrowed to; all of it stands in the address.</summary>
/// <param name="Show"><c>resolved</c> or <c>dismissed</c>; null for what nobody has settled.</param>
public sealed record ConflictFilter(string? Show = null, string? Kind = null, string? Queue = null, string? Text = null)
{
    /// <summary>All of it as the words of a query; null for conflicts in no queue, which no words name.</summary>
    public string? Words =>
        FilterView.Each(Queue)?.Contains(FilterView.None, StringComparer.Ordinal) == true
            ? null
            : string.Join(
                ' ',
                new[]
                {
                    Show switch
                    {
                        "resolved" => "state:resolved,overtaken",
                        null => null,
                        var word => SavedViews.Term("state", word),
                    },
                    SavedViews.Term("kind", Kind),
                    SavedViews.Term("queue", Queue),
                    Text?.Trim(),
                }.OfType<string>()
            );

    /// <summary>Whether nothing narrows the list but its tab.</summary>
    public bool IsAny => this with { Show = null } == new ConflictFilter();

    /// <summary>The list so narrowed, on another tab; null for the first.</summary>
    public string Address(string? show)
    {
        var query = string.Join(
            '&',
            new[] { ("show", show), ("kind", Kind), ("queue", Queue), ("q", Text) }
                .Where(part => part.Item2 is not null)
                .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}")
        );
        return query.Length == 0 ? "conflicts" : "conflicts?" + query;
    }
}

/// <summary>A collision in the list.</summary>
/// <param name="Next">The safest next step; how it was settled, once it is.</param>
/// <param name="Held">How long it was open; null while it is.</param>
/// <param name="MayDismiss">Dismissing it is among what is offered.</param>
public sealed record ConflictRow(
    string Id,
    string Kind,
    string State,
    string What,
    string? Item,
    string? Place,
    string? Queue,
    string Next,
    DateTimeOffset OpenedAt,
    TimeSpan? Held,
    string? TakenBy,
    bool HoldsUp,
    bool MayDismiss,
    long Seq
)
{
    /// <summary>Nobody has settled it.</summary>
    public bool IsOpen => Held is null;
}

/// <summary>Collisions: those that hold work up first, then the oldest; and what was settled, the newest first.</summary>
public sealed record ConflictListView(
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<FilterView> Filters,
    IReadOnlyList<WorkGroup<ConflictRow>> Groups,
    int Open,
    int Settled,
    bool IsNarrowed,
    bool MaySettle
) : IView<ConflictListView>
{
    /// <summary>What is wrong with the words typed; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The saved view that this is, if the reader may delete it.</summary>
    public SavedView? Kept { get; init; }

    private const int MostSettled = 200; // the rest is in History

    /// <summary>What of the list can be dismissed at once, with the seq at which each was seen.</summary>
    public IReadOnlyList<ConflictRow> Dismissable =>
        MaySettle ? [.. Groups.SelectMany(group => group.Rows).Where(row => row.MayDismiss)] : [];

    /// <summary>What of the list can be selected: what nobody has settled.</summary>
    public IReadOnlyList<ConflictRow> Selectable =>
        [.. Groups.SelectMany(group => group.Rows).Where(row => row.IsOpen)];

    /// <summary>Under the picture's lock.</summary>
    public static ConflictListView From(Workspace at, ConflictFilter filter, Viewer you, DateTimeOffset now)
    {
        var words = Query.Read(QuerySubject.Conflicts, filter.Text ?? "", out var fault);
        var seen = at.Conflicts.Where(c => you.MaySee(at.QueueOf(c))).ToList();
        var open = seen.FindAll(c => c.IsOpen);
        var resolved = seen.FindAll(c => c.State is ConflictState.Resolved or ConflictState.Overtaken);
        var dismissed = seen.FindAll(c => c.State == ConflictState.Dismissed);
        // What was settled stays for ever, and few of it are shown: only those are put in words.
        IEnumerable<ConflictRow> Shown(IEnumerable<Conflict> those) =>
            those.Where(c => Matches(c, filter) && words?.Matches(c, now) == true).Select(c => Row(at, c));
        IEnumerable<ConflictRow> NewestFirst(IEnumerable<Conflict> those) =>
            Shown(those.OrderByDescending(c => c.ResolvedAt)).Take(MostSettled);
        // States that are asked for in words are looked for among all of them.
        var everything = words?.Names("state") == true;
        List<(string Name, string? Fact, List<ConflictRow> Rows)> groups = filter.Show switch
        {
            null when everything =>
            [
                ("Found", "newest first", [.. Shown(seen.OrderByDescending(c => c.OpenedAt)).Take(MostSettled)]),
            ],
            "resolved" => [("Resolved", "newest first", [.. NewestFirst(resolved)])],
            "dismissed" => [("Dismissed", "newest first", [.. NewestFirst(dismissed)])],
            _ =>
            [
                (
                    "Unsettled",
                    "what holds work up first, then oldest first",
                    [.. Shown(open).OrderByDescending(row => row.HoldsUp).ThenBy(row => row.OpenedAt)]
                ),
                (
                    "Settled today",
                    null,
                    [.. NewestFirst(resolved.Concat(dismissed).Where(c => c.ResolvedAt > now.AddDays(-1)))]
                ),
            ],
        };
        return new ConflictListView(
            [
                new("Unsettled", open.Count, filter.Address(null), filter.Show is not ("resolved" or "dismissed")),
                new("Resolved", resolved.Count, filter.Address("resolved"), filter.Show == "resolved"),
                new("Dismissed", dismissed.Count, filter.Address("dismissed"), filter.Show == "dismissed"),
            ],
            FiltersOf(seen, filter, words),
            [
                .. groups
                    .Where(group => group.Rows.Count > 0)
                    .Select(group => new WorkGroup<ConflictRow>(
                        group.Name,
                        group.Fact is { } fact
                            ? [Words.Count(group.Rows.Count), fact]
                            : [Words.Count(group.Rows.Count)],
                        group.Rows,
                        group.Rows.Count
                    )),
            ],
            open.Count,
            resolved.Count + dismissed.Count,
            filter.IsAny is false,
            you.May(Verb.ResolveConflict)
        )
        {
            Fault = fault,
            Kept = filter.Words is { Length: > 0 } kept
                ? SavedViews.Find(at.Views, "conflicts", kept, you.Id, you.May(Verb.ShareView))
                : null,
        };
    }

    private static ConflictRow Row(Workspace at, Conflict c)
    {
        var view = ConflictView.Of(at, c);
        return new ConflictRow(
            c.Id.Text,
            WireNames.Of(c.Kind),
            WireNames.Of(c.State),
            c.What,
            c.Item?.Text,
            c.Target ?? c.Artifact?.Text,
            c.Queue,
            c.IsOpen ? view.SafestNextStep.Text.TrimEnd('.')
                : c.Resolution is { } how ? ConflictPageView.Became(how)
                : "",
            c.OpenedAt,
            c.ResolvedAt - c.OpenedAt,
            c is { IsOpen: true, TakenBy: { } taker } ? at.NameOf(taker) : null,
            c.Item is { } item && at.FindItem(item)?.Settled is null,
            view.Options.Contains(ConflictResolution.Dismiss),
            c.Seq
        );
    }

    private static bool Matches(Conflict c, ConflictFilter filter) =>
        FilterView.Allows(filter.Kind, WireNames.Of(c.Kind)) && FilterView.Allows(filter.Queue, c.Queue);

    private static FilterView[] FiltersOf(List<Conflict> all, ConflictFilter filter, Query? words)
    {
        var kinds = all.Select(c => c.Kind).ToHashSet();
        return
        [
            new(
                "Kind",
                "kind",
                filter.Kind,
                [
                    .. Enum.GetValues<ConflictKind>()
                        .Where(kinds.Contains)
                        .Select(WireNames.Of)
                        .Select(kind => new ChoiceView(kind, ConflictPageView.Named(kind))),
                ]
            )
            {
                TakesSeveral = true,
                Said = SavedViews.Said(words, "kind"),
            },
            new("Queue", "queue", filter.Queue, ChoiceView.Queues(all.Select(c => c.Queue)))
            {
                TakesSeveral = true,
                Said = SavedViews.Said(words, "queue"),
            },
        ];
    }
}

/// <summary>A way to settle it, and what would follow, found by trying.</summary>
public sealed record ConflictChoice(ConflictResolution Way, string Follows)
{
    /// <summary>The way as the API spells it.</summary>
    public string Code => WireNames.Of(Way);
}

/// <summary>A content that was refused and kept.</summary>
/// <param name="K">Its place among all that competes, from 0, as the API counts.</param>
public sealed record ProposalView(string Hash, string Words, HolderView By, int K);

/// <summary>The action that the conflict is about.</summary>
public sealed record AffectedView(string Id, string State, string Does, string Expects, string Now);

/// <summary>One collision: what competes, what happened, and what may be done about it.</summary>
/// <param name="Base">The version that the competing ones were made from.</param>
/// <param name="Choices">What may be done now, the safest first.</param>
/// <param name="Proposals">The contents that were refused, in the order in which they came.</param>
/// <param name="MaySettle">Whether the viewer may settle it.</param>
/// <param name="Timeline">Newest first.</param>
public sealed record ConflictPageView(
    ConflictView View,
    Artifact? Artifact,
    ArtifactVersion? Base,
    IReadOnlyList<ConflictChoice> Choices,
    IReadOnlyList<ProposalView> Proposals,
    AffectedView? Affected,
    bool MaySettle,
    bool MayTake,
    string? Taker,
    string? SettledWords,
    IReadOnlyList<TimelineEntry> Timeline,
    [property: NotDrawn] long AtSeq
) : IView<ConflictPageView>
{
    /// <summary>The conflict itself.</summary>
    public Conflict Conflict => View.Conflict;

    /// <summary>What may be done.</summary>
    public IReadOnlyList<ConflictResolution> Options => View.Options;

    /// <summary>Hash of the content that was refused last; null where there is none.</summary>
    public string? Proposed => Proposals.Count > 0 ? Proposals[^1].Hash : null;

    /// <summary>How often it was met: opened, and joined by each further content.</summary>
    public int Met => Conflict.Log.Count(r => r.Event is ConflictEvent.Opened or ConflictEvent.Joined);

    /// <summary>What the button of a resolution says here.</summary>
    public string ActOf(ConflictResolution resolution) =>
        resolution == ConflictResolution.Retry
        && Conflict.Kind == ConflictKind.ApprovalOutdated
        && Artifact is { } artifact
            ? $"Have v{artifact.Current.Number} reviewed"
            : Act(resolution);

    /// <summary>Where the version that is there now is read, beside the one that the collision is about; null for none.</summary>
    public (string Href, string Words)? Since =>
        Artifact is { } artifact && Base is { } from && from.Number != artifact.Current.Number
            ? (
                ArtifactWords.Address(artifact.Id, artifact.Current.Number, from.Number),
                $"What changed, v{from.Number} to v{artifact.Current.Number}"
            )
            : null;

    /// <summary>The page's heading: the kind and what it is about.</summary>
    public string Title =>
        Artifact is { } artifact ? $"{Named(WireNames.Of(Conflict.Kind))}: {artifact.Name}"
        : Conflict.Target is { } target ? $"{Named(WireNames.Of(Conflict.Kind))}: {target}"
        : Named(WireNames.Of(Conflict.Kind));

    /// <summary>The page; null where there is no such conflict, or none that the viewer may see. Under the picture's lock.</summary>
    public static ConflictPageView? From(Workspace at, string id, Viewer you, DateTimeOffset now)
    {
        if (
            !ConflictId.TryParse(id, out var named)
            || at.FindConflict(named) is not { } conflict
            || !you.MaySee(at.QueueOf(conflict))
        )
            return null;
        var artifact = conflict.Artifact is { } on ? at.FindArtifact(on) : null;
        var view = ConflictView.Whole(at, conflict);
        var maySettle = you.May(Verb.ResolveConflict);
        return new ConflictPageView(
            view,
            artifact,
            conflict.Base is { } number ? artifact?.FindVersion(number) : null,
            maySettle
                ?
                [
                    .. view
                        .Options.OrderByDescending(option => option == view.SafestNextStep.Code)
                        .Select(option => new ConflictChoice(
                            option,
                            Follows(at, conflict, artifact, option, you, now)
                        )),
                ]
                : [],
            [
                .. conflict.Proposals.Select(
                    (c, k) =>
                        new ProposalView(
                            c.ContentHash!,
                            string.Create(CultureInfo.InvariantCulture, $"{k + 1}, by {c.ByName}"),
                            Whose(at, c.By, c.ByName),
                            conflict.Competing.IndexOf(c)
                        )
                ),
            ],
            conflict.Action is { } action && at.FindAction(action) is { } affected ? Affects(at, affected) : null,
            maySettle,
            you.May(Verb.TakeConflict) && you.Principal?.Kind == Core.Vocabulary.PrincipalKind.Person,
            conflict.TakenBy is { } taker ? at.NameOf(taker) : null,
            conflict is { IsOpen: false, Resolution: { } how, ResolvedAt: { } when }
                ? $"{Became(how)}, {(conflict.ResolvedBy is { } by ? $"by {at.NameOf(by)}, " : "")}{Words.At(when)}"
                : null,
            [.. view.Timeline.Reverse().Select(r => Timelines.Entry(r, at.NameOf))],
            at.Seq
        );
    }

    /// <summary>Which of several proposals it is, from 1, as the columns' heads count; null where there is one, or it is none.</summary>
    /// <param name="k">Its place among all that competes.</param>
    internal int? PlaceOf(int k) =>
        Proposals.Count > 1 && Proposals.ToList().FindIndex(one => one.K == k) is >= 0 and var at ? at + 1 : null;

    /// <summary>The heads of the three columns.</summary>
    /// <param name="shown">Hash of the proposal that is compared.</param>
    internal IReadOnlyList<Components.Review.ConflictCompare.Head> Heads(string? shown)
    {
        var proposal = Proposals.FirstOrDefault(one => one.Hash == shown);
        var place = proposal is null ? 0 : Proposals.ToList().IndexOf(proposal) + 1;
        return
        [
            new($"Base, v{Base!.Number}", ContentHash.Short(Base.ContentHash), By(Base)),
            new(
                $"Current, v{Artifact!.Current.Number}",
                ContentHash.Short(Artifact.Current.ContentHash),
                By(Artifact.Current)
            ),
            new(
                $"Proposed, competing version {place}",
                proposal is null ? "" : ContentHash.Short(proposal.Hash),
                proposal?.By
            ),
        ];
    }

    private static HolderView By(ArtifactVersion version) =>
        new(version.ByName, version.ByKind == Core.Vocabulary.PrincipalKind.Agent, version.Run);

    private static HolderView Whose(Workspace at, PrincipalId id, string name) =>
        new(name, at.FindPrincipal(id)?.Kind == Core.Vocabulary.PrincipalKind.Agent);

    private static AffectedView Affects(Workspace at, WorkAction action)
    {
        var state = at.StateOf(action);
        var known = at.TargetVersion(action.Target);
        return new AffectedView(
            action.Id,
            WireNames.Of(state),
            $"{Named(action.Kind)} on {action.Target}",
            action.ExpectedTargetVersion is not { } expected ? $"{action.Target} as it is"
                : known is null || known == expected ? $"{action.Target} at {expected}"
                : $"{action.Target} at {expected}; it is at {known}",
            state switch
            {
                ActionState.Applying => "being applied",
                ActionState.Applied => "done, and never begun again",
                ActionState.Ambiguous => "it may have happened, or not: look, then say what you saw",
                ActionState.Superseded => "cannot begin: its version is no longer current",
                ActionState.Conflicting => "cannot begin while its target is where it is",
                ActionState.Failed => "it had no effect, and nobody will begin it again",
                ActionState.Withdrawn => "withdrawn",
                _ => "may begin once it is approved",
            }
        );
    }

    private static string WouldBe(Recorded tried, Func<PrincipalId, string> nameOf) =>
        tried.Event is ArtifactEvent.VersionPublished published
            ? $"It becomes version {published.Version} of {published.Artifact}, in your name."
            : EventDescriptions.Of(tried, nameOf);

    // Tried as it would be sent, and thrown away; a merge is tried with a content that nothing else has.
    private static string Follows(
        Workspace at,
        Conflict conflict,
        Artifact? artifact,
        ConflictResolution option,
        Viewer you,
        DateTimeOffset now
    )
    {
        var merged =
            option == ConflictResolution.Merge
                ? new Proposed(conflict.MergedHash ?? ContentHash.Of([0]), Length: 1)
                : null;
        var tried = at.Decide(
            new ConflictCommand.Resolve(
                conflict.Id,
                option,
                at.Seq,
                merged,
                artifact?.Current.ContentHash,
                EventDescriptions.NotYetWritten,
                option == ConflictResolution.TakeProposed ? conflict.Competing.FindLastIndex(c => c.IsProposal) : null
            ),
            you.Caller,
            now
        );
        if (tried.Refusal is { } refusal)
            return $"It would be refused now: {RefusalWords.Detail(refusal, at.NameOf, now)}";
        List<string> said =
        [
            .. tried
                .Events.Where(e => e is not ConflictEvent.Resolved)
                .Select((e, k) => WouldBe(new Recorded(at.Seq + 1 + k, now, you.Id, e), at.NameOf)),
        ];
        const int Most = 5;
        return said.Count switch
        {
            0 => option is ConflictResolution.TakeProposed or ConflictResolution.Merge
                ? "It is what is there already: nothing else changes."
                : "Nothing else changes. All that competed stays readable here.",
            <= Most => string.Join(" ", said),
            _ => string.Join(" ", said.Take(Most)) + $" And {Words.Count(said.Count - Most)} more.",
        };
    }

    /// <summary>A kind as it is read: "Overlapping edit".</summary>
    public static string Named(string word) => char.ToUpperInvariant(word[0]) + word[1..].Replace('_', ' ');

    /// <summary>What a resolution has done, in the list of what is settled.</summary>
    public static string Became(ConflictResolution resolution) =>
        resolution switch
        {
            ConflictResolution.KeepCurrent => "Kept what was there",
            ConflictResolution.TakeProposed => "Took what was proposed",
            ConflictResolution.Merge => "Took the merge",
            ConflictResolution.Retry => "Was done again",
            ConflictResolution.MarkApplied => "It was applied",
            ConflictResolution.MarkNotApplied => "It was not applied",
            ConflictResolution.Dismiss => "Dismissed",
            ConflictResolution.Overtaken => "Its cause was gone",
        };

    /// <summary>What a resolution does, as its button says it.</summary>
    public static string Act(ConflictResolution resolution) =>
        resolution switch
        {
            ConflictResolution.KeepCurrent => "Keep what is there",
            ConflictResolution.TakeProposed => "Take what was proposed",
            ConflictResolution.Merge => "Take the merge",
            ConflictResolution.Retry => "Have it done again",
            ConflictResolution.MarkApplied => "It was applied",
            ConflictResolution.MarkNotApplied => "It was not applied",
            ConflictResolution.Dismiss => "Dismiss",
            ConflictResolution.Overtaken => throw new UnreachableException("nobody chooses it"),
        };
}
