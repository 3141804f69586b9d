using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One item with everyone who touched it.</summary>
/// <param name="Source">The very record that it was made from: the same record draws the same page.</param>
/// <param name="ClockWords">What the clock means, in a sentence.</param>
/// <param name="Facts">Name and value of the lease's card.</param>
/// <param name="Timeline">Newest first.</param>
/// <param name="Life">The same as stretches: queued, in work, waiting, stale.</param>
/// <param name="IsArchived">Settled long ago; read from the archive, and nothing can be done with it.</param>
public sealed record ItemPageView(
    Item Source,
    string State,
    IReadOnlyList<string> Meta,
    HolderView? Owner,
    DateTimeOffset? OwnedSince,
    LeaseClock? Clock,
    string ClockWords,
    IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<LineView> WaitsFor,
    IReadOnlyList<LineView> Targets,
    IReadOnlyList<HolderView> TouchedBy,
    IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<LineView> Notes,
    ItemActs? Acts,
    IReadOnlyList<LineView> IfForced,
    bool IsArchived,
    ItemRecords Records,
    IReadOnlyList<LineView> Locks,
    ItemLife Life
) : IView<ItemPageView>
{
    /// <inheritdoc/>
    public DateTimeOffset? ChangesAt => Life.ChangesAt;

    /// <summary>The page; null where there is no such item, or none that the viewer may see. Under the picture's lock.</summary>
    /// <param name="archived">The item from the archive, where memory has none.</param>
    public static ItemPageView? From(Workspace at, ItemId id, Viewer you, DateTimeOffset now, Item? archived = null)
    {
        var item = at.FindItem(id) ?? archived;
        if (item is null || !you.MaySee(item.Queue))
            return null;
        var isArchived = !at.IsInMemory(id);
        var lease = item.Lease;
        var records = ItemRecords.Of(at, id, you, now);
        List<Recorded> events = [.. Timelines.Of(item, at, you)];
        return new ItemPageView(
            item,
            WireNames.Of(item.State),
            Describe(item, at),
            lease is null ? null : LeaseWords.Of(lease.Holder, you),
            lease?.ClaimedAt,
            lease is null ? null : LeaseWords.Clock(lease, you),
            Explain(item, at, you),
            lease is null ? [] : Card(lease),
            [.. records.Reviews, .. LockViews.Waits(item, you), .. Waiting(item, at, you)],
            [.. item.Targets.Select(target => new LineView(Icons.Database, target, IsMono: true))],
            Touched(item, at, you),
            [.. events.Select(recorded => Timelines.Entry(recorded, at.NameOf))],
            [
                .. item
                    .Notes.Where(note => note.Acknowledged.Count == 0)
                    .Select(note => new LineView(
                        Icons.MessageSquare,
                        note.Text,
                        Under: $"{WireNames.Of(note.Kind).Replace('_', ' ')} by {note.Name}"
                    )),
            ],
            isArchived ? null : ItemActs.Of(at, item, you, now),
            isArchived || lease is not { IsLive: true } ? [] : ItemActs.IfForced(at, item, you, now),
            isArchived,
            records,
            LockViews.Held(at, item, you),
            ItemLife.Of(Enumerable.Reverse(events), now)
        );
    }

    private static List<string> Describe(Item item, Workspace at)
    {
        var meta = new List<string> { $"priority {item.Priority}" };
        meta.AddRange(item.Labels.Select(label => $"label {label}"));
        if (item.ExternalId is { } external)
            meta.Add(external);
        if (item.DueAt is { } due)
            meta.Add($"due {Words.At(due)}");
        meta.Add($"created {Words.At(item.CreatedAt)} by {at.NameOf(item.CreatedBy)}");
        if (item.Attempts > 0)
            meta.Add($"{Words.Plural(item.Attempts, "attempt")} so far");
        meta.AddRange(item.Attention.Select(what => $"asks for attention: {WireNames.Of(what).Replace('_', ' ')}"));
        return meta;
    }

    private static string Explain(Item item, Workspace at, Viewer you)
    {
        if (item.Lease is not { } lease)
        {
            var queue = at.FindQueue(item.Queue);
            return queue is null ? "" : ItemView.Of(item, queue.Queue, at.Stopped).For(at, you.Scope).MayProceed.Why;
        }
        var full = Words.Left(TimeSpan.FromSeconds(lease.LeaseSeconds));
        return lease.State switch
        {
            LeaseState.Claimed => "Claimed and not started. Without a start it goes back to the queue.",
            LeaseState.Active => lease.Holder.Kind == PrincipalKind.Agent
                ? "Without a sign of life until then it goes stale."
                : "It goes stale then, unless it is renewed.",
            LeaseState.Suspended =>
                $"The clock is stopped: {LeaseWords.Suspension(lease.Reasons)}. It runs again with a full {full}.",
            LeaseState.Stale => "It was not renewed in time; nobody owns it now.",
            LeaseState.Ended => "",
        };
    }

    private static string QuietLimit(Lease lease) =>
        lease.MaxQuietSeconds is not ({ } most and > 0)
            ? " (none allowed)"
            : $" ({Words.Age(TimeSpan.FromSeconds(most))} without news allowed)";

    private static List<(string, string)> Card(Lease lease)
    {
        var facts = new List<(string, string)>
        {
            ("Lease", lease.Id.Text),
            (
                "Renewals",
                lease.MaxQuietRenewals is not null
                    ? $"{lease.Renewals}, {(lease.QuietRenewals == 0 ? "none" : lease.QuietRenewals.ToString(System.Globalization.CultureInfo.InvariantCulture))} quiet{QuietLimit(lease)}"
                    : $"{lease.Renewals}"
            ),
        };
        if (lease.LifeEndsAt is { } end)
            facts.Add(
                (
                    "Longest life",
                    $"{Words.Age(TimeSpan.FromSeconds(lease.MaxLifetimeSeconds!.Value))}, ends at {Words.At(end)}"
                )
            );
        var (progress, at) = LeaseWords.Progress(lease);
        facts.Add(
            (
                "Last progress",
                progress is null ? "none yet"
                : at is { } then ? $"{progress}, at {Words.At(then)}"
                : progress
            )
        );
        if (lease.LastProgress?.Note is { } note)
            facts.Add(("Said", note));
        if (lease.MustAcknowledge is { } change)
            facts.Add(("Must acknowledge", string.Join(", ", change.Changed)));
        return facts;
    }

    private static IEnumerable<LineView> Waiting(Item item, Workspace at, Viewer you)
    {
        foreach (var dependency in item.OpenDependencies)
        {
            if (you.Scope.IsLimited && !you.MaySee(at.FindItem(dependency)?.Queue))
            {
                yield return new LineView(Icons.GitMerge, "work in another queue");
                continue;
            }
            yield return new LineView(
                Icons.GitMerge,
                dependency.Text,
                at.FindItem(dependency) is { } other ? WireNames.Of(other.State).Replace('_', ' ') : null,
                $"items/{dependency.Text}"
            );
        }
        if (item.WaitsUntil is { } until)
            yield return new LineView(
                Icons.Hourglass,
                item.WaitsFor == WaitCause.Backoff ? "rests after a failure" : "its time",
                $"{Words.At(until)}"
            );
        if (item.Handoff is { } handoff)
        {
            yield return new LineView(
                Icons.ArrowRightLeft,
                handoff.ToPrincipal is { } to ? at.NameOf(to) : $"somebody with the role {handoff.ToRole}",
                $"until {Words.At(handoff.Until)}",
                Hue: Hue.Wait,
                Under: handoff.Note
            );
        }
        if (item.Parked is { } parked)
            yield return new LineView(
                Icons.CircleMinus,
                $"parked by {at.NameOf(parked.By)}",
                parked.Until is { } end ? $"until {Words.At(end)}" : null,
                Under: parked.Why
            );
    }

    // Whoever held it, newest first, then whoever else did something to it.
    private static List<HolderView> Touched(Item item, Workspace at, Viewer you)
    {
        var holders = item.Past.Select(lease => lease.Holder).Reverse();
        var touched = (item.Lease is { } lease ? holders.Prepend(lease.Holder) : holders)
            .Select(holder => LeaseWords.Of(holder, you))
            .Distinct()
            .ToList();
        var known = item
            .Past.Select(past => past.Holder.Id)
            .Append(item.Lease?.Holder.Id ?? PrincipalId.System)
            .ToHashSet();
        foreach (var recorded in item.Log.Reverse())
        {
            if (recorded.By == PrincipalId.System || !known.Add(recorded.By))
                continue;
            var isAgent = at.FindPrincipal(recorded.By)?.Kind == PrincipalKind.Agent;
            touched.Add(new HolderView(at.NameOf(recorded.By), isAgent, IsYou: recorded.By == you.Id));
        }
        return touched;
    }
}
