using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Checks the cheap ones of the laws (DESIGN.md, What always holds) in production, on each event before it is evolved. Rules keep the
/// laws and tests show that they do; where a rule is wrong all the same, the event that would break a law never reaches the disk.
/// </summary>
public static class Laws
{
    /// <summary>The law that the event would break, as its number in DESIGN.md, a colon and what is wrong; null for none.</summary>
    /// <param name="at">The state before the event.</param>
    /// <param name="next">The event to check.</param>
    public static string? BrokenBy(Workspace at, Recorded next)
    {
        if (next.At < at.At)
            return "9: the event is from before the one before it";
        return next.Event switch
        {
            LeaseEvent.Claimed e => OfGrant(at, e),
            LeaseEvent.Renewed e => OfTerm(at, e.Lease, e.ExpiresAt, next, mustBeLive: true),
            LeaseEvent.Revived e => OfTerm(at, e.Lease, e.ExpiresAt, next, mustBeLive: false),
            LockEvent.Acquired e => OfLocks(at, new LockOwner(e.Item, Hold: null), e.Locks),
            HoldEvent.Began e => OfLocks(at, new LockOwner(Item: null, e.Hold), [new RequestedLock(e.Target, e.Mode)]),
            ApprovalEvent.Given e => OfApproval(at, e),
            ActionEvent.Begun e => OfPermit(at, e),
            ActionEvent.Applied e when at.FindAction(e.Action) is not { IsUnsettled: true } =>
                $"5: the action {e.Action} was applied without a permit",
            ConflictEvent.Opened e when at.FindConflictByKey(e.Key) is { IsOpen: true } open =>
                $"7: the collision {e.Key} is open already, as {open.Id}",
            // Others: can break only laws that cost more than a look; tests check those on random days.
            _ => null,
        };
    }

    private static string? OfGrant(Workspace at, LeaseEvent.Claimed e) =>
        at.FindItem(e.Item) is not { } item ? $"1: there is no {e.Item} to grant"
        : item.Lease is { } lease ? $"1: {e.Item} has {lease.Id} already"
        : item.LastLease?.Token > at.Seq ? $"2: the token of {e.Lease} is not above that of the grant before"
        : at.FindPrincipal(e.Holder.Id) is not { State: PrincipalState.Active } ? $"11: {e.Holder.Id} may hold nothing"
        : e.Holder.Run is { } run && at.FindEndedRun(e.Holder.Id, run) is not null ? $"11: the run {run} was ended"
        : null;

    private static string? OfTerm(Workspace at, LeaseId id, DateTimeOffset end, Recorded next, bool mustBeLive) =>
        at.FindLease(id) is not { } lease ? $"9: there is no {id} to renew"
        : lease.State == LeaseState.Ended ? $"9: {id} has ended"
        : mustBeLive && !(lease.IsLive && (lease.ExpiresAt is null || lease.ExpiresAt > next.At)) ? $"9: {id} is over"
        : end <= next.At ? $"9: {id} would be over at once"
        : null;

    private static string? OfLocks(Workspace at, LockOwner owner, IReadOnlyList<RequestedLock> asked)
    {
        foreach (var ask in asked)
        {
            foreach (var held in at.Locks.HeldTouching(ask.Target))
            {
                if (held.Owner != owner && LockPlan.Conflict(held.Mode, ask.Mode))
                    return $"1: {ask.Target} and {held.Target} would be locked by two";
            }
        }
        return null;
    }

    private static string? OfApproval(Workspace at, ApprovalEvent.Given e) =>
        at.FindArtifact(e.Artifact) is { Current: var current }
        && current.Number == e.Version
        && string.Equals(current.ContentHash, e.ContentHash, StringComparison.Ordinal)
            ? null
            : $"4: {e.Approval} is not for the current version of {e.Artifact}";

    private static string? OfPermit(Workspace at, ActionEvent.Begun e)
    {
        if (at.FindAction(e.Action) is not { } action)
            return $"5: there is no action {e.Action}";
        if (action.Written != ActionState.Prepared || action.Outstanding is not null)
            return $"5: the action {e.Action} has a permit out, or is settled";
        if (action.Artifact is not { } id)
            return null;
        return at.FindArtifact(id) is { Current: var current } && current.Number == action.Version
            ? null
            : $"4: the action {e.Action} would begin on a version that is not current";
    }
}

/// <summary>A rule decided events that break a law. It is a bug, and nothing of the decision was done.</summary>
public sealed class LawBrokenException : Exception
{
    /// <inheritdoc/>
    public LawBrokenException() { }

    /// <inheritdoc/>
    /// <param name="message">What <see cref="Laws.BrokenBy"/> said.</param>
    public LawBrokenException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public LawBrokenException(string message, Exception inner)
        : base(message, inner) { }
}
