using System.Globalization;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Inbox;

/// <summary>
/// What needs whom, found by looking at everything once. Takes lists instead of a workspace, so that a copy can be looked at
/// outside the picture's lock.
/// </summary>
public sealed class Causes
{
    private static readonly IReadOnlyList<InboxEntry> None = [];

    // An approval that fell is news for a week, as keys are; then it is history.
    private static readonly TimeSpan News = TimeSpan.FromDays(7);
    private readonly Dictionary<PrincipalId, List<InboxEntry>> _of = [];
    private readonly List<Principal> _people;

    private Causes(IEnumerable<Principal> principals) =>
        _people = [.. principals.Where(p => p.Kind == PrincipalKind.Person && p.State != PrincipalState.Ended)];

    /// <summary>What needs this person, newest first, read or not, wanted or not.</summary>
    public IReadOnlyList<InboxEntry> Of(PrincipalId person) => _of.GetValueOrDefault(person) ?? None;

    /// <summary>What needs anybody.</summary>
    /// <param name="unattended">Items that are handed off or stale.</param>
    /// <param name="withFallen">Artifacts with an approval that a change took away.</param>
    public static Causes Find(
        IEnumerable<Item> unattended,
        IEnumerable<ReviewView> reviews,
        IEnumerable<Artifact> withFallen,
        IEnumerable<Conflict> openConflicts,
        IEnumerable<Principal> principals,
        Func<ItemId, Item?> findItem,
        DateTimeOffset now
    )
    {
        var causes = new Causes(principals);
        if (causes._people.Count == 0)
            return causes;
        foreach (var item in unattended)
            causes.Look(item);
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
                if (isTheirs && person.MayTouch(item.Queue))
                    Add(person.Id, entry);
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
                Add(person.Id, entry);
        }
    }

    private void Look(Artifact artifact, Func<ItemId, Item?> findItem, DateTimeOffset now)
    {
        foreach (var approval in artifact.Approvals)
        {
            if (
                approval is not { State: ApprovalState.Invalidated, Fell: { } fell }
                || fell.At < now - News
                // Whoever decided on the newer version knows of it; and what is settled or archived needs nobody.
                || artifact.Verdicts.Any(v => v.By == approval.By && v.Version > approval.Version)
                || (artifact.Item is { } of && findItem(of) is not { Settled: null })
            )
                continue;
            Add(
                approval.By,
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
            if (isTheirs && (conflict.Queue is not { } queue || person.MayTouch(queue)))
                Add(person.Id, entry);
        }
    }

    private void Add(PrincipalId person, InboxEntry entry)
    {
        if (!_of.TryGetValue(person, out var entries))
            _of[person] = entries = [];
        entries.Add(entry);
    }
}
