using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>
/// All that one run holds and did. A run's name is its principal's own, so that two agents may each have a run of the same name:
/// each is shown by itself.
/// </summary>
/// <param name="Name">The run's name, as its agent gave it.</param>
/// <param name="Runs">One for each principal with a run of that name, in the order of their ids.</param>
public sealed record RunPageView(string Name, IReadOnlyList<OneRunView> Runs) : IView<RunPageView>
{
    DateTimeOffset? IView<RunPageView>.ChangesAt => Runs.Min(run => run.Lives?.ChangesAt);

    /// <summary>The runs of that name that the reader may see; null where there is none.</summary>
    public static RunPageView? From(Workspace at, string name, Viewer you, DateTimeOffset now)
    {
        List<OneRunView> runs =
        [
            .. at
                .Principals.Select(principal => OneRunView.From(at, principal, name, you, now))
                .Where(run => run is not null)
                .Select(run => run!),
        ];
        return runs.Count == 0 ? null : new RunPageView(name, runs);
    }

    /// <summary>
    /// The same with the items whose last attempt a run's was. They are found by the board's index, outside the picture's lock: in the
    /// picture they could only be found by looking through all items.
    /// </summary>
    public RunPageView WithSpent(Board board, Viewer you) =>
        this with
        {
            Runs =
            [
                .. Runs.Select(run =>
                    run.WithSpent([.. board.SpentBy(run.Of, Name).Where(item => you.MaySee(item.Queue))])
                ),
            ],
        };

    /// <summary>Whether the page shows work on the item, or what was begun outside for it.</summary>
    internal bool Shows(ItemId item) => Runs.Any(run => run.Items.Contains(item));

    /// <summary>The page's address.</summary>
    public static string Address(string run) => "runs/" + Uri.EscapeDataString(run);
}

/// <summary>One principal's run.</summary>
/// <param name="Of">Whose it is.</param>
/// <param name="At">When it was ended, or last granted something; null where neither is known.</param>
/// <param name="Said">How it stands, in words that go on from that instant.</param>
/// <param name="IsEnded">It may start nothing until its principal reopens it.</param>
/// <param name="Items">The items that it holds, those for which it began something outside, and those whose last attempt it was.</param>
/// <param name="Holds">The work that it holds, live or stale.</param>
/// <param name="Outside">What it began outside and nobody has settled.</param>
/// <param name="Locks">What it has locked.</param>
/// <param name="Versions">The newest versions that it published for what it holds, newest first; at most <see cref="MostVersions"/>.</param>
/// <param name="Ends">What ending it does; empty where the reader may not.</param>
/// <param name="MayEnd">The reader may end it.</param>
public sealed record OneRunView(
    PrincipalId Of,
    HolderView Holder,
    DateTimeOffset? At,
    string Said,
    bool IsEnded,
    IReadOnlyList<ItemId> Items,
    IReadOnlyList<WorkGroup<WorkRowView>> Holds,
    IReadOnlyList<LineView> Outside,
    IReadOnlyList<LineView> Locks,
    IReadOnlyList<LineView> Versions,
    IReadOnlyList<LineView> Ends,
    bool MayEnd
)
{
    /// <summary>What it holds, waits for and did, in figures that lead to each on the page; empty where it holds nothing.</summary>
    public IReadOnlyList<FigureView> Figures { get; init; } = [];

    /// <summary>What its work waits for, a line for each review, question, conflict, lock and stop, and for what its attempt was the last of.</summary>
    public IReadOnlyList<LineView> Waits => [.. WaitsForPeople, .. WaitsForAttempts, .. WaitsForOthers];

    private IReadOnlyList<LineView> WaitsForPeople { get; init; } = [];

    private IReadOnlyList<LineView> WaitsForAttempts { get; init; } = [];

    private IReadOnlyList<LineView> WaitsForOthers { get; init; } = [];

    /// <summary>What is prepared, done or given up outside for what it holds; what nobody has settled is in <see cref="Outside"/>.</summary>
    public IReadOnlyList<LineView> Actions { get; init; } = [];

    /// <summary>The lives of what it holds; null where there is none to draw.</summary>
    public RunLives? Lives { get; init; }

    /// <summary>The items whose holder the reader may ask for a handoff, and has not been asked yet.</summary>
    public IReadOnlyList<ItemId> MayAsk { get; init; } = [];

    /// <summary>How many of its items somebody has asked it to hand off, without an answer so far.</summary>
    public int Asked { get; init; }

    /// <summary>How many of its versions are listed; all are in the history.</summary>
    public const int MostVersions = 20;

    internal static OneRunView? From(Workspace at, Principal principal, string name, Viewer you, DateTimeOffset now)
    {
        var held = at.HeldBy(principal.Id)
            .Where(item => string.Equals(item.Lease!.Holder.Run, name, StringComparison.Ordinal))
            .ToList();
        var (ended, known) = (at.FindEndedRun(principal.Id, name), at.FindKnownRun(principal.Id, name));
        if (held.Count == 0 && ended is null && known is null)
            return null;
        var seen = held.Where(item => you.MaySee(item.Queue)).ToList();
        // A viewer limited to queues sees a run only if it holds work in them.
        if (you.Scope.IsLimited && seen.Count == 0)
            return null;
        var hidden = held.Count - seen.Count;
        var outside = OutsideOf(at, principal.Id, name).Where(a => you.MaySee(at.QueueOf(a))).ToList();
        var mayEnd = ended is null && you.May(Verb.EndOthersRun);
        var holder = new HolderView(
            principal.Name,
            principal.Kind == PrincipalKind.Agent,
            name,
            principal.Id == you.Id
        );
        var versions = VersionsOf(at, seen, principal.Id, name).ToList();
        var asked = seen.Where(IsAsked).ToList();
        return new OneRunView(
            principal.Id,
            holder,
            ended?.At ?? known?.SeenAt,
            Sentence(at, ended, known),
            ended is not null,
            [.. seen.Select(item => item.Id), .. outside.Select(action => action.Item).OfType<ItemId>()],
            HoldsOf(at, seen, hidden, you),
            [.. outside.Select(Line)],
            [.. seen.SelectMany(item => LockViews.Held(at, item, you))],
            [.. versions.Take(MostVersions)],
            mayEnd ? RunEnds.Of(at, held, outside.Count, you) : [],
            mayEnd
        )
        {
            Figures = seen.Count == 0 ? [] : RunFigures.Of(at, principal.Id, seen, outside.Count, versions.Count),
            WaitsForPeople = RunWaits.ForPeople(at, seen),
            WaitsForOthers = RunWaits.ForOthers(seen, you),
            Actions =
            [
                .. seen.SelectMany(item => at.ActionsOf(item.Id))
                    .Except(outside)
                    .OrderBy(action => action.Seq)
                    .Select(action => ArtifactWords.Line(at, action)),
            ],
            Lives = RunLives.Of(at, seen, holder.Full, you, now),
            Asked = asked.Count,
            MayAsk = you.May(Verb.NoteItem)
                ? [.. seen.Where(item => item.Lease!.IsLive).Except(asked).Select(item => item.Id)]
                : [],
        };
    }

    internal OneRunView WithSpent(IReadOnlyList<Item> spent) =>
        spent.Count == 0
            ? this
            : this with
            {
                Items = [.. Items, .. spent.Select(item => item.Id)],
                WaitsForAttempts = RunWaits.ForAttempts(spent),
            };

    private static bool IsAsked(Item item) =>
        item.Lease is { IsLive: true } lease
        && item.Notes.Any(note =>
            note.Kind == NoteKind.ReleaseRequest && note.Acknowledged.Count == 0 && note.At >= lease.ClaimedAt
        );

    private static string Sentence(Workspace at, EndedRun? ended, KnownRun? known)
    {
        if (ended is not null)
        {
            var why = ended.Why is { } said ? $": {said}" : "";
            return $", by {at.NameOf(ended.By)}, as {ended.Outcome}{why}. It may start nothing until its agent reopens it.";
        }
        return known?.Generation > 1
            ? $". It was ended before, and reopened {Words.Plural(known.Generation - 1, "time")}."
            : ".";
    }

    private static IReadOnlyList<WorkGroup<WorkRowView>> HoldsOf(
        Workspace at,
        IReadOnlyList<Item> seen,
        int hidden,
        Viewer you
    )
    {
        if (seen.Count == 0)
            return [];
        List<string> facts = [Words.Plural(seen.Count, "item")];
        if (hidden > 0)
            facts.Add($"{Words.Count(hidden)} more in queues that you do not see");
        return
        [
            new WorkGroup<WorkRowView>(
                "Holds",
                facts,
                [.. seen.OrderBy(item => item.Lease!.ExpiresAt).Select(item => Row(at, item, you))],
                seen.Count
            ),
        ];
    }

    // Whose the work is stands above all rows, and what it waits for is what differs.
    private static WorkRowView Row(Workspace at, Item item, Viewer you) =>
        LeaseWords.Row(item, you) with
        {
            Holder = null,
            WaitsFor = RunEnds.WaitsFor(at, item) ?? "nothing",
        };

    private static IEnumerable<WorkAction> OutsideOf(Workspace at, PrincipalId principal, string name) =>
        at.Actions.Where(action =>
            action.Outstanding is { } attempt
            && attempt.By == principal
            && string.Equals(attempt.Run, name, StringComparison.Ordinal)
        );

    private static LineView Line(WorkAction action) =>
        new(
            action.Written == ActionState.Ambiguous ? Icons.CircleQuestionMark : Icons.CircleArrowRight,
            $"{action.Kind} on {action.Target}",
            action.Written == ActionState.Ambiguous ? "may have happened" : "let through, not settled",
            action.Item is { } item ? $"items/{item.Text}" : null,
            action.Written == ActionState.Ambiguous ? Hue.Open : Hue.Work,
            $"{action.Id}, begun {Words.At(action.Outstanding!.BegunAt)}"
        );

    private static IEnumerable<LineView> VersionsOf(
        Workspace at,
        IReadOnlyList<Item> held,
        PrincipalId principal,
        string name
    ) =>
        held.SelectMany(item => at.ArtifactsOf(item.Id))
            .SelectMany(artifact =>
                artifact
                    .Versions.Where(version =>
                        version.By == principal && string.Equals(version.Run, name, StringComparison.Ordinal)
                    )
                    .Select(version => (artifact, version))
            )
            .OrderByDescending(one => one.version.At)
            .Select(one => new LineView(
                Icons.FileText,
                $"{one.artifact.Name}, version {one.version.Number}",
                Words.At(one.version.At),
                $"artifacts/{one.artifact.Id.Text}?v={one.version.Number}"
            ));
}
