using System.Diagnostics;

namespace ControlSurface.Core.Leases;

/// <summary>Each <see cref="LeaseEvent"/> as a sentence.</summary>
internal static class LeaseEventDescriptions
{
    internal static string Of(LeaseEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Claim } e => $"{Who(e.Holder)} claimed it.",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Accept } e => $"{Who(e.Holder)} accepted the handoff.",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Force } e =>
                $"{Who(e.Holder)} took it over by force{Phrases.Because(e.Why)}.",
            LeaseEvent.Claimed e => $"{Who(e.Holder)} took it over{Phrases.Because(e.Why)}.",
            LeaseEvent.Started => $"{by} started.",
            LeaseEvent.Renewed { Progress: { } p } => $"{by} renewed: {p.Step}{(p.Note is null ? "" : ", " + p.Note)}.",
            LeaseEvent.Renewed => $"{by} renewed without news.",
            LeaseEvent.Acknowledged => $"{by} acknowledged the change.",
            LeaseEvent.Suspended e =>
                $"The lease was suspended ({string.Join(", ", e.Reasons.InWords().Select(InWords))}){Phrases.Because(e.Note)}.",
            LeaseEvent.Resumed e =>
                $"The lease was resumed (by {WireNames.Of(e.Because)}) and is {WireNames.Of(e.State)}.",
            LeaseEvent.WentStale => "The lease was not renewed in time and went stale.",
            LeaseEvent.Revived => $"{by} renewed the stale lease and revived it.",
            LeaseEvent.Ended e => Ending(e, by),
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static string Ending(LeaseEvent.Ended e, string by) =>
        e.As switch
        {
            EndedAs.Released =>
                $"{by} released it{(e.Outcome == ReleaseOutcome.Failed ? " as failed" : "")}{Phrases.Because(e.Note)}.",
            EndedAs.Completed => $"{by} completed the work.",
            EndedAs.HandedOff => $"{by} handed it off.",
            EndedAs.TakenOver => $"The lease was taken over by {by}{Phrases.Because(e.Note)}.",
            EndedAs.Revoked => $"{by} revoked the lease{Phrases.Because(e.Note)}.",
            EndedAs.Requeued => $"{by} ended the lease{Phrases.Because(e.Note)}.",
            EndedAs.Expired => e.Lapse ? "The claim was not started in time and lapsed." : "The stale lease expired.",
            EndedAs.Cancelled => $"{by} ended the lease by cancelling the item.",
            EndedAs.RunEnded => $"The lease ended with its run{Phrases.Because(e.Note)}.",
            EndedAs.PrincipalEnded => "The lease ended with its principal.",
        };

    private static string Who(Holder holder) => holder.Run is null ? holder.Name : $"{holder.Name} (run {holder.Run})";

    private static string InWords(string reason) =>
        reason == "waiting_on_human" ? "waiting on a person" : reason.Replace('_', ' ');
}
