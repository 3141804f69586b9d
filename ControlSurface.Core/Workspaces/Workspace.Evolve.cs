using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Core.Workspaces;

// What each event changes. Only the engine and a picture evolve a workspace, in the order of the seq.
public sealed partial class Workspace
{
    /// <summary>Changes the workspace by the next event. Pass events in the order of their seq, each once.</summary>
    /// <returns>The item's record after the event; null for an event that belongs to no item.</returns>
    public Item? Evolve(Recorded recorded) => Evolve(recorded, known: null);

    /// <summary>The same for an event of the last decision, whose cache may hold the item's record already.</summary>
    internal Item? Evolve(Recorded recorded, DecisionCache cache) =>
        Evolve(recorded, recorded.Event.ItemId is { } id ? cache.Find(recorded, _items.Find(id)) : null);

    /// <summary>
    /// The same for a workspace that follows another one: it takes the record that the other made of the same event by the same rule,
    /// so that the two share it instead of each holding a copy.
    /// </summary>
    /// <param name="known">The item's record after the event; null where it must be computed.</param>
    internal Item? Evolve(Recorded recorded, Item? known)
    {
        if (recorded.Seq != Seq + 1)
            throw new UnreachableException($"seq {recorded.Seq} does not follow {Seq}");
        Seq = recorded.Seq;
        At = recorded.At;
        Follow(recorded);
        SeeRun(recorded);
        switch (recorded.Event)
        {
            case ItemEvent.Archived e:
                Forget(_items.Find(e.Item)!);
                break;
            case QueueEvent e:
                EvolveQueue(e, recorded);
                break;
            case WorkspaceEvent e:
                EvolveLine(e, recorded);
                break;
            case PrincipalEvent e:
                EvolvePrincipal(e);
                break;
            case InboxEvent e:
                _inboxes[e.Principal] = InboxRules.Evolve(InboxOf(e.Principal), e);
                break;
            case BulkEvent e:
                EvolveBulk(e, recorded);
                break;
            case WebhookEvent e:
                EvolveWebhook(e, recorded);
                break;
            case ViewEvent e:
                EvolveView(e, recorded);
                break;
            case RunbookEvent e:
                _patterns[e.Pattern] = RunbookRules.Evolve(_patterns[e.Pattern], e, recorded);
                break;
            case RunEvent e:
                EvolveRun(e, recorded);
                break;
            case TargetEvent or HoldEvent:
                break; // Follow has done it already.
            case ItemEvent
            or LeaseEvent
            or LockEvent
            or NoteEvent
            or CheckpointEvent
            or OnArtifact
            or ActionEvent
            or ConflictEvent:
                // On no item, or on one that has left memory: Follow has done it already.
                return recorded.Event.ItemId is { } id ? EvolveItem(id, recorded, known) : null;
            default:
                throw new UnreachableException(recorded.Event.GetType().Name);
        }
        return null;
    }

    private Item EvolveItem(ItemId id, Recorded recorded, Item? known)
    {
        var was = _items.Find(id);
        var queue =
            was?.Queue
            ?? (
                recorded.Event is ItemEvent.Created created
                    ? created.Queue
                    : ((ItemEvent.Restored)recorded.Event).Was.Queue
            );
        var room = _queues[queue];
        var now =
            known
            ?? ItemEvolution.Evolve(
                was,
                recorded,
                recorded.Event is LeaseEvent.Claimed { Terms: null } ? LeaseTerms.Of(room.Queue.Policy) : null
            );
        Put(was, now);
        if (was is not null && was.Queue != now.Queue)
            MoveArtifacts(id, now.Queue);
        CountFlow(room, recorded);
        return now;
    }

    // The flow of the queue: how many items came, were claimed and completed, and how long requests waited for locks.
    private static void CountFlow(QueueRoom room, Recorded recorded)
    {
        switch (recorded.Event)
        {
            case ItemEvent.Created:
                room.Flowed(recorded.At, created: 1);
                break;
            case LeaseEvent.Claimed:
                room.Flowed(recorded.At, claims: 1);
                break;
            case ItemEvent.Completed:
                room.Flowed(recorded.At, completions: 1);
                break;
            case LeaseEvent.WentStale:
                room.Flowed(recorded.At, stale: 1);
                break;
            case LeaseEvent.Ended { Lapse: true }:
                room.Flowed(recorded.At, lapses: 1);
                break;
            case LockEvent.Acquired { Wait: not null } e:
                room.Flowed(recorded.At, lockWaitMs: e.WaitedMs);
                break;
            case LockEvent.GaveUp e:
                room.Flowed(recorded.At, lockWaitMs: e.WaitedMs);
                break;
            default:
                break; // Others: neither bring, begin nor end work, nor a wait for locks.
        }
    }

    private void EvolveQueue(QueueEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case QueueEvent.PolicySet e:
                if (_queues.TryGetValue(e.Queue, out var known))
                    known.Queue = known.Queue with { Policy = e.Policy, PolicySeq = recorded.Seq };
                else
                    _queues[e.Queue] = new QueueRoom(
                        new Queue(e.Queue, e.Policy, recorded.Seq, Pause: null, recorded.At)
                    );
                _openings?.QueueChanged(e.Queue);
                break;
            case QueueEvent.Paused e:
                _queues[e.Queue].Queue = _queues[e.Queue].Queue with
                {
                    Pause = new Pause(recorded.By, recorded.At, e.Why),
                };
                _openings?.QueueChanged(e.Queue);
                break;
            case QueueEvent.Resumed e:
                _queues[e.Queue].Queue = _queues[e.Queue].Queue with { Pause = null };
                _openings?.QueueChanged(e.Queue);
                break;
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    private void EvolveLine(WorkspaceEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case WorkspaceEvent.Stopped e:
                Stopped = new LineStop(e.Scope, recorded.By, recorded.At, e.Why);
                _openings?.LineChanged();
                break;
            case WorkspaceEvent.LineStarted:
                Stopped = null;
                _openings?.LineChanged();
                break;
            case WorkspaceEvent.Drained:
                // Kept for the history only: a drain concerns the process and ends with it.
                break;
            case WorkspaceEvent.Resumed e:
                foreach (var extension in e.Extended)
                {
                    var was = _items.Find(extension.Item)!;
                    Put(was, DowntimeCompensation.Extend(was, extension));
                }
                break;
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }
}
