using System.Globalization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
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
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>What happened, said to a person: used in handovers, <c>since</c>, timelines and History alike.</summary>
public static class Sentences
{
    /// <summary>One sentence for one event, without its time and number.</summary>
    /// <param name="nameOf">Names a principal; ids are shown where it cannot.</param>
    public static string Of(Recorded recorded, Func<PrincipalId, string> nameOf) => Closed(Said(recorded, nameOf));

    private static string Said(Recorded recorded, Func<PrincipalId, string> nameOf)
    {
        var by = nameOf(recorded.By);
        return recorded.Event switch
        {
            ItemEvent.Created e => $"{by} created it in {e.Queue}.",
            ItemEvent.Edited e => $"{by} changed {And(e.Changed)}{Because(e.Why)}.",
            ItemEvent.Requeued e => $"{by} put it back into the queue{Because(e.Why)}.",
            ItemEvent.BackedOff e => $"It rests until {Clock(e.Until)} after a failure.",
            ItemEvent.BecameReady => "It became available.",
            ItemEvent.Parked { Until: { } until } e => $"{by} snoozed it until {Clock(until)}{Because(e.Why)}.",
            ItemEvent.Parked { Why: "attempts_exhausted" } => "It was parked: its attempts are used up.",
            ItemEvent.Parked e => $"{by} parked it{Because(e.Why)}.",
            ItemEvent.Unparked e => $"{by} unparked it{Because(e.Why)}.",
            ItemEvent.Completed => $"{by} completed it.",
            ItemEvent.Cancelled e => $"{by} cancelled it{Because(e.Why)}.",
            ItemEvent.Reopened e => $"{by} opened it again{Because(e.Why)}.",
            ItemEvent.DependencyCompleted e => $"{e.Dependency}, on which it depended, was completed.",
            ItemEvent.AskedForAttention e => Attention(e),
            ItemEvent.AttentionEnded { What: var what } => DependencyAttention.IsOne(what)
                ? "What it waits for can come again."
                : $"It asks for attention no longer: {what}.",
            ItemEvent.HandedOff e =>
                $"{by} handed it to {(e.Handoff.ToPrincipal is { } to ? nameOf(to) : "the role " + e.Handoff.ToRole)}{Because(e.Handoff.Note)}.",
            ItemEvent.HandoffEnded { How: "expired" } => "Nobody accepted the handoff in time.",
            ItemEvent.HandoffEnded e =>
                $"{by} {(e.How == "declined" ? "declined" : "withdrew")} the handoff{Because(e.Why)}.",
            ItemEvent.Archived => "It moved to the archive.",
            ItemEvent.Restored => "It came back from the archive.",
            LockEvent.Acquired { Wait: not null } e =>
                $"It got the {(e.Locks.Count == 1 ? "lock" : "locks")} on {And([.. e.Locks.Select(l => l.Target)])} after waiting {Seconds(e.WaitedMs)}.",
            LockEvent.Acquired e => $"{by} locked {And([.. e.Locks.Select(l => l.Target)])}.",
            LockEvent.Released { Because: "unlocked" } e => $"{by} unlocked {And(e.Targets)}.",
            LockEvent.Released { Because: "taken_over_stale" } e =>
                $"{by} took the {(e.Targets.Count == 1 ? "lock" : "locks")} on {And(e.Targets)} from it: its lease was stale.",
            LockEvent.Released e =>
                $"Its {(e.Targets.Count == 1 ? "lock" : "locks")} on {And(e.Targets)} went with the lease.",
            LockEvent.Waited e =>
                $"{by} waits for {And([.. e.Locks.Select(l => l.Target)])} until {Clock(e.Until)}, kept by {And(e.CausedBy)}.",
            LockEvent.GaveUp { Because: "deadlock" } e =>
                $"{by} was refused a wait for {And(e.CausedBy)} that could never have ended.",
            LockEvent.GaveUp { Because: "timeout" } e =>
                $"It waited {Seconds(e.WaitedMs)} for {And(e.CausedBy)} and gave up.",
            LockEvent.GaveUp e => $"It waits no longer for {And(e.CausedBy)}.",
            InboxEvent.WasRead => $"{by} read what was in their inbox.",
            BulkEvent.Started e => $"{by} began {e.Bulk}: {WireNames.Of(e.Do)} of {e.Ids.Count}{Because(e.Why)}.",
            BulkEvent.Advanced e => $"{e.Bulk} went on with {e.Results.Count}.",
            BulkEvent.Stopped e => $"{by} stopped {e.Bulk}.",
            RunbookEvent.WasSet { State: PatternState.Absorbed } =>
                $"{by} marked a pattern of the runbook as absorbed.",
            ViewEvent.Saved { Shared: true } e => $"{by} saved the view {e.Name} for everybody.",
            ViewEvent.Saved e => $"{by} saved the view {e.Name}.",
            ViewEvent.Deleted e => $"{by} deleted the view {e.Name}.",
            RunbookEvent.WasSet => $"{by} changed what the runbook says.",
            InboxEvent.WasSet => $"{by} changed what they want to hear of.",
            HoldEvent.Began e => $"{e.ByName} holds {e.Target} until {Clock(e.Until)}{Because(e.Why)}.",
            HoldEvent.Ended { Because: "expired" } e => $"The hold on {e.Target} ended at its time.",
            HoldEvent.Ended e => $"{by} ended the hold on {e.Target}.",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Claim } e => $"{Who(e.Holder)} claimed it.",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Accept } e => $"{Who(e.Holder)} accepted the handoff.",
            LeaseEvent.Claimed { How: LeaseEvent.Grant.Force } e =>
                $"{Who(e.Holder)} took it over by force{Because(e.Why)}.",
            LeaseEvent.Claimed e => $"{Who(e.Holder)} took it over{Because(e.Why)}.",
            LeaseEvent.Started => $"{by} started.",
            LeaseEvent.Renewed { Progress: { } p } => $"{by} renewed: {p.Step}{(p.Note is null ? "" : ", " + p.Note)}.",
            LeaseEvent.Renewed => $"{by} renewed without news.",
            LeaseEvent.Acknowledged => $"{by} acknowledged the change.",
            LeaseEvent.Suspended e =>
                $"The lease was suspended ({string.Join(", ", e.Reasons.InWords().Select(InWords))}){Because(e.Note)}.",
            LeaseEvent.Resumed e => $"The lease was resumed (by {e.Because}) and is {WireNames.Of(e.State)}.",
            LeaseEvent.WentStale => "The lease was not renewed in time and went stale.",
            LeaseEvent.Revived => $"{by} renewed the stale lease and revived it.",
            LeaseEvent.Ended e => Ending(e, by),
            CheckpointEvent.Recorded e =>
                $"{by} recorded checkpoint {e.Number.ToString(CultureInfo.InvariantCulture)}{(e.Late ? ", late" : "")}.",
            NoteEvent.Added e =>
                $"{e.Name} left {(e.Kind == "instruction" ? "an" : "a")} {e.Kind.Replace('_', ' ')}{Because(e.Text)}.",
            NoteEvent.Acknowledged e => e.Answer is null
                ? $"{e.Name} acknowledged note {Number(e.Number)}."
                : $"{e.Name} answered note {Number(e.Number)}{Because(e.Answer)}.",
            RunEvent.Reopened e => $"{by} reopened the run {e.Run}.",
            RunEvent.Ended e => $"{by} ended the run {e.Run} ({e.Outcome}){Because(e.Why)}.",
            OnArtifact or ActionEvent or ConflictEvent => ReviewSentences.Of(recorded, by, nameOf),
            TargetEvent.Changed e =>
                $"{e.By ?? by} changed {e.Target} to {e.Version}{(e.Counts ? "" : e.IsHeld ? ", while an action on it is being applied" : ", which is only noted")}{Because(e.Note)}.",
            TargetEvent.Released e => e.IsOwn
                ? $"The change of {e.Target} to {e.Version} was the action's own."
                : $"{e.Target} is at {e.Version}.",
            QueueEvent.PolicySet e => e.Changed.Count == 0
                ? $"{by} created the queue {e.Queue}."
                : $"{by} changed {And(e.Changed)} of the queue {e.Queue}.",
            QueueEvent.Paused e => $"{by} paused the queue {e.Queue}{Because(e.Why)}.",
            QueueEvent.Resumed e => $"{by} resumed the queue {e.Queue}.",
            WorkspaceEvent.Stopped e =>
                $"{by} stopped the line ({e.Scope.ToString().ToLowerInvariant()}){Because(e.Why)}.",
            WebhookEvent.Set e => $"{by} set the webhook {e.Id} to {new Uri(e.Url).Host}.",
            WebhookEvent.Disabled e => $"The webhook {e.Id} was disabled{Because(e.Why)}.",
            WebhookEvent.Deleted e => $"{by} deleted the webhook {e.Id}.",
            WorkspaceEvent.Drained e => $"{by} had the server take nothing new{Because(e.Why)}.",
            WorkspaceEvent.Went => $"{by} let the line go on.",
            WorkspaceEvent.Resumed e =>
                $"The server was away from {Clock(e.DownFrom)} to {Clock(e.DownTo)}; {Number(e.Extended.Count)} clocks got that time back.",
            PrincipalEvent.Left e => $"{nameOf(e.Who)} is away until {Clock(e.Until)}{Because(e.Note)}.",
            PrincipalEvent.CameBack e => $"{nameOf(e.Who)} is back.",
            PrincipalEvent.KeyIssued e => $"{by} gave {nameOf(e.Owner)} the key {e.Key} ({e.Name}).",
            PrincipalEvent.KeyRevoked e => $"{by} revoked the key {e.Key} of {nameOf(e.Owner)}.",
            PrincipalEvent.SessionBegan e =>
                $"{nameOf(e.Who)} signed in with {(e.Key is null ? "a one-time link" : $"the key {e.Key}")} (session {e.Session}).",
            PrincipalEvent.SessionEnded e =>
                $"The session {e.Session} of {nameOf(e.Who)} ended ({e.EndedAs.Replace('_', ' ')}).",
            PrincipalEvent.Set e =>
                $"{e.Principal.Name} ({WireNames.Of(e.Principal.Kind)}) is {WireNames.Of(e.Principal.State)}{Because(e.Principal.Why)}.",
            var other => other.Type,
        };
    }

    private static string Ending(LeaseEvent.Ended e, string by) =>
        e.As switch
        {
            EndedAs.Released =>
                $"{by} released it{(e.Outcome == ReleaseOutcome.Failed ? " as failed" : "")}{Because(e.Note)}.",
            EndedAs.Completed => $"{by} completed the work.",
            EndedAs.HandedOff => $"{by} handed it off.",
            EndedAs.TakenOver => $"The lease was taken over by {by}{Because(e.Note)}.",
            EndedAs.Revoked => $"{by} revoked the lease{Because(e.Note)}.",
            EndedAs.Requeued => $"{by} ended the lease{Because(e.Note)}.",
            EndedAs.Expired => e.Lapse ? "The claim was not started in time and lapsed." : "The stale lease expired.",
            EndedAs.Cancelled => $"{by} ended the lease by cancelling the item.",
            EndedAs.RunEnded => $"The lease ended with its run{Because(e.Note)}.",
            EndedAs.PrincipalEnded => "The lease ended with its principal.",
        };

    private static string Attention(ItemEvent.AskedForAttention e) =>
        e.What switch
        {
            "dependency_cancelled" => $"{e.Detail}, on which it depends, was cancelled: somebody has to decide.",
            "dependency_parked" =>
                $"{e.Detail}, on which it depends, is parked and comes only when somebody unparks it.",
            "dependency_stuck" =>
                $"{e.Detail}, on which it depends, waits itself for work that cannot come: somebody has to decide.",
            "stale_hold" => "It has been stale for long and nobody took it over.",
            "overdue" => "It is overdue.",
            "attempts_exhausted" => "Its attempts are used up: somebody has to decide.",
            "handoff_expired" => "Nobody accepted the handoff in time.",
            _ => $"It asks for attention: {e.What}.",
        };

    private static string Who(Holder holder) => holder.Run is null ? holder.Name : $"{holder.Name} (run {holder.Run})";

    internal static string Because(string? why) => string.IsNullOrWhiteSpace(why) ? "" : $": {why.TrimEnd('.', ' ')}";

    // What people wrote may end as a question does: it needs no second mark behind it.
    private static string Closed(string sentence) =>
        sentence.Length > 1 && sentence[^1] == '.' && sentence[^2] is ('?' or '!' or '…') ? sentence[..^1] : sentence;

    private static string InWords(string reason) =>
        reason == "waiting_on_human" ? "waiting on a person" : reason.Replace('_', ' ');

    private static string And(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];

    internal static string Clock(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (ms + 999) / 1000)} s");
}
