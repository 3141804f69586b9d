using ControlSurface.Components;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What the work of a run waits for now, thing by thing; the list of what it holds has one for each item.</summary>
internal static class RunWaits
{
    /// <summary>What people have to end: reviews, questions and conflicts, in each the oldest first. Under the picture's lock.</summary>
    /// <param name="held">The items that it holds and the viewer may see.</param>
    internal static IReadOnlyList<LineView> ForPeople(Workspace at, IReadOnlyList<Item> held) =>
        [
            .. InOrder(held.SelectMany(item => Reviews(at, item))),
            .. InOrder(held.SelectMany(Questions)),
            .. InOrder(held.SelectMany(item => at.ConflictsOf(item.Id).Select(conflict => OfConflict(at, conflict)))),
        ];

    /// <summary>What ends by itself, or by what somebody else does.</summary>
    internal static IReadOnlyList<LineView> ForOthers(IReadOnlyList<Item> held, Viewer you) =>
        [
            .. held.SelectMany(item => LockViews.Waits(item, you).Select(line => For(item, line))),
            .. InOrder(held.SelectMany(Stops)),
        ];

    /// <summary>Items that wait for somebody to take them up again, since the run's attempt was the last that they had.</summary>
    internal static IReadOnlyList<LineView> ForAttempts(IReadOnlyList<Item> spent) =>
        [.. InOrder(spent.Select(OfAttempts))];

    private static IEnumerable<LineView> InOrder(IEnumerable<(DateTimeOffset Since, LineView Line)> lines) =>
        lines.OrderBy(one => one.Since).Select(one => one.Line with { Right = $"since {Words.At(one.Since)}" });

    private static LineView For(Item item, LineView line) => line with { Under = $"{item.Id.Text}, {line.Under}" };

    private static IEnumerable<(DateTimeOffset, LineView)> Reviews(Workspace at, Item item) =>
        from artifact in at.ArtifactsOf(item.Id)
        where artifact.OpenReview is not null
        let line = ItemRecords.ReviewOf(at, artifact)
        select (
            artifact.OpenReview!.RequestedAt,
            For(
                item,
                line with
                {
                    Text = $"A review of {artifact.Name}, version {artifact.OpenReview.Version}",
                    Under = $"{line.Right}. {line.Under}",
                }
            )
        );

    private static IEnumerable<(DateTimeOffset, LineView)> Questions(Item item)
    {
        if (item.Lease is not { State: LeaseState.Suspended, SuspendedAt: { } since } lease)
            yield break;
        if (!lease.Reasons.HasFlag(SuspendReasons.WaitingOnHuman))
            yield break;
        var asked = item
            .Notes.Where(note =>
                note.Kind == NoteKind.Question && note.By == lease.Holder.Id && note.Acknowledged.Count == 0
            )
            .ToList();
        if (asked.Count == 0)
            yield return (
                since,
                Line(item, Icons.MessageSquare, Said(item, lease) ?? "A person's answer", "for a person")
            );
        foreach (var note in asked)
            yield return (note.At, Line(item, Icons.MessageSquare, note.Text, "a question of its holder"));
    }

    // What the holder noted when the clock stopped.
    private static string? Said(Item item, Lease lease)
    {
        for (var k = item.Log.Count - 1; k >= 0; k--)
        {
            if (item.Log[k].Event is LeaseEvent.Suspended { Note: { } note } stopped && stopped.Lease == lease.Id)
                return note;
        }
        return null;
    }

    private static (DateTimeOffset, LineView) OfConflict(Workspace at, Conflict conflict) =>
        (
            conflict.OpenedAt,
            new LineView(
                Icons.OctagonAlert,
                conflict.What,
                Href: $"conflicts/{conflict.Id.Text}",
                Hue: Hue.Bad,
                Under: $"{conflict.Item}, {conflict.Id.Text}"
                    + (conflict.TakenBy is { } taker ? $", taken by {at.NameOf(taker)}" : "")
            )
        );

    private static (DateTimeOffset, LineView) OfAttempts(Item item) =>
        (
            item.Parked!.At,
            Line(
                item,
                Icons.CircleMinus,
                "Somebody to take it up again",
                $"parked after {Words.Plural(item.Attempts, "attempt")}"
            )
        );

    // A clock stands still for what no person was asked to end.
    private static IEnumerable<(DateTimeOffset, LineView)> Stops(Item item)
    {
        if (item.Lease is not { State: LeaseState.Suspended, SuspendedAt: { } since } lease)
            yield break;
        if (lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy))
            yield return (
                since,
                Line(item, Icons.CirclePause, "Its queue or the line", "paused") with
                {
                    Href = $"queues/{Uri.EscapeDataString(item.Queue)}",
                }
            );
        if (lease.Reasons.HasFlag(SuspendReasons.Blocked))
            yield return (
                since,
                Line(item, Icons.Unlink, Said(item, lease) ?? "What blocks it", "blocked, as its holder says")
            );
    }

    private static LineView Line(Item item, string icon, string text, string more) =>
        new(icon, text, Href: $"items/{item.Id.Text}", Hue: Hue.Wait, Under: $"{item.Id.Text}, {more}");
}
