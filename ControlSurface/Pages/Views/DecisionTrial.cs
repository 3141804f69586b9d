using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>
/// What a decision on the version would do, found by trying it on the workspace and throwing the result away: the page and the rule
/// cannot differ.
/// </summary>
internal static class DecisionTrial
{
    internal static string Leading(
        Artifact artifact,
        ArtifactVersion reading,
        Consequences tried,
        QueuePolicy policy,
        Core.Vocabulary.Decision? trial,
        ApprovalStanding before
    )
    {
        if (reading.Number != artifact.Current.Number)
            return $"A decision is always for the current version. Open v{artifact.Current.Number} to see what approving it would do; the button comes back there.";
        var next = artifact.Current.Number + 1;
        var more =
            trial is { Refusal: null, Events.Count: > 0 } && !Completes(trial) ? StillMissing(before, trial) : "";
        return tried.Actions.Count == 0
            ? $"No action is prepared on this version, so approving lets nothing begin yet. One that is prepared later has to be looked at first.{more}"
            : $"The approval is good for {(policy.ApprovalUses == 1 ? "one action, once" : $"{Words.Count(policy.ApprovalUses)} actions, once each")}, on this content only. A v{next} from anyone ends it.{more}";
    }

    // Compare rule by rule before and after: one more approval may not help the rules that are not met.
    private static string StillMissing(ApprovalStanding before, Core.Vocabulary.Decision trial)
    {
        if (trial.Reply is not VerdictReply { Artifact.Approval: var after })
            return "";
        if (after.BlockedBy.Count > 0)
            return $" It would not be enough: {string.Join(" and ", after.BlockedBy.Select(v => v.ByName).Distinct(StringComparer.Ordinal))} blocks it.";
        var missing = after.Rules.Where(r => !r.IsMet).Select(MissingName).ToList();
        if (missing.Count == 0)
            return "";
        var counted = before.Version == after.Version ? ApprovalStanding.Counted(before.Rules) : 0;
        var left = string.Join("; ", missing);
        return ApprovalStanding.Counted(after.Rules) > counted
            ? $" After yours it still needs {left}."
            : $" Yours would not count: it needs {left}.";
    }

    private static string MissingName(RuleStanding rule)
    {
        var left = rule.Required - rule.Given;
        return rule.Kind switch
        {
            RuleKind.Count => left == 1
                ? "one more, by somebody else"
                : $"{Words.Count(left)} more, by different people",
            RuleKind.Second => "one by somebody who did not change it",
            RuleKind.Named when rule.Role is { } role =>
                $"{(left == 1 ? $"a {role}'s" : $"{Words.Count(left)} of the role {role}")}, for {rule.Name}",
            RuleKind.Named => $"{Words.Count(left)} for {rule.Name}",
        };
    }

    internal static ConsequenceView Consequence(
        Core.Standing.Consequences tried,
        ActionConsequence one,
        Artifact artifact,
        ArtifactVersion reading,
        string? like
    )
    {
        var shown = ArtifactWords.Of(tried, one, reading.ContentHash, like);
        return reading.Number == artifact.Current.Number
            ? shown
            : shown with
            {
                GoesThrough = null,
                Why = null,
                Expectation = $"not any more: v{artifact.Current.Number} is current",
            };
    }

    // The lease that waits for the review and would run again after the approval.
    internal static ConsequenceView? Resumes(Core.Vocabulary.Decision? trial, Item? item) =>
        trial?.Events.Any(happened => happened is LeaseEvent.Resumed) == true && item?.Lease is { } lease
            ? new ConsequenceView(
                Icons.Play,
                $"{LeaseWords.Full(lease.Holder)} goes on",
                Action: null,
                $"its stopped lease can run again with a full {Words.Left(TimeSpan.FromSeconds(lease.LeaseSeconds))}",
                GoesThrough: null
            )
            : null;

    internal static Core.Vocabulary.Decision Try(
        Workspace at,
        Artifact artifact,
        string consequences,
        ReviewDecision decision,
        Viewer you,
        DateTimeOffset now,
        string? over = null
    ) =>
        at.Decide(
            new ApprovalCommand.Decide
            {
                Artifact = artifact.Id,
                Version = artifact.Current.Number,
                Decision = decision,
                ContentHash = artifact.Current.ContentHash,
                ConsequencesHash = decision == ReviewDecision.Approve ? consequences : null,
                Comment = decision == ReviewDecision.Approve ? null : "tried",
                Override = over,
            },
            you.Caller,
            now
        );

    private static bool Completes(Core.Vocabulary.Decision trial) =>
        trial.Events.Any(happened => happened is ApprovalEvent.Given { Completes: true });

    internal static DecisionLine DecisionOf(
        Workspace at,
        Artifact artifact,
        Consequences tried,
        Core.Vocabulary.Decision trial,
        ArtifactView view,
        Viewer you,
        DateTimeOffset now
    )
    {
        var mayApprove = trial is { Refusal: null, Events.Count: > 0 };
        var maySay = Try(at, artifact, tried.Hash, ReviewDecision.Reject, you, now).Refusal is null;
        // Where an approval would not be enough and nobody can give what is missing, the override is what can be done.
        var mayOverride =
            !(mayApprove && Completes(trial))
            && you.May(Verb.OverrideReview)
            && Try(at, artifact, tried.Hash, ReviewDecision.Approve, you, now, "tried")
                is { Refusal: null, Events.Count: > 0 };
        return new DecisionLine(
            artifact.Current.Number,
            artifact.Current.ContentHash,
            tried.Hash,
            mayApprove,
            maySay,
            mayOverride,
            !mayApprove ? WhyNot(at, trial, view, you, now)
                : mayOverride
                    ? "Your approval alone would not be enough, and nobody is left who may give what is missing."
                : null,
            Completes(trial),
            view.Approval is { State: StandingState.Spent } spent && spent.Version == artifact.Current.Number
                ? AgainWords(at, artifact, tried)
                : null
        );
    }

    private static string AgainWords(Workspace at, Artifact artifact, Consequences tried)
    {
        var used = at.ActionsOn(artifact.Id)
            .Where(a => a.Version == artifact.Current.Number && a.Attempts.Count > 0)
            .Select(a => a.Id)
            .ToList();
        var what = used.Count == 0 ? "" : $" by {string.Join(", ", used)}";
        return $"This version was approved, and the approval was used{what}. "
            + (
                tried.Actions.Count == 0
                    ? "Nothing else is prepared on it: another approval would let nothing begin."
                    : $"{Words.Plural(tried.Actions.Count, "action")} more {(tried.Actions.Count == 1 ? "is" : "are")} prepared: approving again lets {(tried.Actions.Count == 1 ? "it" : "one of them")} begin."
            );
    }

    private static string WhyNot(
        Workspace at,
        Core.Vocabulary.Decision trial,
        ArtifactView view,
        Viewer you,
        DateTimeOffset now
    )
    {
        if (trial.Refusal is null)
        {
            return view.Approval.Approvals.Any(a => a.By == you.Id && a.State == ApprovalState.Valid)
                ? "You approved it already."
                : "It has all the approvals that it needs.";
        }
        var said = RefusalNotes.Of(trial.Refusal, at.NameOf, now);
        return trial.Refusal is ApprovalRefusal.SelfApproval or ApprovalRefusal.CommentsOpen or Refusal.Forbidden
            ? said.Detail
            : $"{said.Happened}. {said.Detail}";
    }
}
