using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>The words of API.md, each pinned: renaming a member of an enumeration must not change what is on the wire.</summary>
public class WireNamesTests
{
    public static TheoryData<string, string> Names =>
        new()
        {
            {
                nameof(LockEnd),
                "unlocked taken_over_stale timeout gone deadlock stale cancelled released completed handed_off taken_over revoked requeued expired run_ended principal_ended handoff_declined handoff_withdrawn handoff_expired"
            },
            { nameof(HoldEnd), "released expired" },
            { nameof(PermitFault), "unknown used not_yours run" },
            { nameof(BeginResult), "go already_completed in_progress superseded conflicting not_approved ambiguous" },
            {
                nameof(NotClaimableReason),
                "blocked parked not_before conflict limit handed_off not_owned completed cancelled applying nothing_to_do"
            },
            { nameof(WaitCause), "not_before backoff" },
            { nameof(ReviewAttention), "ok overdue nobody_eligible" },
            { nameof(CommentResolution), "resolved accepted" },
            { nameof(StandingState), "none partial valid spent invalidated revoked expired" },
            { nameof(RuleState), "met missing nobody_eligible" },
            { nameof(HoldResolution), "permit acknowledges" },
            { nameof(NoteKind), "note question instruction release_request" },
            { nameof(PauseScope), "queue principal workspace" },
            { nameof(ValidationOutcome), "passed failed skipped" },
            { nameof(InboxKind), "review approval_fell conflict handoff stale lease_ended" },
            { nameof(BulkDo), "cancel requeue label priority takeover resolve handoff unpark" },
            {
                nameof(AttentionKind),
                "dependency_cancelled dependency_parked dependency_stuck stale_hold overdue attempts_exhausted handoff_expired"
            },
            { nameof(HandoffEnd), "declined withdrawn expired" },
            { nameof(ResumeCause), "holder answer decision queue workspace" },
            { nameof(BulkState), "running done stopped" },
            { nameof(PatternChange), "narrower_lock better_trigger queue_policy clearer_handoff" },
            { nameof(PatternState), "watching absorbed" },
            { nameof(LockMode), "shared exclusive" },
            { nameof(PrincipalKind), "agent person" },
            { nameof(PrincipalState), "active paused ended" },
            {
                nameof(ItemState),
                "completed cancelled applying waiting_on_review suspended leased claimed stale handed_off conflict_detected parked blocked queued"
            },
            { nameof(ActionState), "prepared applying applied failed superseded conflicting ambiguous withdrawn" },
            { nameof(ApprovalState), "valid spent invalidated revoked expired" },
            { nameof(ReviewState), "open decided superseded withdrawn" },
            { nameof(ReviewOutcomeState), "pending approved changes_requested rejected superseded withdrawn expired" },
            { nameof(VersionKind), "publish merge edit suggestion" },
            {
                nameof(ConflictKind),
                "overlapping_edit source_changed handled_elsewhere late_result approval_outdated duplicate_action fenced_write verification_mismatch"
            },
            {
                nameof(ConflictResolution),
                "keep_current take_proposed merge retry mark_applied mark_not_applied dismiss overtaken"
            },
            { nameof(ConflictState), "open in_review resolved dismissed overtaken" },
            { nameof(LeaseState), "claimed active suspended stale ended" },
            {
                nameof(EndedAs),
                "released completed handed_off taken_over revoked requeued expired cancelled run_ended principal_ended"
            },
        };

    private static readonly Dictionary<string, Func<IEnumerable<string>>> Spelled = new()
    {
        [nameof(LockEnd)] = All<LockEnd>,
        [nameof(HoldEnd)] = All<HoldEnd>,
        [nameof(PermitFault)] = All<PermitFault>,
        [nameof(BeginResult)] = All<BeginResult>,
        [nameof(NotClaimableReason)] = All<NotClaimableReason>,
        [nameof(WaitCause)] = All<WaitCause>,
        [nameof(ReviewAttention)] = All<ReviewAttention>,
        [nameof(CommentResolution)] = All<CommentResolution>,
        [nameof(StandingState)] = All<StandingState>,
        [nameof(RuleState)] = All<RuleState>,
        [nameof(HoldResolution)] = All<HoldResolution>,
        [nameof(NoteKind)] = All<NoteKind>,
        [nameof(PauseScope)] = All<PauseScope>,
        [nameof(ValidationOutcome)] = All<ValidationOutcome>,
        [nameof(InboxKind)] = All<InboxKind>,
        [nameof(BulkDo)] = All<BulkDo>,
        [nameof(AttentionKind)] = All<AttentionKind>,
        [nameof(HandoffEnd)] = All<HandoffEnd>,
        [nameof(ResumeCause)] = All<ResumeCause>,
        [nameof(BulkState)] = All<BulkState>,
        [nameof(PatternChange)] = All<PatternChange>,
        [nameof(PatternState)] = All<PatternState>,
        [nameof(LockMode)] = All<LockMode>,
        [nameof(PrincipalKind)] = All<PrincipalKind>,
        [nameof(PrincipalState)] = All<PrincipalState>,
        [nameof(ItemState)] = All<ItemState>,
        [nameof(ActionState)] = All<ActionState>,
        [nameof(ApprovalState)] = All<ApprovalState>,
        [nameof(ReviewState)] = All<ReviewState>,
        [nameof(ReviewOutcomeState)] = All<ReviewOutcomeState>,
        [nameof(VersionKind)] = All<VersionKind>,
        [nameof(ConflictKind)] = All<ConflictKind>,
        [nameof(ConflictResolution)] = All<ConflictResolution>,
        [nameof(ConflictState)] = All<ConflictState>,
        [nameof(LeaseState)] = All<LeaseState>,
        [nameof(EndedAs)] = All<EndedAs>,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_member_of_an_enumeration_has_the_word_of_the_contract(string enumeration, string words) =>
        Assert.Equal(
            words.Split(' ').Order(StringComparer.Ordinal),
            Spelled[enumeration]().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_reasons_of_a_suspension_are_named_in_the_order_of_the_flags() =>
        Assert.Equal(
            ["paused_by_policy", "blocked", "waiting_on_human", "waiting_on_review"],
            (
                SuspendReasons.WaitingOnReview
                | SuspendReasons.WaitingOnHuman
                | SuspendReasons.Blocked
                | SuspendReasons.PausedByPolicy
            ).InWords()
        );

    private static IEnumerable<string> All<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(WireNames.Of);
}
