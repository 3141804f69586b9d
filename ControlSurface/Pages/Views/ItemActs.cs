using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>
/// What the viewer may do with one item now, found by trying each command (<see cref="CanRules"/>), and what its commands need. A
/// record of scalars: two are equal where the same buttons are drawn.
/// </summary>
/// <param name="Lease">The current or last lease, for commands under it; null where there never was one.</param>
/// <param name="Token">The viewer's own fencing token; 0 where the lease is another's.</param>
/// <param name="Acknowledges">The change that the viewer sees on the page and that their next write acknowledges.</param>
public sealed record ItemActs(
    string Item,
    LeaseId? Lease,
    long Token,
    long? Acknowledges,
    bool IsYours,
    bool MayClaim,
    bool MayTakeOver,
    bool MayForce,
    bool MayAccept,
    bool MayDecline,
    bool MayRequeue,
    bool MayCancel,
    bool MayPark,
    bool MayUnpark,
    bool MayNote,
    bool MayComplete,
    bool MayRelease,
    bool MayHandOff,
    bool MayResume,
    Refusal? WhyNoTakeOver
)
{
    /// <summary>Why taking over is off, where the work is stale and the viewer's role may take it over; null otherwise.</summary>
    public OffView? NoTakeOver { get; init; }

    /// <summary>Why claiming is off, where the work waits for somebody to claim it; null otherwise.</summary>
    public OffView? NoClaim { get; init; }

    /// <summary>Why completing is off under the viewer's own lease; null otherwise.</summary>
    public OffView? NoComplete { get; init; }

    /// <summary>Why going on is off under the viewer's own stopped lease; null otherwise.</summary>
    public OffView? NoResume { get; init; }

    /// <summary>Why handing off is off under the viewer's own lease; null otherwise.</summary>
    public OffView? NoHandOff { get; init; }

    /// <summary>Why letting go is off under the viewer's own lease; null otherwise.</summary>
    public OffView? NoRelease { get; init; }

    /// <summary>Why accepting is off, where the work was handed off to somebody such as the viewer; null otherwise.</summary>
    public OffView? NoAccept { get; init; }

    /// <summary>Why turning the handoff down is off; null where it is not, or there is none.</summary>
    public OffView? NoDecline { get; init; }

    /// <summary>Why taking it over by force is off, where somebody else is at work; null otherwise.</summary>
    public OffView? NoForce { get; init; }

    /// <summary>Why putting it back is off, where it is neither settled nor waiting there already; null otherwise.</summary>
    public OffView? NoRequeue { get; init; }

    /// <summary>Why parking is off, where it is neither settled nor parked; null otherwise.</summary>
    public OffView? NoPark { get; init; }

    /// <summary>Why cancelling is off, where it is not settled; null otherwise.</summary>
    public OffView? NoCancel { get; init; }

    /// <summary>The viewer may write down how far they are, under their own live lease.</summary>
    public bool MayCheckpoint { get; init; }

    /// <summary>The viewer may have the full term of their own lease again.</summary>
    public bool MayRenew { get; init; }

    /// <summary>The viewer may change what the item says.</summary>
    public bool MayEdit { get; init; }

    /// <summary>The viewer may set it aside until an instant.</summary>
    public bool MaySnooze { get; init; }

    /// <summary>Going on withdraws the review that the lease waits for; the button says so.</summary>
    public bool WithdrawsReview { get; init; }

    /// <summary>Asks the holder, whoever it is by then, to leave a checkpoint and hand the item off.</summary>
    public static NoteCommand.Add AskForHandoff(ItemId item) =>
        new(item, "Please leave a checkpoint and hand this off.", "holder", NoteKind.ReleaseRequest);

    /// <summary>What the viewer may do with the item now. Under the picture's lock.</summary>
    public static ItemActs Of(Workspace at, Item item, Viewer you, DateTimeOffset now)
    {
        var can = CanRules.Of(at, item, you.Caller, now).ToDictionary(one => one.Verb, StringComparer.Ordinal);
        var isYours = item.Lease is { } lease && lease.Holder.Id == you.Id && lease.Holder.Run is null;
        bool May(string verb) => can.TryGetValue(verb, out var one) && one.May;
        var isLive = isYours && item.Lease!.IsLive;
        bool MayUnder(string verb) => item.Lease is not null && May(verb);
        var withdraws =
            isYours
            && item.Lease!.Reasons.HasFlag(SuspendReasons.WaitingOnReview)
            && at.Decide(
                new LeaseCommand.Resume(
                    item.Lease.Id,
                    Run: null,
                    item.Lease.Token,
                    item.Lease.MustAcknowledge?.Seq,
                    WithdrawReview: true
                ),
                you.Caller,
                now
            ).Refusal
                is null;
        // Of one's own lease the trial passes what its change asks for; of a stale one nothing but letting go is offered here.
        return new ItemActs(
            item.Id.Text,
            item.LastLease?.Id,
            isYours ? item.Lease!.Token : 0,
            isYours ? item.Lease!.MustAcknowledge?.Seq : null,
            isYours,
            May("claim"),
            item.State == ItemState.Stale && May("takeover"),
            item.Lease is { IsLive: true } && !isYours && May("force"),
            May("accept"),
            May("decline"),
            May("requeue"),
            May("cancel"),
            May("park"),
            May("unpark"),
            May("note"),
            isYours && MayUnder("complete"),
            isYours && MayUnder("release"),
            MayUnder("handoff"),
            withdraws || (isYours && item.Lease!.State == LeaseState.Suspended && MayUnder("resume")),
            item.State == ItemState.Stale ? can["takeover"].Refusal : null
        )
        {
            NoTakeOver = Off("takeover", item.State == ItemState.Stale),
            NoClaim = Off("claim", item.State == ItemState.Queued),
            NoComplete = Off("complete", isLive),
            NoResume = Off("resume", isLive && !withdraws && item.Lease!.State == LeaseState.Suspended),
            WithdrawsReview = withdraws,
            MayCheckpoint = isLive && May("checkpoints"),
            MayRenew = isLive && May("renew"),
            MayEdit = May("edit"),
            MaySnooze = !isYours && May("snooze"),
            NoHandOff = Off("handoff", isLive),
            NoRelease = Off("release", isLive),
            NoAccept = Off("accept", item.State == ItemState.HandedOff),
            NoDecline = Off("decline", item.State == ItemState.HandedOff),
            NoForce = Off("force", item.Lease is { IsLive: true } && !isYours),
            NoRequeue = Off("requeue", item.Settled is null && !isYours),
            NoPark = Off("park", item.Settled is null && item.Parked is null && !isYours),
            NoCancel = Off("cancel", item.Settled is null),
        };

        OffView? Off(string verb, bool isTheirs) =>
            isTheirs && can.TryGetValue(verb, out var one) && one is { May: false, Refusal: { } refusal }
                ? WhyOff(refusal, at.NameOf, now)
                : null;
    }

    // What a role does not allow is no act of theirs, and is not shown; nor is what would change nothing.
    private static OffView? WhyOff(Refusal refusal, Func<PrincipalId, string> nameOf, DateTimeOffset now)
    {
        switch (refusal)
        {
            case Refusal.Forbidden
            or Refusal.NotFound
            or LeaseRefusal.NotHolder
            or ItemRefusal.NotClaimable { Why: NotClaimableReason.NothingToDo }:
                return null;
            case LeaseRefusal.AlreadyOwned owned:
                return new OffView(
                    $"not while {LeaseWords.Full(owned.Owner)} holds it; put it back or take it over first."
                );
            case ItemRefusal.Unsettled { Conflicts.Count: > 0 } open:
                var first = open.Conflicts[0].Text;
                var are = open.Conflicts.Count == 1 ? "is" : "are";
                return new OffView(
                    $"not yet, {string.Join(", ", open.Conflicts.Select(one => one.Text))} {are} open.",
                    $"Settle {first}",
                    $"conflicts/{first}"
                );
            case ItemRefusal.Unsettled { Actions.Count: > 0 } unknown:
                return new OffView(
                    $"not yet, nobody knows what became of {string.Join(", ", unknown.Actions)}. Look, and say what you saw."
                );
            // Others: the note about a refusal says what happened and what to do.
            default:
                var said = RefusalNotes.Of(refusal, nameOf, now);
                return new OffView($"not yet: {said.Happened}. {said.Detail}");
        }
    }

    /// <summary>What a forced takeover would do at once, tried and thrown away.</summary>
    public static IReadOnlyList<LineView> IfForced(Workspace at, Item item, Viewer you, DateTimeOffset now)
    {
        var decision = at.Decide(new ClaimCommand.TakeOver(item.Id, null, "trial", Force: true), you.Caller, now);
        var lines = new List<LineView>();
        foreach (var happened in decision.Events)
        {
            if (happened is LeaseEvent.Ended ended && item.FindLease(ended.Lease) is { } lost)
            {
                var who = lost.Holder.Run is { } run ? $"Run {run}" : lost.Holder.Name;
                lines.Add(
                    new LineView(
                        Icons.Unlink,
                        $"{who} is fenced and told. Whatever still comes from there changes nothing and is refused."
                    )
                );
            }
            if (happened is LeaseEvent.Claimed granted)
            {
                var checkpoint = item.Checkpoints.IsEmpty ? "" : "the last checkpoint and ";
                lines.Add(
                    new LineView(
                        Icons.Lock,
                        $"You get {checkpoint}a lease of {Words.Left(TimeSpan.FromSeconds(granted.LeaseSeconds))}."
                    )
                );
            }
        }
        return lines;
    }
}
