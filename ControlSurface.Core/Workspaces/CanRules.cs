using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Workspaces;

/// <summary>Whether the caller may do one thing with an item now (API.md, Items, <c>can</c>).</summary>
/// <param name="Verb">The last part of the call's address: <c>claim</c>, <c>takeover</c>, <c>force</c>, <c>renew</c>, …</param>
/// <param name="May">Whether the call would be accepted and change something.</param>
/// <param name="Refusal">The refusal that the call would get; null where <paramref name="May"/> is true.</param>
/// <param name="Until">When asking again can help; null where that is not known.</param>
public sealed record Can(string Verb, bool May, Refusal? Refusal, DateTimeOffset? Until);

/// <summary>Answers <c>can</c> by deciding each command and throwing the decision away, so that it has no rule of its own.</summary>
public static class CanRules
{
    private const string Trial = "trial";

    /// <summary>Each verb on the item for this caller, in a fixed order; those of its lease only where it has or had one.</summary>
    /// <param name="at">A workspace that has the item.</param>
    public static IReadOnlyList<Can> Of(Workspace at, Item item, Caller caller, DateTimeOffset now)
    {
        var id = item.Id;
        // Try as the run that holds the lease, where the lease is the caller's.
        var run = item.LastLease?.Holder is { } holder && holder.Id == caller.Id ? holder.Run : null;
        var trials = new List<(string Verb, Command Command)>
        {
            ("claim", new ClaimCommand.One(id, null, null)),
            ("takeover", new ClaimCommand.TakeOver(id, null, Trial, Force: false)),
            ("force", new ClaimCommand.TakeOver(id, null, Trial, Force: true)),
            ("accept", new ClaimCommand.Accept(id, null)),
            ("decline", new ClaimCommand.Decline(id, Trial)),
            ("edit", new ItemCommand.Edit(id, item.Seq) { Priority = (item.Priority + 1) % 10 }),
            ("note", new NoteCommand.Add(id, Trial, "everyone", NoteKind.Note)),
            ("requeue", new ItemCommand.Requeue(id, Trial)),
            ("cancel", new ItemCommand.Cancel(id, Trial)),
            ("park", new ItemCommand.Park(id, Trial)),
            ("unpark", new ItemCommand.Unpark(id, Trial)),
            ("snooze", new ItemCommand.Snooze(id, now.AddHours(1), Trial)),
        };
        if (item.LastLease is { } lease)
        {
            var (l, t, a) = (lease.Id, lease.Token, lease.MustAcknowledge?.Seq);
            trials.AddRange([
                ("start", new LeaseCommand.Start(l, run, t, a)),
                ("renew", new LeaseCommand.Renew(l, run, t, new ProgressNote(Trial, null), null, a)),
                ("suspend", new LeaseCommand.Suspend(l, run, t, HolderReason.Blocked, null, a)),
                ("resume", new LeaseCommand.Resume(l, run, t, a)),
                ("checkpoints", new LeaseCommand.RecordCheckpoint(l, run, t, a) { Summary = Trial }),
                ("handoff", new LeaseCommand.HandOff(l, run, t, null, "support", Trial, a)),
                ("release", new LeaseCommand.Release(l, run, t, null, ReleaseOutcome.GivenBack, null)),
                ("complete", new LeaseCommand.Complete(l, run, t, null, LeaveOpen: false, a)),
            ]);
        }
        return [.. trials.Select(trial => Try(at, item, trial.Verb, trial.Command, caller, now))];
    }

    private static Can Try(Workspace at, Item item, string verb, Command command, Caller caller, DateTimeOffset now)
    {
        var decision = at.Decide(command, caller, now);
        return decision.Refusal switch
        {
            // A command that would change nothing does not count as one that the caller may do.
            null when decision.Events.Count == 0 => new Can(
                verb,
                May: false,
                new ItemRefusal.NotClaimable(item.State, NotClaimableReason.NothingToDo, null),
                null
            ),
            null => new Can(verb, May: true, null, null),
            LeaseRefusal.AlreadyOwned r => new Can(verb, May: false, r, r.Takeover.From),
            ItemRefusal.NotClaimable { RetryAfter: { } seconds } r => new Can(
                verb,
                May: false,
                r,
                now.AddSeconds(seconds)
            ),
            // Others: name no instant from which asking again can help.
            var refusal => new Can(verb, May: false, refusal, null),
        };
    }
}
