using System.Collections.Immutable;
using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Items;

/// <summary>The item after an event: copies what the event says, asks nothing, refuses nothing.</summary>
internal static class ItemEvolution
{
    /// <param name="item">The item before; null only for <c>item.created</c> and <c>item.restored</c>.</param>
    /// <param name="grantedUnder">
    /// The queue's policy at a grant that carries no terms, as grants of before do; null for every other event.
    /// </param>
    internal static Item Evolve(Item? item, Recorded recorded, LeaseTerms? grantedUnder = null)
    {
        if (recorded.Event is ItemEvent.Created created)
            return Create(created, recorded);
        if (recorded.Event is ItemEvent.Restored restored)
            return restored.Was;
        var was = item ?? throw new UnreachableException(recorded.Event.Type);
        var next = recorded.Event switch
        {
            LeaseEvent.Claimed e => Grant(was, e, recorded, e.Terms ?? grantedUnder!),
            LeaseEvent.Ended e => End(was, e, recorded),
            LeaseEvent e => WithLease(was, e, recorded),
            CheckpointEvent.Recorded e => WithCheckpoint(was, e, recorded),
            NoteEvent e => WithNote(was, e, recorded),
            ItemEvent e => Change(was, e, recorded) with { Seq = recorded.Seq },
            LockEvent e => WithLocks(was, e, recorded),
            IItemEffect e => e.ApplyTo(WithNews(was, recorded.Event.UnderLease, recorded.At)),
            OnArtifact e => WithNews(was, e.UnderLease, recorded.At),
            // Others: of no item. The workspace keeps what they say, and has no record here to change.
            _ => throw new UnreachableException(recorded.Event.GetType().Name),
        };
        // A claim that lapsed unstarted goes back as it was; everything else that becomes available queues up anew.
        if (
            next.State == ItemState.Queued
            && was.State != ItemState.Queued
            && recorded.Event is not LeaseEvent.Ended { Lapse: true }
        )
            next = next with { ReadyAt = recorded.At, ReadySeq = recorded.Seq };
        return recorded.Event is LeaseEvent.Renewed
            ? next
            : next with
            {
                UpdatedAt = recorded.At,
                Log = next.Log.Add(recorded),
            };
    }

    // A lock request or unlock by the holder is progress; a wait or lock that ends by itself is none.
    private static Item WithLocks(Item item, LockEvent e, Recorded recorded)
    {
        var next = LockEvolution.Evolve(item, e, recorded);
        return
            e is LockEvent.Acquired or LockEvent.Waited or LockEvent.Released { Because: LockEnd.Unlocked }
            && recorded.By == item.Lease?.Holder.Id
            ? WithNews(next, e.Lease, recorded.At)
            : next;
    }

    // Any accepted write under the token is progress (API.md, Objects, progress).
    private static Item WithNews(Item item, LeaseId? under, DateTimeOffset at) =>
        under is { } id && item.Lease is { } lease && lease.Id == id
            ? item with
            {
                Lease = lease with { QuietRenewals = 0, QuietSince = at },
            }
            : item;

    private static Item Create(ItemEvent.Created e, Recorded recorded) =>
        new()
        {
            Id = e.Item,
            Queue = e.Queue,
            Fields = e.Fields,
            ExternalId = e.ExternalId,
            OpenDependencies = e.OpenDependencies,
            WaitsUntil = e.WaitsUntil,
            WaitsFor = e.WaitsUntil is null ? null : WaitCause.NotBefore,
            CreatedBy = recorded.By,
            CreatedAt = recorded.At,
            UpdatedAt = recorded.At,
            Seq = recorded.Seq,
            ReadyAt = recorded.At,
            ReadySeq = recorded.Seq,
            Log = [recorded],
        };

    private static Item Grant(Item item, LeaseEvent.Claimed e, Recorded recorded, LeaseTerms policy) =>
        item with
        {
            Handoff = null,
            StaleAttentionAt = null,
            RequeueAt = null,
            Attention = item.Attention.RemoveAll(a => a is AttentionKind.StaleHold or AttentionKind.HandoffExpired),
            Lease = new Lease
            {
                Id = e.Lease,
                Item = item.Id,
                Queue = item.Queue,
                Holder = e.Holder,
                Token = recorded.Seq,
                State = LeaseState.Claimed,
                ClaimedAt = recorded.At,
                StartBy = e.StartBy,
                ExpiresAt = e.StartBy,
                LeaseSeconds = e.LeaseSeconds,
                Policy = policy,
            },
        };

    private static Item End(Item item, LeaseEvent.Ended e, Recorded recorded) =>
        item with
        {
            Lease = null,
            Past = item.Past.Add(item.Lease!.Evolve(e, recorded.At, recorded.By)),
            Attempts = item.Attempts + (e.Attempt ? 1 : 0),
            Lapses = item.Lapses + (e.Lapse ? 1 : 0),
            StaleAttentionAt = null,
            RequeueAt = null,
            Attention = item.Attention.Remove(AttentionKind.StaleHold),
        };

    private static Item WithLease(Item item, LeaseEvent e, Recorded recorded)
    {
        var lease = item.Lease!.Evolve(e, recorded.At, recorded.By);
        return e switch
        {
            LeaseEvent.WentStale stale => item with
            {
                Lease = lease,
                RequeueAt = stale.RequeueAt,
                StaleAttentionAt = stale.AttentionAt,
            },
            LeaseEvent.Revived => item with
            {
                Lease = lease,
                RequeueAt = null,
                StaleAttentionAt = null,
                Attention = item.Attention.Remove(AttentionKind.StaleHold),
            },
            LeaseEvent.Started
            or LeaseEvent.Renewed
            or LeaseEvent.Acknowledged
            or LeaseEvent.Suspended
            or LeaseEvent.Resumed => item with
            {
                Lease = lease,
            },
            LeaseEvent.Claimed or LeaseEvent.Ended => throw new UnreachableException("changes more than the lease"),
            _ => throw new UnreachableException(e.GetType().Name),
        };
    }

    private static Item WithCheckpoint(Item item, CheckpointEvent.Recorded e, Recorded recorded)
    {
        var lease = item.FindLease(e.Lease)!;
        var checkpoint = new Checkpoint
        {
            Number = e.Number,
            Lease = e.Lease,
            By = lease.Holder,
            At = recorded.At,
            Seq = recorded.Seq,
            Late = e.Late,
            Summary = e.Summary,
            Evidence = e.Evidence,
            Artifacts = e.Artifacts,
            Validations = e.Validations,
            OpenQuestions = e.OpenQuestions,
            NextStep = e.NextStep,
        };
        return item with
        {
            Checkpoints = item.Checkpoints.Add(checkpoint),
            Lease =
                item.Lease is { } current && current.Id == e.Lease
                    ? current with
                    {
                        HasCheckpoint = true,
                        QuietRenewals = 0,
                        QuietSince = recorded.At,
                    }
                    : item.Lease,
        };
    }

    private static Item WithNote(Item item, NoteEvent e, Recorded recorded)
    {
        switch (e)
        {
            case NoteEvent.Added added:
                return item with
                {
                    Notes = item.Notes.Add(
                        new Note
                        {
                            Number = added.Number,
                            By = recorded.By,
                            Name = added.Name,
                            ByKind = added.ByKind,
                            To = added.To,
                            Kind = added.Kind,
                            Text = added.Text,
                            At = recorded.At,
                            Seq = recorded.Seq,
                            Acknowledged = [],
                            Artifact = added.Artifact,
                            Comment = added.Comment,
                        }
                    ),
                };
            case NoteEvent.Acknowledged seen:
                var note = item.Notes[seen.Number - 1];
                var by = new NoteAcknowledgement(recorded.By, seen.Name, recorded.At, seen.Answer);
                return item with
                {
                    Notes = item.Notes.SetItem(
                        seen.Number - 1,
                        note with
                        {
                            Acknowledged = [.. note.Acknowledged, by],
                        }
                    ),
                };
            default:
                throw new UnreachableException(e.GetType().Name);
        }
    }

    private static Item Change(Item item, ItemEvent happened, Recorded recorded) =>
        happened switch
        {
            ItemEvent.Edited e => Edit(item, e, recorded),
            // A lease or handoff that kept the item ended by an event of its own.
            ItemEvent.Requeued => item with { WaitsUntil = null, WaitsFor = null },
            ItemEvent.BackedOff e => item with { WaitsUntil = e.Until, WaitsFor = WaitCause.Backoff },
            ItemEvent.BecameReady => item with { WaitsUntil = null, WaitsFor = null },
            ItemEvent.Parked e => item with
            {
                Parked = new Parking(e.Why, recorded.By, recorded.At, e.Until, e.AttemptsUsedUp),
            },
            ItemEvent.Unparked => item with
            {
                Parked = null,
                Attempts = item.Parked is { AttemptsUsedUp: true } ? 0 : item.Attempts,
                Attention = item.Attention.Remove(AttentionKind.AttemptsExhausted),
            },
            ItemEvent.Completed e => item with
            {
                Settled = new Settlement(Completed: true, recorded.By, recorded.At, Why: null, e.Result),
                Attention = [],
            },
            ItemEvent.Cancelled e => item with
            {
                Settled = new Settlement(Completed: false, recorded.By, recorded.At, e.Why, Result: null),
                Handoff = null,
                Attention = [],
            },
            ItemEvent.Reopened => item with
            {
                Settled = null,
                Parked = null,
                Attempts = 0,
                WaitsUntil = null,
                WaitsFor = null,
            },
            ItemEvent.DependencyCompleted e => item with
            {
                OpenDependencies = item.OpenDependencies.Where(d => d != e.Dependency).ToImmutableArray(),
                // With no open dependency left, a cancelled one no longer needs a decision.
                Attention =
                    item.OpenDependencies.Count == 1
                        ? item.Attention.Remove(AttentionKind.DependencyCancelled)
                        : item.Attention,
            },
            ItemEvent.AskedForAttention e => item with
            {
                Attention = item.Attention.Contains(e.What) ? item.Attention : item.Attention.Add(e.What),
                StaleAttentionAt = e.What == AttentionKind.StaleHold ? null : item.StaleAttentionAt,
            },
            ItemEvent.AttentionEnded e => item with { Attention = item.Attention.Remove(e.What) },
            ItemEvent.HandedOff e => item with { Handoff = e.Handoff },
            ItemEvent.HandoffEnded => item with { Handoff = null },
            ItemEvent.Created or ItemEvent.Restored or ItemEvent.Archived => throw new UnreachableException(
                "begins or ends the record"
            ),
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static Item Edit(Item item, ItemEvent.Edited e, Recorded recorded) =>
        item with
        {
            Queue = e.Queue,
            Fields = e.Fields,
            OpenDependencies = e.OpenDependencies,
            WaitsUntil = e.WaitsUntil,
            WaitsFor =
                e.WaitsUntil is null ? null
                : e.WaitsUntil == e.Fields.NotBefore ? WaitCause.NotBefore
                : item.WaitsFor,
            Attention = item.Attention.RemoveAll(a =>
                (a == AttentionKind.Overdue && e.Changed.Contains("dueAt"))
                || (a == AttentionKind.DependencyCancelled && e.Changed.Contains("dependsOn"))
            ),
            Lease =
                e.MustAcknowledge && item.Lease is { } lease
                    ? lease with
                    {
                        MustAcknowledge = new PendingChange(
                            recorded.Seq,
                            [.. (lease.MustAcknowledge?.Changed ?? []).Union(e.Changed).Order(StringComparer.Ordinal)]
                        ),
                    }
                    : item.Lease,
        };
}
