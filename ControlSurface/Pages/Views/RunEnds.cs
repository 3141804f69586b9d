using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What ending a run does, in lines: the page says it beside the button, and the question says the same.</summary>
internal static class RunEnds
{
    // More are said by their number: the list of the page has each.
    private const int MostNamed = 8;
    private const int MostWaiters = 3;

    /// <summary>The lines, in the order in which it matters. Under the picture's lock.</summary>
    /// <param name="held">All that the run holds, also in queues that the viewer does not see.</param>
    /// <param name="outside">How many actions it began outside that nobody has settled.</param>
    public static IReadOnlyList<LineView> Of(Workspace at, IReadOnlyList<Item> held, int outside, Viewer you)
    {
        var seen = held.Where(item => you.MaySee(item.Queue)).ToList();
        List<LineView> lines = [.. seen.OrderByDescending(IsLast).Take(MostNamed).Select(Goes)];
        if (held.Count > lines.Count)
        {
            var more = held.Count - lines.Count;
            lines.Add(new LineView(Icons.Unlink, $"{Words.Count(more)} more {(more == 1 ? "is" : "are")} released."));
        }
        if (outside > 0)
            lines.Add(
                new LineView(
                    Icons.CircleQuestionMark,
                    $"{Words.Plural(outside, "action")} may have happened: somebody has to look.",
                    Hue: Hue.Open
                )
            );
        if (seen.Sum(item => item.Locks.Count) is > 0 and var locks)
            lines.Add(
                new LineView(
                    Icons.Lock,
                    $"{Words.Plural(locks, "lock")} {(locks == 1 ? "is" : "are")} freed.",
                    Under: Waiting(at, seen, you)
                )
            );
        lines.AddRange(Reviews(at, seen));
        lines.Add(new LineView(Icons.Ban, "It may start nothing until its agent reopens it."));
        return lines;
    }

    // As EndRules has it: a lease that was started counts as an attempt.
    private static bool IsLast(Item item) =>
        item.Lease is { StartedAt: not null, Policy.MaxAttempts: { } most } && item.Attempts + 1 >= most;

    private static LineView Goes(Item item) =>
        IsLast(item)
            ? new LineView(
                Icons.CircleMinus,
                $"{item.Id.Text} is parked, in {item.Queue}.",
                Hue: Hue.Wait,
                Under: $"It has then used up its {Words.Plural(item.Attempts + 1, "attempt")}, and waits for a person."
            )
            : new LineView(Icons.Unlink, $"{item.Id.Text} is released, in {item.Queue}.");

    private static string Waiting(Workspace at, IReadOnlyList<Item> seen, Viewer you)
    {
        var ends = seen.Select(item => item.Id).ToHashSet();
        var waiting = seen.SelectMany(item => item.Locks.SelectMany(held => at.WaitingBehind(item.Id, held)))
            .Where(one => !ends.Contains(one.Item.Id))
            .DistinctBy(one => one.Wait.Seq)
            .Take(MostWaiters + 1)
            .ToList();
        if (waiting.Count == 0)
            return "Nobody waits for them.";
        var more = waiting.Count > MostWaiters ? "; others too" : "";
        return string.Join("; ", waiting.Take(MostWaiters).Select(one => Waiter(one.Item, one.Wait, you))) + more + ".";
    }

    private static string Waiter(Item item, LockWait wait, Viewer you) =>
        you.MaySee(item.Queue) && item.Lease is { } lease
            ? $"{LeaseWords.Full(lease.Holder)} waits for {string.Join(", ", wait.Locks.Select(ask => ask.Target))}"
            : "somebody waits";

    private static IEnumerable<LineView> Reviews(Workspace at, IReadOnlyList<Item> seen)
    {
        var open = seen.SelectMany(item => at.ArtifactsOf(item.Id))
            .Where(artifact => artifact.OpenReview is not null)
            .ToList();
        foreach (var artifact in open.Take(MostNamed))
            yield return new LineView(
                Icons.Eye,
                $"The review of {artifact.Name}, version {artifact.OpenReview!.Version}, stays open.",
                Href: $"artifacts/{artifact.Id.Text}?v={artifact.OpenReview.Version}"
            );
        if (open.Count > MostNamed)
            yield return new LineView(
                Icons.Eye,
                $"{Words.Plural(open.Count - MostNamed, "more review")} {(open.Count == MostNamed + 1 ? "stays" : "stay")} open."
            );
    }

    /// <summary>What the item of a run waits for, in a few words; null where its agent can go on.</summary>
    public static string? WaitsFor(Workspace at, Item item)
    {
        if (at.ArtifactsOf(item.Id).FirstOrDefault(one => one.OpenReview is not null) is { } reviewed)
            return $"a review of {reviewed.Name}";
        if (item.LockWaits.Count > 0)
            return $"the lock on {item.LockWaits[0].Locks[0].Target}";
        if (item.Lease is { State: LeaseState.Suspended } lease)
            return Suspension(lease.Reasons);
        return item.OpenConflicts > 0 ? "a conflict to be settled" : null;
    }

    private static string Suspension(SuspendReasons reasons) =>
        reasons.HasFlag(SuspendReasons.PausedByPolicy) ? "its queue or the line"
        : reasons.HasFlag(SuspendReasons.WaitingOnHuman) ? "a person"
        : "what blocks it";
}
