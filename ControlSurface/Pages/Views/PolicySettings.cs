using System.Globalization;
using ControlSurface.Core.Queues;
using static ControlSurface.Pages.Views.PolicySetting;
using static ControlSurface.Pages.Views.PolicyText;
using Words = ControlSurface.Components.Words;

namespace ControlSurface.Pages.Views;

/// <summary>Every member of a queue's policy, once, in the order in which the page shows them.</summary>
internal static class PolicySettings
{
    internal static IReadOnlyList<PolicySetting> All { get; } =
    [.. OfLeases(), .. OfClaims(), .. OfReviews(), .. OfCollisions()];

    private static PolicySetting[] OfLeases() =>
        [
            Length(
                "leaseSeconds",
                "Lease",
                p => p.LeaseSeconds,
                (c, n) => c with { LeaseSeconds = n },
                (p, past) =>
                    $"A run that shows no life for {Span(p.LeaseSeconds)} loses the item.{past.OfLease(p.LeaseSeconds, isPerson: false)}"
            ),
            Length(
                "personLeaseSeconds",
                "Lease of a person",
                p => p.PersonLeaseSeconds,
                (c, n) => c with { PersonLeaseSeconds = n },
                (p, past) =>
                    $"A person holds an item for {Span(p.PersonLeaseSeconds)} at a time.{past.OfLease(p.PersonLeaseSeconds, isPerson: true)}"
            ),
            Length(
                "claimSeconds",
                "Time to start",
                p => p.ClaimSeconds,
                (c, n) => c with { ClaimSeconds = n },
                (p, past) =>
                    $"A claim that is not started in {Span(p.ClaimSeconds)} goes back to the queue.{past.OfStart(p.ClaimSeconds)}"
            ),
            Count(
                "maxQuietRenewals",
                "Quiet renewals",
                p => p.MaxQuietRenewals,
                (c, n) => c with { MaxQuietRenewals = n },
                (p, past) => Quiet(p) + past.OfQuiet(p.MaxQuietRenewals)
            ),
            Length(
                "maxLifetimeSeconds",
                "Longest life",
                p => p.MaxLifetimeSeconds,
                (c, n) => c with { MaxLifetimeSeconds = n },
                (p, past) =>
                    $"No lease of an agent lives longer than {Span(p.MaxLifetimeSeconds)}.{past.OfLife(p.MaxLifetimeSeconds)}"
            ),
            Length(
                "maxSuspendSeconds",
                "Longest suspension",
                p => p.MaxSuspendSeconds,
                (c, n) => c with { MaxSuspendSeconds = n },
                (p, _) => $"A lease that is suspended for {Span(p.MaxSuspendSeconds)} goes stale."
            ),
            Length(
                "resumeSeconds",
                "Time to resume",
                p => p.ResumeSeconds,
                (c, n) => c with { ResumeSeconds = n },
                (p, _) => $"After an answer its holder has {Span(p.ResumeSeconds)} to go on."
            ),
            Choice(
                "onStale",
                "When stale",
                p => p.OnStale,
                (c, value) => c with { OnStale = value },
                (p, _) =>
                    p.OnStale == OnStale.Hold
                        ? "Stale work waits on the Desk for a person; no agent is given it by itself."
                        : "Stale work goes back to the queue by itself.",
                (OnStale.Hold, "hold"),
                (OnStale.Requeue, "requeue")
            ),
            YesOrNo(
                "reviveStale",
                "Revive stale",
                p => p.ReviveStale,
                (c, value) => c with { ReviveStale = value },
                (p, _) =>
                    p.ReviveStale
                        ? "A holder that comes back before anybody else goes on."
                        : "A holder that was late is out, also where nobody else came."
            ),
            Length(
                "staleGraceSeconds",
                "Grace when stale",
                p => p.StaleGraceSeconds,
                (c, n) => c with { StaleGraceSeconds = n },
                (p, _) =>
                    p.OnStale == OnStale.Hold
                        ? "Has an effect only where stale work is requeued."
                        : $"It is requeued {Span(p.StaleGraceSeconds)} after it went stale."
            ),
            Length(
                "staleHoldSeconds",
                "Attention when stale",
                p => p.StaleHoldSeconds,
                (c, n) => c with { StaleHoldSeconds = n },
                (p, _) =>
                    p.OnStale == OnStale.Requeue
                        ? "Has an effect only where stale work is held."
                        : $"After {Span(p.StaleHoldSeconds)} without a takeover it asks for attention."
            ),
            Length(
                "acceptSeconds",
                "Time to accept",
                p => p.AcceptSeconds,
                (c, n) => c with { AcceptSeconds = n },
                (p, _) => $"A handoff that nobody accepts in {Span(p.AcceptSeconds)} goes back to the queue."
            ),
        ];

    private static PolicySetting[] OfClaims() =>
        [
            OptionalCount(
                "maxActive",
                "Most at once",
                p => p.MaxActive,
                (c, n) => c with { MaxActive = n },
                (p, _) =>
                    p.MaxActive is { } most
                        ? $"At most {Words.Plural(most, "item")} in work; further claims wait."
                        : "As many in work at once as are claimed."
            ),
            List<ActiveLimit>(
                "maxActivePer",
                "Most at once of a kind",
                "a list such as label refund: 3; target crm:customer: 1, or none",
                p => p.MaxActivePer,
                (c, list) => c with { MaxActivePer = new(IsNamed: true, list) },
                limit =>
                    $"{(limit.Label is { } label ? $"label {label}" : $"target {limit.TargetPrefix}")}: {Words.Count(limit.Limit)}",
                ReadLimit,
                (p, _) =>
                    p.MaxActivePer.Count == 0
                        ? "No label and no target is limited by itself."
                        : string.Join(
                            " ",
                            p.MaxActivePer.Select(limit =>
                                $"At most {Words.Plural(limit.Limit, "item")} in work {(limit.Label is { } label ? $"with the label {label}" : $"on targets under {limit.TargetPrefix}")}."
                            )
                        )
            ),
            OptionalCount(
                "claimsPerMinute",
                "Claims a minute",
                p => p.ClaimsPerMinute,
                (c, n) => c with { ClaimsPerMinute = n },
                (p, _) =>
                    p.ClaimsPerMinute is { } rate
                        ? $"At most {Words.Plural(rate, "claim")} in any minute."
                        : "Claims are not slowed down."
            ),
            OptionalCount(
                "maxAttempts",
                "Attempts",
                p => p.MaxAttempts,
                (c, n) => c with { MaxAttempts = n },
                (p, _) =>
                    p.MaxAttempts is { } tries
                        ? $"After {Words.Plural(tries, "attempt")} it is parked and asks for a person."
                        : "It is tried until it is done."
            ),
            new(
                "backoff",
                "Rest after a failure",
                "the first rest, the factor and the longest, such as 10 s, 2, 5 min, or none",
                p =>
                    p.Backoff is { } b
                        ? $"{PolicyText.Length(b.FirstSeconds)}, {b.Factor.ToString(CultureInfo.InvariantCulture)}, {PolicyText.Length(b.MaxSeconds)}"
                        : "none",
                ReadBackoff,
                (p, _) =>
                    p.Backoff is { } b
                        ? $"Failed work rests for {Span(b.FirstSeconds)}, then {b.Factor.ToString(CultureInfo.InvariantCulture)} times as long after each further attempt, {Span(b.MaxSeconds)} at most."
                        : "Failed work may be claimed again at once."
            )
            {
                IsLine = true,
            },
            Choice(
                "onDuplicate",
                "A second of the same",
                p => p.OnDuplicate,
                (c, value) => c with { OnDuplicate = value },
                (p, _) =>
                    p.OnDuplicate switch
                    {
                        OnDuplicate.Return => "A second item with the same external id is answered with the first.",
                        OnDuplicate.Reopen => "A second item with the same external id opens the first again.",
                        OnDuplicate.New => "Once the first is settled, a second with the same external id is new work.",
                    },
                (OnDuplicate.Return, "return"),
                (OnDuplicate.Reopen, "reopen"),
                (OnDuplicate.New, "new")
            ),
        ];

    private static PolicySetting[] OfReviews() =>
        [
            Count(
                "requiredApprovals",
                "Approvals",
                p => p.RequiredApprovals,
                (c, n) => c with { RequiredApprovals = n },
                (p, _) =>
                    p.RequiredApprovals == 0
                        ? "An action needs no approval but what the rules below ask for."
                        : $"A version needs {Words.Plural(p.RequiredApprovals, "approval")}{(p.RequiredApprovals == 1 ? "" : " by different people")} before an action of it begins."
            ),
            List<ApprovalRule>(
                "approvals",
                "Rules of approval",
                "a list such as legal: 1 manager where label=refund; money: 2 reviewer where target=pay:, or none",
                p => p.Approvals,
                (c, list) => c with { Approvals = new(IsNamed: true, list) },
                ShowRule,
                ReadRule,
                (p, _) =>
                    p.Approvals.Count == 0 ? "No rule asks for more." : string.Join(" ", p.Approvals.Select(SayRule))
            ),
            OptionalLength(
                "approvalTtlSeconds",
                "Approval is good for",
                p => p.ApprovalTtlSeconds,
                (c, n) => c with { ApprovalTtlSeconds = n },
                (p, _) =>
                    p.ApprovalTtlSeconds is { } good
                        ? $"An approval that is not used in {Span(good)} has to be given again."
                        : "An approval holds until something makes it fall."
            ),
            Count(
                "approvalUses",
                "Actions for an approval",
                p => p.ApprovalUses,
                (c, n) => c with { ApprovalUses = n },
                (p, _) => $"The approvals of a version let {Words.Plural(p.ApprovalUses, "action")} begin."
            ),
            Choice(
                "selfApproval",
                "Own changes",
                p => p.SelfApproval,
                (c, value) => c with { SelfApproval = value },
                (p, _) =>
                    p.SelfApproval switch
                    {
                        SelfApproval.SmallEdit =>
                            $"Whoever corrected at most {Words.Plural(p.SmallEditLines, "line")} may approve it themselves.",
                        SelfApproval.Never => "Nobody approves what they changed.",
                        SelfApproval.WithSecond =>
                            "Whoever changed it may approve, and somebody who changed nothing has to as well.",
                    },
                (SelfApproval.SmallEdit, "small_edit"),
                (SelfApproval.Never, "never"),
                (SelfApproval.WithSecond, "with_second")
            ),
            Count(
                "smallEditLines",
                "Lines of a small edit",
                p => p.SmallEditLines,
                (c, n) => c with { SmallEditLines = n },
                (p, _) =>
                    p.SelfApproval == SelfApproval.SmallEdit
                        ? $"{Words.Plural(p.SmallEditLines, "changed line")} at most are a small edit."
                        : "Has an effect only where own small edits may be approved."
            ),
            YesOrNo(
                "agentsMayApprove",
                "Agents approve",
                p => p.AgentsMayApprove,
                (c, value) => c with { AgentsMayApprove = value },
                (p, _) => p.AgentsMayApprove ? "Agents with the role may approve too." : "Only people approve."
            ),
            YesOrNo(
                "blockOnComments",
                "Comments block",
                p => p.BlockOnComments,
                (c, value) => c with { BlockOnComments = value },
                (p, _) =>
                    p.BlockOnComments
                        ? "A version with an open comment that blocks cannot be approved."
                        : "Open comments keep nobody from approving."
            ),
            OptionalLength(
                "reviewDueSeconds",
                "Review due",
                p => p.ReviewDueSeconds,
                (c, n) => c with { ReviewDueSeconds = n },
                (p, past) =>
                    p.ReviewDueSeconds is { } due
                        ? $"A review that waits {Span(due)} is overdue and says so.{past.OfReview(due)}"
                        : "No review is ever overdue."
            ),
            OptionalCount(
                "maxWaitingReview",
                "Most in review",
                p => p.MaxWaitingReview,
                (c, n) => c with { MaxWaitingReview = n },
                (p, _) =>
                    p.MaxWaitingReview is { } most
                        ? $"Nothing is claimed while {Words.Plural(most, "item")} wait for a review."
                        : "Work is claimed however much waits for a review."
            ),
        ];

    private static PolicySetting[] OfCollisions() =>
        [
            Choice(
                "onHumanEdit",
                "After a person's edit",
                p => p.OnHumanEdit,
                (c, value) => c with { OnHumanEdit = value },
                (p, _) =>
                    p.OnHumanEdit switch
                    {
                        OnHumanEdit.Ask =>
                            "An agent publishes on a person's version only where a person permits it, once.",
                        OnHumanEdit.Acknowledge =>
                            "An agent publishes on a person's version where it names that version.",
                        OnHumanEdit.Free => "An agent publishes on a person's version as on any other.",
                    },
                (OnHumanEdit.Ask, "ask"),
                (OnHumanEdit.Acknowledge, "acknowledge"),
                (OnHumanEdit.Free, "free")
            ),
            Choice(
                "onSourceChange",
                "When a source changes",
                p => p.OnSourceChange,
                (c, value) => c with { OnSourceChange = value },
                (p, _) =>
                    p.OnSourceChange == OnSourceChange.Flag
                        ? "What rests on a source that changed is flagged; approvals stay."
                        : "Approvals of what rests on a source that changed fall.",
                (OnSourceChange.Flag, "flag"),
                (OnSourceChange.Invalidate, "invalidate")
            ),
            Choice(
                "mergeClean",
                "Clean merges",
                p => p.MergeClean,
                (c, value) => c with { MergeClean = value },
                (p, _) =>
                    p.MergeClean == MergeClean.Propose
                        ? "A late version that merges cleanly waits for a person, who is offered the merge."
                        : "A late version that merges cleanly is merged into a version of its own.",
                (MergeClean.Propose, "propose"),
                (MergeClean.Auto, "auto")
            ),
            YesOrNo(
                "guardTargets",
                "Locks are needed",
                p => p.GuardTargets,
                (c, value) => c with { GuardTargets = value },
                (p, _) =>
                    p.GuardTargets
                        ? "Who writes to a target needs its lock, or one above it."
                        : "Targets may be written without a lock."
            ),
        ];

    private static string Quiet(QueuePolicy policy) =>
        policy.MaxQuietRenewals == 0
            ? "Each renewal of an agent's lease has to bring news: another step or note."
            : $"An agent's lease may be renewed for {Span((long)policy.MaxQuietRenewals * policy.LeaseSeconds)} without news ({Words.Plural(policy.MaxQuietRenewals, "full lease")}); then a renewal needs another step or note.";

    private static PolicyChange? ReadBackoff(PolicyChange change, string text)
    {
        if (IsNone(text))
            return change with { Backoff = new(IsNamed: true, null) };
        return
            text.Split(',', StringSplitOptions.TrimEntries) is [var first, var factor, var most]
            && ReadLength(first) is { } firstSeconds
            && ReadFactor(factor) is { } times
            && ReadLength(most) is { } maxSeconds
            ? change with
            {
                Backoff = new Backoff(firstSeconds, times, maxSeconds),
            }
            : null;
    }

    private static ActiveLimit? ReadLimit(string entry)
    {
        var at = entry.LastIndexOf(':');
        if (at < 0 || ReadCount(entry[(at + 1)..].Trim()) is not { } limit)
            return null;
        var of = entry[..at].Trim();
        return of.StartsWith("label ", StringComparison.Ordinal) ? new ActiveLimit(of[6..].Trim(), null, limit)
            : of.StartsWith("target ", StringComparison.Ordinal) ? new ActiveLimit(null, of[7..].Trim(), limit)
            : null;
    }

    private static IEnumerable<(string Name, string? Value)> Conditions(ApprovalWhen when) =>
        [("target", when.TargetPrefix), ("action", when.ActionKind), ("label", when.Label), ("type", when.ContentType)];

    private static string ShowRule(ApprovalRule rule)
    {
        var when = string.Join(
            ", ",
            Conditions(rule.When).Where(one => one.Value is not null).Select(one => $"{one.Name}={one.Value}")
        );
        return $"{rule.Name}: {Words.Count(rule.Count)} {rule.Role}{(when.Length == 0 ? "" : $" where {when}")}";
    }

    private static string SayRule(ApprovalRule rule)
    {
        var when = string.Join(
            " and ",
            Conditions(rule.When).Where(one => one.Value is not null).Select(one => $"its {one.Name} is {one.Value}")
        );
        return $"{rule.Name} asks for {Words.Plural(rule.Count, "approval")} of a {rule.Role}{(when.Length == 0 ? "" : $" where {when}")}.";
    }

    private static ApprovalRule? ReadRule(string entry)
    {
        if (entry.IndexOf(": ", StringComparison.Ordinal) is not (> 0 and var colon))
            return null;
        var (asked, where) = entry[(colon + 2)..].Split(" where ", 2, StringSplitOptions.TrimEntries) switch
        {
            [var alone] => (alone, ""),
            [var before, var after] => (before, after),
            _ => ("", ""),
        };
        if (
            asked.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, var role]
            || ReadCount(number) is not { } count
            || ReadWhen(where) is not { } when
        )
            return null;
        return new ApprovalRule(entry[..colon].Trim(), when, role, count);
    }

    private static ApprovalWhen? ReadWhen(string where)
    {
        var when = new ApprovalWhen(null, null, null, null);
        foreach (var one in where.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var next = one.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                ["target", var value] => when with { TargetPrefix = value },
                ["action", var value] => when with { ActionKind = value },
                ["label", var value] => when with { Label = value },
                ["type", var value] => when with { ContentType = value },
                _ => null,
            };
            if (next is null)
                return null;
            when = next;
        }
        return when;
    }
}
