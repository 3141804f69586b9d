using System.Globalization;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Inbox;

/// <summary>
/// The inbox entries of all people, found by one look at everything. It takes lists instead of a workspace, so that a copy can be
/// searched outside the picture's lock.
/// </summary>
public sealed class InboxEntries
{
    private static readonly IReadOnlyList<InboxEntry> None = [];

    // An approval that fell is news for a week, as keys are; then it is history.
    private static readonly TimeSpan News = TimeSpan.FromDays(7);

    // Work that was taken away is news for a day: by then its holder has seen it, or has it in History.
    private static readonly TimeSpan Lost = TimeSpan.FromDays(1);
    private const int LastLeases = 4; // an item that changes hands more often than that in a day says so by its attention
    private readonly Dictionary<PrincipalId, List<InboxEntry>> _of = [];
    private readonly List<Principal> _people;
    private readonly Dictionary<PrincipalId, Scope> _scopes;

    private InboxEntries(IEnumerable<Principal> principals, Scope? caller)
    {
        _people = [.. principals.Where(p => p.Kind == PrincipalKind.Person && p.State != PrincipalState.Ended)];
        _scopes = _people.ToDictionary(p => p.Id, p => caller?.Who == p.Id ? caller : Scope.Of(p));
    }

    /// <summary>All entries of this person, newest first, read and muted ones too.</summary>
    public IReadOnlyList<InboxEntry> Of(PrincipalId person) => _of.GetValueOrDefault(person) ?? None;

    /// <summary>Finds the entries of everybody.</summary>
    /// <param name="unattended">Items that are handed off or stale.</param>
    /// <param name="reviews">Open reviews.</param>
    /// <param name="withFallen">Artifacts with an approval that was invalidated.</param>
    /// <param name="openConflicts">Open conflicts.</param>
    /// <param name="principals">All principals.</param>
    /// <param name="findItem">Finds an item by its id; null where there is none.</param>
    /// <param name="now">The instant from which the age of news is counted.</param>
    /// <param name="items">Items in which somebody may have lost a lease; null for none.</param>
    /// <param name="nameOf">Names a principal; null to show ids.</param>
    /// <param name="caller">The caller's scope, where their key limits it further than their principal; null for none.</param>
    public static InboxEntries Find(
        IEnumerable<Item> unattended,
        IEnumerable<ReviewView> reviews,
        IEnumerable<Artifact> withFallen,
        IEnumerable<Conflict> openConflicts,
        IEnumerable<Principal> principals,
        Func<ItemId, Item?> findItem,
        DateTimeOffset now,
        IEnumerable<Item>? items = null,
        Func<PrincipalId, string>? nameOf = null,
        Scope? caller = null
    )
    {
        var causes = new InboxEntries(principals, caller);
        if (causes._people.Count == 0)
            return causes;
        foreach (var item in unattended)
            causes.Look(item);
        foreach (var item in items ?? [])
            causes.LookForLost(item, nameOf ?? (id => id.Text), now);
        foreach (var review in reviews)
            causes.Look(review);
        foreach (var artifact in withFallen)
            causes.Look(artifact, findItem, now);
        foreach (var conflict in openConflicts)
            causes.Look(conflict, findItem);
        foreach (var entries in causes._of.Values)
            entries.Sort(InboxEntry.NewestFirst);
        return causes;
    }

    private void Look(Item item)
    {
        if (item.Handoff is { } handoff)
        {
            var entry = new InboxEntry(
                $"handoff:{item.Id}:{handoff.FromLease}",
                InboxKind.Handoff,
                $"{handoff.From.Name} handed {item.Id} to {(handoff.ToPrincipal is null ? "the role " + handoff.ToRole : "you")}: {handoff.Note}",
                handoff.At,
                item.Id,
                Artifact: null,
                Version: null,
                Conflict: null
            );
            foreach (var person in _people)
            {
                var isTheirs = handoff.ToPrincipal is { } to
                    ? to == person.Id
                    : new Reviewer(null, handoff.ToRole).Asks(person);
                if (isTheirs)
                    Add(person.Id, item.Queue, entry);
            }
        }
        if (item.Lease is not { State: LeaseState.Stale } lease)
            return;
        foreach (var person in _people)
        {
            if (lease.Holder.Id != person.Id && item.CreatedBy != person.Id)
                continue;
            var whose = lease.Holder.Id == person.Id ? "Your lease" : $"{lease.Holder.Name}'s lease";
            Add(
                person.Id,
                item.Queue,
                new InboxEntry(
                    $"stale:{lease.Id}",
                    InboxKind.Stale,
                    $"{whose} on {item.Id}, {item.Title}, has gone stale.",
                    lease.StaleAt ?? item.UpdatedAt,
                    item.Id,
                    Artifact: null,
                    Version: null,
                    Conflict: null
                )
            );
        }
    }

    private void LookForLost(Item item, Func<PrincipalId, string> nameOf, DateTimeOffset now)
    {
        for (var k = item.Past.Count - 1; k >= Math.Max(0, item.Past.Count - LastLeases); k--)
        {
            var lease = item.Past[k];
            if (
                lease.EndedAs is not (EndedAs.TakenOver or EndedAs.Revoked or EndedAs.Requeued or EndedAs.Cancelled)
                || lease is not { EndedBy: { } by, EndedAt: { } at }
                || by == lease.Holder.Id
                || at < now - Lost
                // A holder who has it again needs no notice.
                || item.Lease?.Holder.Id == lease.Holder.Id
                || !_people.Exists(person => person.Id == lease.Holder.Id)
            )
                continue;
            var why = item
                .Log.Select(recorded => recorded.Event)
                .OfType<LeaseEvent.Ended>()
                .LastOrDefault(ended => ended.Lease == lease.Id)
                ?.Note;
            var did = lease.EndedAs switch
            {
                EndedAs.TakenOver => "took over",
                EndedAs.Requeued => "put back into its queue",
                EndedAs.Cancelled => "cancelled",
                _ => "ended your lease on",
            };
            Add(
                lease.Holder.Id,
                item.Queue,
                new InboxEntry(
                    $"ended:{lease.Id}",
                    InboxKind.LeaseEnded,
                    $"{nameOf(by)} {did} {item.Id}, {item.Title}, which you held{(string.IsNullOrWhiteSpace(why) ? "." : $": {why}")}",
                    at,
                    item.Id,
                    Artifact: null,
                    Version: null,
                    Conflict: null
                )
            );
        }
    }

    private void Look(ReviewView review)
    {
        var asked = review.Review;
        var entry = new InboxEntry(
            $"review:{asked.Id}",
            InboxKind.Review,
            $"{asked.RequestedByName} asks for a review of {review.Name}, version {asked.Version.ToString(CultureInfo.InvariantCulture)}.",
            asked.RequestedAt,
            review.Item,
            review.Artifact,
            asked.Version,
            Conflict: null
        );
        foreach (var person in _people)
        {
            if (review.Eligible.Contains(person.Id))
                Add(person.Id, review.Queue, entry);
        }
    }

    private void Look(Artifact artifact, Func<ItemId, Item?> findItem, DateTimeOffset now)
    {
        foreach (var approval in artifact.Approvals)
        {
            if (
                approval is not { State: ApprovalState.Invalidated, Fell: { } fell }
                || fell.At < now - News
                // An approver who decided on a newer version knows already, and a settled or archived item needs nobody.
                || artifact.Verdicts.Any(v => v.By == approval.By && v.Version > approval.Version)
                || (artifact.Item is { } of && findItem(of) is not { Settled: null })
            )
                continue;
            Add(
                approval.By,
                artifact.Queue,
                new InboxEntry(
                    $"approval:{approval.Id}",
                    InboxKind.ApprovalFell,
                    $"Your approval of {artifact.Name}, version {approval.Version.ToString(CultureInfo.InvariantCulture)}, holds no more: {fell.Why}",
                    fell.At,
                    artifact.Item,
                    artifact.Id,
                    artifact.Current.Number,
                    Conflict: null
                )
            );
        }
    }

    private void Look(Conflict conflict, Func<ItemId, Item?> findItem)
    {
        var item = conflict.Item is { } on ? findItem(on) : null;
        var entry = new InboxEntry(
            $"conflict:{conflict.Id}",
            InboxKind.Conflict,
            conflict.What,
            conflict.OpenedAt,
            conflict.Item,
            conflict.Artifact,
            Version: null,
            conflict.Id
        );
        foreach (var person in _people)
        {
            var isTheirs =
                conflict.Competing.Exists(c => c.By == person.Id)
                || item?.LastLease?.Holder.Id == person.Id
                || item?.CreatedBy == person.Id
                || conflict.TakenBy == person.Id;
            if (isTheirs)
                Add(person.Id, item?.Queue ?? conflict.Queue, entry);
        }
    }

    private void Add(PrincipalId person, string? queue, InboxEntry entry)
    {
        if (!_scopes.TryGetValue(person, out var scope) || !scope.Sees(queue))
            return;
        if (!_of.TryGetValue(person, out var entries))
            _of[person] = entries = [];
        entries.Add(entry);
    }
}
