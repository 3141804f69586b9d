using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>Whether the whole line is stopped, and what stopping it or letting it go on would do.</summary>
/// <param name="Stop">How much of it is stopped, by whom and why; null while it runs.</param>
/// <param name="By">Who stopped it; null while it runs.</param>
/// <param name="MayStop">The reader may stop it.</param>
/// <param name="MayGo">The reader may let it go on.</param>
/// <param name="Follows">What the question that is open would do now; empty where none is.</param>
public sealed record LineStopView(LineStop? Stop, string? By, bool MayStop, bool MayGo, IReadOnlyList<LineView> Follows)
    : IView<LineStopView>
{
    /// <summary>Each scope with what it is called in the question, the least first.</summary>
    public static readonly IReadOnlyList<(StopScope Scope, string Name, string Words)> Scopes =
    [
        (StopScope.Begins, "Actions", "No action begins outside. Work goes on."),
        (StopScope.Claims, "Actions and claims", "Nobody gets new work either. Who has work goes on with it."),
        (StopScope.All, "Everything", "All live leases are suspended too, and their clocks stop."),
    ];

    /// <summary>How the line stands, on the board.</summary>
    public static LineStopView From(Board board, Viewer you, IReadOnlyList<LineView> follows) =>
        new(
            board.Stopped,
            board.Stopped is { } stop ? board.NameOf(stop.By) : null,
            you.May(Verb.StopLine),
            you.May(Verb.GoLine),
            follows
        );

    /// <summary>How the line stands, as it is announced when that changes.</summary>
    public string Aloud =>
        Stop is { } stop ? $"{InWords(stop.Scope)} By {By}: {Marked.Plain(stop.Why)}" : "The line goes on.";

    /// <summary>What is stopped, in words that go on with who stopped it.</summary>
    public static string InWords(StopScope scope) =>
        scope switch
        {
            StopScope.Begins => "The line is stopped: no action begins.",
            StopScope.Claims => "The line is stopped: no action begins, and nobody gets new work.",
            StopScope.All => "The line is stopped: no action begins, nobody gets new work, and all clocks stand still.",
        };

    /// <summary>What stopping that much would do now, found by trying it. Under the picture's lock.</summary>
    public static IReadOnlyList<LineView> IfStopped(Workspace at, StopScope scope, Viewer you, DateTimeOffset now)
    {
        var events = at.Decide(new QueueCommand.Stop(scope, "trial"), you.Caller, now).Events;
        var queued = at.Queues.Sum(queue => queue.CountOf(ItemState.Queued));
        List<LineView> lines = [.. Actions(at)];
        if (scope == StopScope.Begins)
        {
            lines.Add(
                at.Stopped is { Scope: not StopScope.Begins }
                    ? new LineView(Icons.CircleDashed, $"Claims are taken again; {Waits(queued)}.")
                    : new LineView(Icons.CircleDashed, $"Claims go on; {Waits(queued)}.")
            );
        }
        else
            lines.Add(
                new LineView(
                    Icons.Ban,
                    $"Nobody claims, takes over or accepts anything; {Waits(queued)}.",
                    Hue: Hue.Wait
                )
            );
        if (scope == StopScope.All)
            lines.AddRange(ClockLines.Stopped(events, at, ResumeCause.Workspace, now));
        else if (at.Stopped?.Scope == StopScope.All)
            lines.AddRange(ClockLines.Started(events));
        else if (at.Queues.Sum(queue => queue.LiveCount) is > 0 and var live)
            lines.Add(
                new LineView(
                    Icons.CircleDot,
                    live == 1
                        ? "1 live lease goes on, its clock running."
                        : $"{Words.Count(live)} live leases go on, their clocks running."
                )
            );
        lines.Add(
            new LineView(
                Icons.CircleCheck,
                "Results, checkpoints, releases, reviews and decisions are taken as before"
                    + (scope == StopScope.All ? "; renewals and new versions are refused." : ".")
            )
        );
        return lines;
    }

    /// <summary>What letting the line go on would do now, found by trying it. Under the picture's lock.</summary>
    public static IReadOnlyList<LineView> IfStarted(Workspace at, Viewer you, DateTimeOffset now)
    {
        if (at.Stopped is not { } stop)
            return [];
        var events = at.Decide(new QueueCommand.Go(), you.Caller, now).Events;
        var prepared = at.Actions.Count(action => action.Written == ActionState.Prepared);
        List<LineView> lines =
        [
            new(
                Icons.CircleArrowRight,
                $"Actions begin again; {(prepared == 0 ? "none is prepared" : $"{Words.Count(prepared)} {(prepared == 1 ? "is" : "are")} prepared")}."
            ),
        ];
        if (stop.Scope != StopScope.Begins)
            lines.Add(
                new LineView(
                    Icons.CircleDashed,
                    $"Claims are taken again; {Waits(at.Queues.Sum(queue => queue.CountOf(ItemState.Queued)))}."
                )
            );
        if (stop.Scope == StopScope.All)
            lines.AddRange(ClockLines.Started(events));
        var paused = at.Queues.Count(queue => queue.Queue.Pause is not null);
        if (paused > 0)
            lines.Add(
                new LineView(
                    Icons.CirclePause,
                    $"{Words.Plural(paused, "queue")} {(paused == 1 ? "stays" : "stay")} paused: each is resumed on its own page.",
                    Hue: Hue.Wait,
                    Href: "queues?state=paused"
                )
            );
        return lines;
    }

    private static IEnumerable<LineView> Actions(Workspace at)
    {
        var prepared = at.Actions.Count(action => action.Written == ActionState.Prepared);
        var applying = at.Actions.Count(action => action.Written == ActionState.Applying);
        yield return new LineView(
            Icons.Ban,
            prepared == 0
                ? "No action begins; none is prepared."
                : $"No action begins; {Words.Count(prepared)} {(prepared == 1 ? "is prepared and waits" : "are prepared and wait")}.",
            Hue: Hue.Wait
        );
        if (applying > 0)
            yield return new LineView(
                Icons.CircleArrowRight,
                $"{Words.Plural(applying, "action")} {(applying == 1 ? "has" : "have")} begun already and {(applying == 1 ? "is" : "are")} not stopped: what comes of {(applying == 1 ? "it" : "them")} is still taken.",
                Hue: Hue.Open
            );
    }

    private static string Waits(int queued) =>
        queued == 0 ? "nothing is queued" : $"{Words.Plural(queued, "item")} {(queued == 1 ? "is" : "are")} queued";
}
