using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;

namespace ControlSurface.Wording;

/// <summary>
/// Refusals in words: what happened, by whom and when, and what to do next (UI.md, Words). The API's <c>detail</c> and the
/// pages' notes are the same sentence.
/// </summary>
public static class RefusalWords
{
    /// <summary>One or two short sentences.</summary>
    /// <param name="nameOf">Names a principal; ids are shown where it cannot.</param>
    /// <param name="now">For "2 min ago".</param>
    // Long on purpose: one arm for each case of a closed set, and nothing else.
    public static string Detail(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now) =>
        refusal switch
        {
            Refusal.InvalidRequest r => Invalid(r),
            Refusal.Unauthorized =>
                "The request carried no key of this workspace. Send the header Authorization: Bearer with a key.",
            Refusal.Forbidden r => $"This key may not do that; {r.Who} may. Ask one of them, or use another key.",
            Refusal.NotFound r => $"There is no {r.Kind} {Short(r.Id)} here. Check the id.",
            Refusal.IdempotencyKeyReused =>
                "This Idempotency-Key belongs to another request. Use a new key, or repeat the first request unchanged.",
            RunRefusal.RunEnded r =>
                $"The run {r.Run} was ended {Ago(r.At, now)} and may start nothing more. Name another run.",
            LeaseRefusal.NotHolder r =>
                $"{Who(r.Holder)} holds this lease, and only that holder may write under it. Name the run of the lease, or claim the item.",
            LeaseRefusal.Fenced r => Fenced(r, nameOf, now),
            LeaseRefusal.LeaseEnded r =>
                $"This lease {Ended(r.EndedAs, nameOf(r.By))} {Ago(r.At, now)}; claim the item again to go on.",
            LeaseRefusal.LeaseStale { Revivable: true } r =>
                $"This lease was not renewed in time and went stale {Ago(r.ExpiredAt, now)}; renew it to go on, while nobody has taken it over.",
            LeaseRefusal.LeaseStale r =>
                $"This lease was not renewed in time and went stale {Ago(r.ExpiredAt, now)}; leave a checkpoint, or release it.",
            LeaseRefusal.LeaseSuspended r when r.Reasons.Contains("waiting_on_review", StringComparer.Ordinal) =>
                $"The lease is suspended ({Reasons(r.Reasons)}). Wait for the outcome of the review, or resume the lease with withdrawReview: true to go on without one.",
            LeaseRefusal.LeaseSuspended r =>
                $"The lease is suspended ({Reasons(r.Reasons)}). Go on when its reasons have ended.",
            LeaseRefusal.LeaseRequired { Lease: { } lease } =>
                $"The item is leased ({lease}). Send the token of that lease.",
            LeaseRefusal.LeaseRequired => "This needs a lease on the item. Claim the item first.",
            Refusal.Paused r =>
                $"{Scope(r.Scope)} was paused by {nameOf(r.By)}: {Sentence(r.Why)} Wait until it is resumed.",
            LeaseRefusal.AlreadyOwned r => Owned(r),
            ItemRefusal.NotClaimable r => NotClaimable(r),
            LockRefusal.TargetLocked r => Locked(r),
            LockRefusal.LockNotHeld { Owner: { } owner } r =>
                $"{r.Target} is not locked for this item. {Who(owner)} has a lock there ({r.Lease}). Nothing was unlocked or written.",
            LockRefusal.LockNotHeld { IsElsewhere: true } r =>
                $"{r.Target} is not locked for this item. An item in a queue that you do not see has a lock there. Nothing was unlocked or written.",
            LockRefusal.LockNotHeld r =>
                $"{r.Target} is not locked for this item, nor for any other. Lock it first, or name a target that is locked.",
            LeaseRefusal.NoProgress r => r.LimitSeconds == 0
                ? "In this queue each renewal must report progress. Renew with a progress step that differs from the last, or release the item."
                : $"This lease reported no progress for {Length(r.QuietSeconds)}; the queue allows {Length(r.LimitSeconds)}. Renew with a progress step that differs from the last, or release the item.",
            LeaseRefusal.LifetimeExceeded r =>
                $"This lease has reached the longest life of {Length(r.Limit)}. Leave a checkpoint and release the item, so that the next holder can go on.",
            LeaseRefusal.AcknowledgeRequired r =>
                $"The {And(r.Changed)} of the item changed under this lease. Read the item again, then send acknowledges: {Count(r.Acknowledges)}.",
            ItemRefusal.ItemChanged r =>
                $"Somebody else changed the item after it was read; it is at seq {Count(r.Seq)} now. Read the item again, then repeat the change.",
            QueueRefusal.QueueChanged r =>
                $"Somebody else changed the policy after it was read; it is at seq {Count(r.Seq)} now. Read the policy again, then repeat the change.",
            ArtifactRefusal.VersionConflict r =>
                $"Version {Count(r.CurrentVersion)} is current, and the version that was sent is based on an older one. It was kept beside the current one"
                    + (r.Mergeable ? ", and merges cleanly" : "")
                    + (r.HumanEdit ? ". A person edited in between" : "")
                    + ". Read the current version, then publish on it.",
            ArtifactRefusal.MergeOutdated r =>
                $"Others publish versions faster than this one can be merged; version {Count(r.CurrentVersion)} is current. Nothing was done. Send the request again.",
            ArtifactRefusal.HumanEditHold { IsEditing: true } r =>
                $"{nameOf(r.By)} is editing the artifact now. Your version was kept. {HoldNext(r)}",
            ArtifactRefusal.HumanEditHold r =>
                $"{nameOf(r.By)} edited the artifact (version {Count(r.Version)}). Your version was kept. {HoldNext(r)}",
            ApprovalRefusal.VersionChanged r =>
                $"Version {Count(r.Version)} is current, not the version that was named. Read version {Count(r.Version)}, then decide on it.",
            ApprovalRefusal.ConsequencesChanged =>
                "The actions that an approval would release have changed since they were shown. Read them again, then decide.",
            ApprovalRefusal.SelfApproval r => r.Eligible.Count == 0
                ? "You made a change since the last approved version, and nobody else may decide. Ask a manager."
                : $"You made a change since the last approved version. {And([.. r.Eligible.Take(5).Select(nameOf)])} may decide.",
            ApprovalRefusal.CommentsOpen r =>
                $"Open comments block the version: {And([.. r.Comments.Take(5).Select(c => c.Text)])}. Resolve them first.",
            ActionRefusal.ActionIdReused r =>
                $"Another action has the id {Short(r.Action)}. Send the members that it was prepared with, or choose another id.",
            ActionRefusal.PermitInvalid { Why: PermitFault.NotYours } =>
                "This permit belongs to another principal or run. Only they may report its outcome.",
            ActionRefusal.PermitInvalid { Why: PermitFault.Run, Run: { } run } =>
                $"This permit belongs to the run {Short(run)}; name it as run, beside the permit.",
            ActionRefusal.PermitInvalid { Why: PermitFault.Run } =>
                "This permit belongs to no run; leave run out, beside the permit.",
            ActionRefusal.PermitInvalid { Why: PermitFault.Used } =>
                "This permit was used already. Begin the action again to learn its state.",
            ActionRefusal.PermitInvalid => "This action has no such permit. Begin the action to get one.",
            ActionRefusal.ActionSettled { IsNotInDoubt: true } r =>
                $"The action is {r.As.Replace('_', ' ')}: there is nothing to verify.",
            ActionRefusal.ActionSettled r =>
                $"{nameOf(r.By)} settled the action meanwhile as {r.As.Replace('_', ' ')}. Read the action to see its state.",
            ItemRefusal.Unsettled r => Unsettled(r),
            BulkRefusal.CountChanged r =>
                $"{(r.Count == 1 ? "One is" : $"{Count(r.Count)} are")} meant now, not the number that you saw. Look at the list again, and send the number that it has now.",
            ConflictRefusal.ConflictChanged r =>
                $"The conflict changed after it was read; it is at seq {Count(r.Seq)} now. Read the conflict again, then settle it.",
            ConflictRefusal.ConflictClosed r =>
                $"{nameOf(r.By)} settled the conflict already: {r.Resolution.Replace('_', ' ')}. There is nothing left to do.",
            Refusal.InternalError => Internal,
            Refusal.RateLimited { Limit: { Seconds: not null } limit } r =>
                $"This is more {limit.Name.Replace('_', ' ')} than one principal may send, which is {Count(limit.Most)} a second; wait {Length(Math.Max(1, r.RetryAfter))}.",
            Refusal.RateLimited { Limit: { } limit } r =>
                $"{(limit.Principal is { } who ? $"{nameOf(who)} has" : "There are")} {Count(limit.Most)} {limit.Name} under way, which is the most there may be; wait {Length(Math.Max(1, r.RetryAfter))}.",
            Refusal.RateLimited r => $"This is more than the server allows. Wait {Length(Math.Max(1, r.RetryAfter))}.",
            Refusal.RequestInProgress =>
                "The first request with this Idempotency-Key is still being served; repeat it in a moment to get its answer.",
            Refusal.Unavailable r => $"{Sentence(r.Why)} Repeat it in {Length(Math.Max(1, r.RetryAfter))}.",
            Refusal.OutcomeUnknown =>
                "It is not known whether this request was written. Repeat it with the same Idempotency-Key: it is applied once, and you get its answer.",
            _ => throw new UnreachableException(refusal.GetType().Name),
        };

    /// <summary>What one command of a bulk job came to: its refusal in words, or that it was done.</summary>
    internal static BulkResult ResultOf(
        string id,
        Refusal? refusal,
        Func<PrincipalId, string> nameOf,
        DateTimeOffset now
    ) => new(id, refusal?.Code, refusal is null ? null : Detail(refusal, nameOf, now));

    internal const string Internal =
        "The server failed on this request and logged the failure. Nothing was done. You may send the request again.";

    /// <summary>The same where the failure may have come after the write.</summary>
    internal const string InternalAfter =
        "The server failed on this request and logged the failure. It may have been done: repeat it with the same Idempotency-Key, or look first.";

    /// <summary>Of a change of principals, keys or sessions, which is in force before the journal is told of it.</summary>
    internal const string InForce =
        "The change is in force, but the journal did not take it. Look before you repeat it.";

    /// <summary>Of a write whose fate is unknown, where a repeat may do it a second time.</summary>
    internal const string UnknownWithoutKey =
        "It is not known whether this request was written. Look before you repeat it.";

    private static string HoldNext(ArtifactRefusal.HumanEditHold r) =>
        r.ResolveBy == HoldResolution.Permit
            ? "Ask them or a reviewer to permit this publish."
            : $"Read that version, then send acknowledges: {Count(r.Version)}.";

    private static string Unsettled(ItemRefusal.Unsettled r)
    {
        var open = new List<string>();
        if (r.Actions.Count > 0)
            open.Add($"what became of {And(r.Actions)} is not known");
        if (r.Conflicts.Count > 0)
            open.Add($"{And([.. r.Conflicts.Select(c => c.Text)])} are open");
        if (r.Approvals.Count > 0)
            open.Add($"{And([.. r.Approvals.Select(a => a.Text)])} were given and not used");
        return $"{Capital(And(open))}. Settle that first, or complete with leaveOpen.";
    }

    /// <summary>A few words for the code, the same for every occurrence.</summary>
    public static string Title(string code) => RefusalHelp.Find(code)?.Title ?? "Refused";

    private static string Invalid(Refusal.InvalidRequest r)
    {
        var (member, messages) = r.Errors.First();
        var more = r.Errors.Count > 1 ? $" (and {Count(r.Errors.Count - 1)} more in errors)" : "";
        return $"{Short(member)} {messages[0]}{more}; correct it and send the request again.";
    }

    private static string Fenced(LeaseRefusal.Fenced r, Func<PrincipalId, string> nameOf, DateTimeOffset now)
    {
        var how = r is { EndedAs: { } ended, By: { } by, At: { } at }
            ? $"This lease {Ended(ended, nameOf(by))} {Ago(at, now)}, and "
            : "";
        return Capital(
            $"{how}{Who(r.Owner)} was granted the item after this token. Nothing was changed. Stop this work, and claim again."
        );
    }

    private static string Owned(LeaseRefusal.AlreadyOwned r)
    {
        var until = r.ExpiresAt is { } end ? $" until {Clock(end)}" : "";
        return r.State switch
        {
            LeaseState.Stale =>
                $"{Who(r.Owner)} did not renew the lease in time. Take the item over instead of claiming it.",
            LeaseState.Suspended =>
                $"{Who(r.Owner)} holds it, and the lease is suspended{until}. Who may take it over: {r.Takeover.Who}.",
            _ => $"{Who(r.Owner)} holds it{until}; ask again then. Who may take it over: {r.Takeover.Who}.",
        };
    }

    private static string Locked(LockRefusal.TargetLocked r)
    {
        if (r.WouldDeadlock)
        {
            var way = string.Join(", ", r.Cycle.Select(c => $"{c.Item} ({c.Holder.Name}) waits for {c.WaitsFor}"));
            if (way.Length == 0)
                way = "others wait for targets that you have locked";
            return $"Waiting would never end: {way}. Unlock the targets that the others wait for, then ask for all targets at once.";
        }
        var first = r.Blocking[0];
        var who =
            first.Owner is not { } owner ? "an item in a queue that you do not see"
            : first.Item is { } item ? $"{Who(owner)} for {item}"
            : owner.Name;
        var until = first.ExpiresAt is { } end ? $" until {Clock(end)}" : "";
        var more = r.Blocking.Count > 1 ? $", and {Count(r.Blocking.Count - 1)} more in the way" : "";
        return first.Position == 0
            ? $"{first.Target} is locked by {who}{until}{more}. Ask for something narrower, or wait in line with waitSeconds."
            : $"{Capital(who)} asked for {first.Target} first and waits{more}. Wait in line with waitSeconds.";
    }

    private static string NotClaimable(ItemRefusal.NotClaimable r)
    {
        var waits = r.WaitingFor is null ? "" : $" ({r.WaitingFor})";
        var next = r.RetryAfter is { } seconds ? $" Ask again in {Length(Math.Max(1, seconds))}." : "";
        return r.Why switch
        {
            NotClaimableReason.Blocked =>
                $"The item is blocked: it depends on items that are not completed{waits}.{next}",
            NotClaimableReason.Parked => $"The item is parked. Support can unpark it.{next}",
            NotClaimableReason.NotBefore => $"The item is not available before its notBefore.{next}",
            NotClaimableReason.Conflict => "The item has an open conflict. Settle the conflict first.",
            NotClaimableReason.Limit => $"A limit of the queue is reached{waits}.{next}",
            NotClaimableReason.HandedOff => $"The item was handed off and waits until the receiver accepts it.{next}",
            NotClaimableReason.Completed => "The item is completed. There is nothing left to do.",
            NotClaimableReason.Cancelled => "The item was cancelled. There is nothing left to do.",
            NotClaimableReason.NotOwned => "Nobody holds the item. Claim it instead.",
            NotClaimableReason.NothingToDo => "The item is in that state already. Nothing was changed.",
            NotClaimableReason.Applying =>
                $"An action of the item is being applied. The item cannot be claimed now.{next}",
        };
    }

    private static string Ended(EndedAs how, string by) =>
        how switch
        {
            EndedAs.Released => $"was released by {by}",
            EndedAs.Completed => $"was completed by {by}",
            EndedAs.HandedOff => $"was handed off by {by}",
            EndedAs.TakenOver => $"was taken over by {by}",
            EndedAs.Revoked => $"was revoked by {by}",
            EndedAs.Requeued => $"was ended by {by}, who put the item back",
            EndedAs.Expired => "expired",
            EndedAs.Cancelled => $"ended when {by} cancelled the item",
            EndedAs.RunEnded => "ended with its run",
            EndedAs.PrincipalEnded => "ended with its principal",
        };

    private static string Scope(PauseScope scope) =>
        scope switch
        {
            PauseScope.Queue => "The queue",
            PauseScope.Principal => "This principal",
            PauseScope.Workspace => "The whole workspace",
        };

    private static string Reasons(IReadOnlyList<string> reasons) => And([.. reasons.Select(r => r.Replace('_', ' '))]);

    private static string Who(Holder holder) => holder.Run is null ? holder.Name : $"{holder.Name} (run {holder.Run})";

    private static string And(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];

    private static string Sentence(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length > 0 && trimmed[^1] is '.' or '!' or '?' ? trimmed : trimmed + ".";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Short(string text) => text.Length > 100 ? text[..100] + "…" : text;

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset at) => Instants.Say(at);

    private static string Ago(DateTimeOffset at, DateTimeOffset now) =>
        now - at < TimeSpan.FromSeconds(1) ? "just now" : Length((now - at).TotalSeconds) + " ago";

    /// <summary>Ages as UI.md writes them: <c>48 s</c>, <c>6 min</c>, <c>1 h 12 m</c>, <c>3 d</c>.</summary>
    private static string Length(double seconds)
    {
        var whole = (long)seconds;
        return whole switch
        {
            < 60 => $"{Count(whole)} s",
            < 3_600 => $"{Count(whole / 60)} min",
            < 86_400 => whole % 3_600 < 60
                ? $"{Count(whole / 3_600)} h"
                : $"{Count(whole / 3_600)} h {Count(whole % 3_600 / 60)} m",
            _ => $"{Count(whole / 86_400)} d",
        };
    }
}
