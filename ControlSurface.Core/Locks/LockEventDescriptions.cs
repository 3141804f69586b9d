using System.Diagnostics;

namespace ControlSurface.Core.Locks;

/// <summary>Each <see cref="LockEvent"/> as a sentence.</summary>
internal static class LockEventDescriptions
{
    internal static string Of(LockEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            LockEvent.Acquired { Wait: not null } e =>
                $"It got the {(e.Locks.Count == 1 ? "lock" : "locks")} on {Phrases.And([.. e.Locks.Select(l => l.Target)])} after waiting {Phrases.Seconds(e.WaitedMs)}.",
            LockEvent.Acquired e => $"{by} locked {Phrases.And([.. e.Locks.Select(l => l.Target)])}.",
            LockEvent.Released { Because: LockEnd.Unlocked } e => $"{by} unlocked {Phrases.And(e.Targets)}.",
            LockEvent.Released { Because: LockEnd.TakenOverStale } e =>
                $"{by} took the {(e.Targets.Count == 1 ? "lock" : "locks")} on {Phrases.And(e.Targets)} from it: its lease was stale.",
            LockEvent.Released e =>
                $"Its {(e.Targets.Count == 1 ? "lock" : "locks")} on {Phrases.And(e.Targets)} went with the lease.",
            LockEvent.Waited e =>
                $"{by} waits for {Phrases.And([.. e.Locks.Select(l => l.Target)])} until {Phrases.Clock(e.Until)}, kept by {Phrases.And(e.CausedBy)}.",
            LockEvent.GaveUp { Because: LockEnd.Deadlock } e =>
                $"{by} was refused a wait for {Phrases.And(e.CausedBy)} that could never have ended.",
            LockEvent.GaveUp { Because: LockEnd.Timeout } e =>
                $"It waited {Phrases.Seconds(e.WaitedMs)} for {Phrases.And(e.CausedBy)} and gave up.",
            LockEvent.GaveUp e => $"It waits no longer for {Phrases.And(e.CausedBy)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
