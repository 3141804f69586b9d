using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Claims;

/// <summary>Decides the commands of a holder under its lease (API.md, Claims and leases).</summary>
internal static class LeaseRules
{
    internal static Decision Decide(IItemContext<ILocks> context, LeaseCommand command)
    {
        if (context.At.FindItemOf(command.Lease) is not { } item)
            return new Refusal.NotFound("lease", command.Lease.Text);
        if (context.Outside(item.Queue) is { } outside)
            return outside;
        var lease = item.FindLease(command.Lease)!;
        var bounds = new Bounds();
        bounds.OptionalId("run", command.Run);
        Shape(bounds, context, command, lease);
        if (bounds.Refusal is { } invalid)
            return invalid;
        // A caller whose answer was lost sends complete again and gets the same answer (FIELD.md, 8).
        if (command is LeaseCommand.Complete again && IsDone(again, lease, context.Who.Id))
            return Decision.Unchanged(new LeaseReply(LeaseView.Of(lease, item)));
        if (MayWrite.Check(context, item, lease, command) is { } why)
            return why;
        var before = ImpliedEvents(context, lease, command);
        return command switch
        {
            LeaseCommand.Start => Start(context, item, lease, before),
            LeaseCommand.Renew c => RenewRules.Renew(context, item, lease, before, c),
            LeaseCommand.Suspend c => Suspend(context, item, lease, before, c),
            LeaseCommand.Resume => Resume(context, item, lease, before),
            LeaseCommand.RecordCheckpoint c => Checkpoint(context, item, lease, before, c),
            LockCommand.Acquire c => LockRules.Acquire(context, item, lease, before, c),
            LockCommand.Unlock c => LockRules.Unlock(context, item, lease, before, c),
            LeaseCommand.HandOff c => HandOff(context, item, lease, before, c),
            LeaseCommand.Release c => Release(context, item, lease, before, c),
            LeaseCommand.Complete c => Complete(context, item, lease, before, c),
            LeaseCommand.Write => throw new UnreachableException("decided by the room that writes"),
            _ => throw new UnreachableException(command.GetType().Name),
        };
    }

    /// <summary>Decides each renewal by itself, in order; a refused one does not touch the others.</summary>
    internal static Decision Decide(IItemContext<ILocks> context, RenewMany command)
    {
        var bounds = new Bounds();
        bounds.Count("renewals", command.Renewals.Count, 1_000);
        if (command.Renewals.Select(r => r.Lease).Distinct().Count() != command.Renewals.Count)
            bounds.Fault("renewals", "must not name a lease twice");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var events = new List<Event>();
        var results = new List<RenewalResult>(command.Renewals.Count);
        foreach (var renewal in command.Renewals)
        {
            var decision = Decide(context, renewal);
            events.AddRange(decision.Events);
            var expiresAt = (decision.Reply as LeaseReply)?.Lease.Lease.ExpiresAt;
            results.Add(new RenewalResult(renewal.Lease, expiresAt, decision.Refusal));
        }
        return Decision.Accepted(events, new RenewalsReply(results));
    }

    /// <summary>The accepted decision, with the lease after the events.</summary>
    internal static Decision Accepted(
        IItemContext<ILocks> context,
        Item item,
        LeaseId lease,
        IReadOnlyList<Event> events
    )
    {
        var after = context.After(item, events);
        return Decision.Accepted(events, new LeaseReply(LeaseView.Of(after.FindLease(lease)!, after)));
    }

    // The events that come with any accepted write: the acknowledgement, and the start of a lease that was only claimed.
    internal static List<Event> ImpliedEvents(IItemContext<ILocks> context, Lease lease, LeaseCommand command)
    {
        var events = new List<Event>(3);
        if (command.Acknowledges is { } seq && lease.MustAcknowledge is not null)
            events.Add(new LeaseEvent.Acknowledged(lease.Item, lease.Id, seq));
        if (lease.State == LeaseState.Claimed && command is not (LeaseCommand.Release or LeaseCommand.HandOff))
        {
            // Start begins exactly a full term; a first write loses no time that the claim still had.
            var end = command is LeaseCommand.Start ? lease.FullTerm(context.Now) : lease.FirstTerm(context.Now);
            events.Add(new LeaseEvent.Started(lease.Item, lease.Id, end));
        }
        return events;
    }

    private static Decision Start(IItemContext<ILocks> context, Item item, Lease lease, List<Event> before) =>
        before.Count == 0
            ? Decision.Unchanged(new LeaseReply(LeaseView.Of(lease, item)))
            : Accepted(context, item, lease.Id, before);

    private static Decision Suspend(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.Suspend c
    )
    {
        var reason = c.Reason == HolderReason.Blocked ? SuspendReasons.Blocked : SuspendReasons.WaitingOnHuman;
        var end = lease.State == LeaseState.Claimed ? lease.FirstTerm(context.Now) : lease.ExpiresAt!.Value;
        events.Add(
            new LeaseEvent.Suspended(
                item.Id,
                lease.Id,
                lease.Reasons | reason,
                (long)(end - context.Now).TotalMilliseconds,
                context.Now.AddSeconds(lease.Policy.MaxSuspendSeconds),
                c.Note
            )
        );
        return Accepted(context, item, lease.Id, events);
    }

    private static Decision Resume(IItemContext<ILocks> context, Item item, Lease lease, List<Event> events)
    {
        if (lease.State == LeaseState.Suspended)
            events.Add(
                SuspendRules.Resume(lease, SuspendReasons.None, LeaseState.Active, ResumeCause.Holder, context.Now)
            );
        return Start(context, item, lease, events);
    }

    private static Decision Checkpoint(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.RecordCheckpoint c
    )
    {
        events.Add(
            new CheckpointEvent.Recorded
            {
                Item = item.Id,
                Lease = lease.Id,
                Number = item.Checkpoints.Count + 1,
                Late = lease.State == LeaseState.Stale,
                Summary = c.Summary,
                Evidence = c.Evidence,
                Artifacts = c.Artifacts,
                Validations = c.Validations,
                OpenQuestions = c.OpenQuestions,
                NextStep = c.NextStep,
            }
        );
        var after = context.After(item, events);
        return Decision.Accepted(
            events,
            new CheckpointReply(after.Checkpoints[^1], LeaseView.Of(after.FindLease(lease.Id)!, after))
        );
    }

    private static Decision HandOff(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.HandOff c
    )
    {
        events.Add(EndRules.End(lease, EndedAs.HandedOff, c.Note));
        PrincipalId? to = PrincipalId.TryParse(c.ToPrincipal, out var id) ? id : null;
        var handoff = new Handoff(
            lease.Id,
            lease.Holder,
            context.Who.Id,
            to,
            c.ToRole,
            c.Note,
            context.Now,
            context.Now.AddSeconds(lease.Policy.AcceptSeconds)
        );
        events.Add(new ItemEvent.HandedOff(item.Id, handoff));
        return Accepted(context, item, lease.Id, events);
    }

    private static Decision Release(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.Release c
    )
    {
        var end = EndRules.End(lease, EndedAs.Released, c.Note, c.Outcome);
        EndRules.EndAndReturn(events, item, end, context.Now, c.Outcome == ReleaseOutcome.Failed, c.RetryAfterSeconds);
        return Accepted(context, item, lease.Id, events);
    }

    private static Decision Complete(
        IItemContext<ILocks> context,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.Complete c
    )
    {
        if (!c.LeaveOpen && Unsettled(context.At, item.Id) is { } unsettled)
            return unsettled;
        events.Add(EndRules.End(lease, EndedAs.Completed, result: c.Result));
        events.Add(new ItemEvent.Completed(item.Id, c.Result));
        foreach (var dependent in context.At.DependentsOf(item.Id))
            events.Add(new ItemEvent.DependencyCompleted(dependent.Id, item.Id));
        return Accepted(context, item, lease.Id, events);
    }

    // An item with unsettled work must not look finished (API.md, Refusals, unsettled).
    private static ItemRefusal.Unsettled? Unsettled(ILocks at, ItemId item)
    {
        List<string> actions = [.. at.ActionsOf(item).Where(a => a.IsUnsettled).Select(a => a.Id)];
        List<ConflictId> conflicts = [.. at.ConflictsOf(item).Select(c => c.Id)];
        List<ApprovalId> approvals =
        [
            .. at.ArtifactsOf(item).SelectMany(a => ApprovalStanding.Unspent(at, a)).Select(a => a.Id),
        ];
        return actions.Count + conflicts.Count + approvals.Count == 0
            ? null
            : new ItemRefusal.Unsettled(actions, conflicts, approvals);
    }

    private static bool IsDone(LeaseCommand.Complete c, Lease lease, PrincipalId who) =>
        lease.EndedAs == EndedAs.Completed
        && lease.Holder.Is(who, c.Run)
        && lease.Token == c.Token
        && string.Equals(lease.Result, c.Result, StringComparison.Ordinal);

    private static void Shape(Bounds bounds, IItemContext<ILocks> context, LeaseCommand command, Lease lease)
    {
        if (command.Acknowledges is { } seq)
            bounds.Range("acknowledges", seq, 1, context.At.Seq);
        switch (command)
        {
            case LeaseCommand.Renew c:
                bounds.OptionalName("progress.step", c.Progress?.Step);
                bounds.Text("progress.note", c.Progress?.Note, Bounds.NoteLength);
                if (c.LeaseSeconds is { } seconds)
                    bounds.Range("leaseSeconds", seconds, 5, Math.Min(86_400, lease.MaxLifetimeSeconds ?? 86_400));
                break;
            case LeaseCommand.Suspend c:
                bounds.OneOf("reason", c.Reason);
                bounds.Text("note", c.Note, Bounds.NoteLength);
                break;
            case LeaseCommand.RecordCheckpoint c:
                CheckpointRules.Shape(bounds, c);
                break;
            case LeaseCommand.HandOff c:
                Addressee(bounds, context, c);
                break;
            case LockCommand.Acquire c:
                LockRules.Shape(bounds, c);
                break;
            case LockCommand.Unlock c:
                LockRules.Shape(bounds, c);
                break;
            case LeaseCommand.Release c:
                bounds.OneOf("outcome", c.Outcome);
                bounds.Text("note", c.Note, Bounds.NoteLength);
                if (c.RetryAfterSeconds is { } rest)
                    bounds.Range("retryAfterSeconds", rest, 0, 30 * 86_400);
                if (c.RetryAfterSeconds is not null && c.Outcome != ReleaseOutcome.Failed)
                    bounds.Fault("retryAfterSeconds", "only takes effect with the outcome failed");
                break;
            case LeaseCommand.Complete c:
                if (c.Result is { Length: > Bounds.BodyLength })
                    bounds.Fault(
                        "result",
                        "must be at most 100000 characters; publish what is longer and name it here"
                    );
                break;
            case LeaseCommand.Start or LeaseCommand.Resume or LeaseCommand.Write:
                break; // The numbers and flags that they have can say nothing wrong.
            default:
                throw new UnreachableException(command.GetType().Name);
        }
    }

    private static void Addressee(Bounds bounds, IItemContext<ILocks> context, LeaseCommand.HandOff c)
    {
        bounds.Text("note", c.Note, Bounds.NoteLength, required: true);
        if (c.ToPrincipal is null == c.ToRole is null)
        {
            bounds.Fault("to", "must name a principal or a role, one of the two");
        }
        else if (c.ToRole is { } role)
        {
            bounds.OneOf("to.role", role, "agent", "reviewer", "support", "manager", "admin");
        }
        else if (
            !PrincipalId.TryParse(c.ToPrincipal, out var id)
            || context.At.FindPrincipal(id) is not { State: not PrincipalState.Ended } to
        )
        {
            bounds.Fault("to.principal", "is nobody who could accept");
        }
        else if ((Permissions.MayAsk(Verb.Accept) & to.Roles) == 0)
        {
            bounds.Fault("to.principal", "may not accept work: their roles do not allow it");
        }
    }
}
