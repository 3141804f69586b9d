using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Leases;

/// <summary>What a holder may do under a lease, and what it comes to (API.md, Claims and leases).</summary>
internal static class LeaseRules
{
    internal static Decision Decide(Asking asking, LeaseCommand command)
    {
        if (asking.At.FindItemOf(command.Lease) is not { } item)
            return new Refusal.NotFound("lease", command.Lease.Text);
        if (asking.Outside(item.Queue) is { } outside)
            return outside;
        var lease = item.FindLease(command.Lease)!;
        var bounds = new Bounds();
        bounds.OptionalId("run", command.Run);
        Shape(bounds, asking, command, lease);
        if (bounds.Refusal is { } invalid)
            return invalid;
        // A complete whose answer was lost is sent again and finds its own work done (FIELD.md, 8).
        if (command is LeaseCommand.Complete again && IsDone(again, lease, asking.Who.Id))
            return Decision.Unchanged(new Reply.ForLease(LeaseView.Of(lease, item)));
        if (MayWrite.Check(asking, item, lease, command) is { } why)
            return why;
        var before = Prelude(asking, lease, command);
        return command switch
        {
            LeaseCommand.Start => Start(asking, item, lease, before),
            LeaseCommand.Renew c => RenewRules.Renew(asking, item, lease, before, c),
            LeaseCommand.Suspend c => Suspend(asking, item, lease, before, c),
            LeaseCommand.Resume => Resume(asking, item, lease, before),
            LeaseCommand.RecordCheckpoint c => Checkpoint(asking, item, lease, before, c),
            LockCommand.Acquire c => LockRules.Acquire(asking, item, lease, before, c),
            LockCommand.Unlock c => LockRules.Unlock(asking, item, lease, before, c),
            LeaseCommand.HandOff c => HandOff(asking, item, lease, before, c),
            LeaseCommand.Release c => Release(asking, item, lease, before, c),
            LeaseCommand.Complete c => Complete(asking, item, lease, before, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };
    }

    /// <summary>Each renewal is decided by itself, in order; one that is refused does not touch the others.</summary>
    internal static Decision Decide(Asking asking, RenewMany command)
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
            var decision = Decide(asking, renewal);
            events.AddRange(decision.Events);
            var expiresAt = (decision.Reply as Reply.ForLease)?.Lease.Lease.ExpiresAt;
            results.Add(new RenewalResult(renewal.Lease, expiresAt, decision.Refusal));
        }
        return Decision.Accepted(events, new Reply.ForRenewals(results));
    }

    /// <summary>Accepted, with the lease as it is afterwards.</summary>
    internal static Decision Accepted(Asking asking, Item item, LeaseId lease, IReadOnlyList<Event> events)
    {
        var after = asking.After(item, events);
        return Decision.Accepted(events, new Reply.ForLease(LeaseView.Of(after.FindLease(lease)!, after)));
    }

    // What comes with any accepted write: the change that was acknowledged, and the start of what was only claimed.
    internal static List<Event> Prelude(Asking asking, Lease lease, LeaseCommand command)
    {
        var events = new List<Event>(3);
        if (command.Acknowledges is { } seq && lease.MustAcknowledge is not null)
            events.Add(new LeaseEvent.Acknowledged(lease.Item, lease.Id, seq));
        if (lease.State == LeaseState.Claimed && command is not (LeaseCommand.Release or LeaseCommand.HandOff))
        {
            // Who starts it begins the full lease, and says so; who only writes loses no time that the claim already had.
            var end = command is LeaseCommand.Start ? lease.FullTerm(asking.Now) : lease.FirstTerm(asking.Now);
            events.Add(new LeaseEvent.Started(lease.Item, lease.Id, end));
        }
        return events;
    }

    private static Decision Start(Asking asking, Item item, Lease lease, List<Event> before) =>
        before.Count == 0
            ? Decision.Unchanged(new Reply.ForLease(LeaseView.Of(lease, item)))
            : Accepted(asking, item, lease.Id, before);

    private static Decision Suspend(Asking asking, Item item, Lease lease, List<Event> events, LeaseCommand.Suspend c)
    {
        var reason = c.Reason == HolderReason.Blocked ? SuspendReasons.Blocked : SuspendReasons.WaitingOnHuman;
        var end = lease.State == LeaseState.Claimed ? lease.FirstTerm(asking.Now) : lease.ExpiresAt!.Value;
        events.Add(
            new LeaseEvent.Suspended(
                item.Id,
                lease.Id,
                lease.Reasons | reason,
                (long)(end - asking.Now).TotalMilliseconds,
                asking.Now.AddSeconds(lease.Policy.MaxSuspendSeconds),
                c.Note
            )
        );
        return Accepted(asking, item, lease.Id, events);
    }

    private static Decision Resume(Asking asking, Item item, Lease lease, List<Event> events)
    {
        if (lease.State == LeaseState.Suspended)
            events.Add(SuspendRules.Resume(lease, SuspendReasons.None, LeaseState.Active, "holder", asking.Now));
        return Start(asking, item, lease, events);
    }

    private static Decision Checkpoint(
        Asking asking,
        Item item,
        Lease lease,
        List<Event> events,
        LeaseCommand.RecordCheckpoint c
    )
    {
        events.Add(
            new CheckpointEvent.Recorded(
                item.Id,
                lease.Id,
                item.Checkpoints.Count + 1,
                lease.State == LeaseState.Stale,
                c.Summary,
                c.Evidence,
                c.Artifacts,
                c.Validations,
                c.OpenQuestions,
                c.NextStep
            )
        );
        var after = asking.After(item, events);
        return Decision.Accepted(
            events,
            new Reply.ForCheckpoint(after.Checkpoints[^1], LeaseView.Of(after.FindLease(lease.Id)!, after))
        );
    }

    private static Decision HandOff(Asking asking, Item item, Lease lease, List<Event> events, LeaseCommand.HandOff c)
    {
        events.Add(EndRules.End(lease, EndedAs.HandedOff, c.Note));
        PrincipalId? to = PrincipalId.TryParse(c.ToPrincipal, out var id) ? id : null;
        var handoff = new Handoff(
            lease.Id,
            lease.Holder,
            asking.Who.Id,
            to,
            c.ToRole,
            c.Note,
            asking.Now,
            asking.Now.AddSeconds(lease.Policy.AcceptSeconds)
        );
        events.Add(new ItemEvent.HandedOff(item.Id, handoff));
        return Accepted(asking, item, lease.Id, events);
    }

    private static Decision Release(Asking asking, Item item, Lease lease, List<Event> events, LeaseCommand.Release c)
    {
        var end = EndRules.End(lease, EndedAs.Released, c.Note, c.Outcome);
        EndRules.EndAndReturn(events, item, end, asking.Now, c.Outcome == ReleaseOutcome.Failed, c.RetryAfterSeconds);
        return Accepted(asking, item, lease.Id, events);
    }

    private static Decision Complete(Asking asking, Item item, Lease lease, List<Event> events, LeaseCommand.Complete c)
    {
        if (!c.LeaveOpen && Unsettled(asking.At, item.Id) is { } unsettled)
            return unsettled;
        events.Add(EndRules.End(lease, EndedAs.Completed, result: c.Result));
        events.Add(new ItemEvent.Completed(item.Id, c.Result));
        foreach (var dependent in asking.At.DependentsOf(item.Id))
            events.Add(new ItemEvent.DependencyCompleted(dependent.Id, item.Id));
        return Accepted(asking, item, lease.Id, events);
    }

    // What is not over must not look as if it were (API.md, Refusals, unsettled).
    private static Refusal.Unsettled? Unsettled(Workspace at, ItemId item)
    {
        List<string> actions = [.. at.ActionsOf(item).Where(a => a.IsUnsettled).Select(a => a.Id)];
        List<ConflictId> conflicts = [.. at.ConflictsOf(item).Select(c => c.Id)];
        List<ApprovalId> approvals =
        [
            .. at.ArtifactsOf(item).SelectMany(a => ApprovalStanding.Unspent(at, a)).Select(a => a.Id),
        ];
        return actions.Count + conflicts.Count + approvals.Count == 0
            ? null
            : new Refusal.Unsettled(actions, conflicts, approvals);
    }

    private static bool IsDone(LeaseCommand.Complete c, Lease lease, PrincipalId who) =>
        lease.EndedAs == EndedAs.Completed
        && lease.Holder.Is(who, c.Run)
        && lease.Token == c.Token
        && string.Equals(lease.Result, c.Result, StringComparison.Ordinal);

    private static void Shape(Bounds bounds, Asking asking, LeaseCommand command, Lease lease)
    {
        if (command.Acknowledges is { } seq)
            bounds.Range("acknowledges", seq, 1, asking.At.Seq);
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
                Addressee(bounds, asking, c);
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
        }
    }

    private static void Addressee(Bounds bounds, Asking asking, LeaseCommand.HandOff c)
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
            || asking.At.FindPrincipal(id) is not { State: not PrincipalState.Ended } to
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
