using ControlSurface.Core.Checkpoints;

namespace ControlSurface.Core.Leases;

/// <summary>The reason that a holder gives for suspending its own lease.</summary>
public enum HolderReason
{
    /// <summary>Something outside keeps the work from going on.</summary>
    Blocked,

    /// <summary>The holder waits for a person's answer; an answered question resumes the lease.</summary>
    WaitingOnHuman,
}

/// <summary>How a holder gives an item back.</summary>
public enum ReleaseOutcome
{
    /// <summary>The attempt did not fail: the item may be claimed again at once.</summary>
    GivenBack,

    /// <summary>The attempt failed: the item rests for as long as the release asks, or the queue's backoff says.</summary>
    Failed,
}

/// <summary>The progress that a renewal reports. It counts as progress only if step or note differs from the last one.</summary>
/// <param name="Step">Up to 200 characters.</param>
/// <param name="Note">Up to 4,000 characters; null for none.</param>
public sealed record ProgressNote(string Step, string? Note);

/// <summary>Claims, takeovers and handoffs: commands by which an item changes hands (API.md, Claims and leases).</summary>
public abstract record ClaimCommand : Command
{
    private ClaimCommand() { }

    /// <summary>Claims the first item of the queue that has all the labels and that no limit stops.</summary>
    /// <param name="Queue">The queue's name.</param>
    /// <param name="Run">The run that the lease is granted to; null for none.</param>
    /// <param name="LeaseSeconds">The length of a full term, 5 to 86,400; null for the queue's own.</param>
    /// <param name="Labels">Empty for any item.</param>
    public sealed record Next(string Queue, string? Run, int? LeaseSeconds, IReadOnlyList<string> Labels) : ClaimCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ClaimNext;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    /// <summary>Claims one item by its id. Refused with <c>already_owned</c> or <c>not_claimable</c>.</summary>
    /// <param name="Item">The item to claim; an open conflict does not keep it from this claim.</param>
    /// <param name="Run">The run that the lease is granted to; null for none.</param>
    /// <param name="LeaseSeconds">The length of a full term, 5 to 86,400; null for the queue's own.</param>
    public sealed record One(ItemId Item, string? Run, int? LeaseSeconds) : ClaimCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Claim;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>
    /// Takes an item over from its holder, who is fenced. The new holder keeps its checkpoints, locks and unsettled actions.
    /// </summary>
    /// <param name="Item">An item whose lease is stale, or live where <paramref name="Force"/> is true.</param>
    /// <param name="Run">The run that the lease is granted to; null for none.</param>
    /// <param name="Why">Required; up to 4,000 characters, shown to the old holder.</param>
    /// <param name="Force">Takes over a live lease too; support may.</param>
    public sealed record TakeOver(ItemId Item, string? Run, string Why, bool Force) : ClaimCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Force ? Verb.ForceTakeOver : Verb.TakeOver;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Accepts a handoff. The first of those whom it was handed to gets the item.</summary>
    /// <param name="Item">An item that was handed off to the caller or to a role of theirs.</param>
    /// <param name="Run">The run that the lease is granted to; null for none.</param>
    public sealed record Accept(ItemId Item, string? Run) : ClaimCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Accept;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>
    /// Ends a handoff; the item goes back to its queue. The addressee declines it; whoever handed it off, or support, withdraws it.
    /// </summary>
    /// <param name="Item">The item that was handed off.</param>
    /// <param name="Why">Required; up to 4,000 characters.</param>
    public sealed record Decline(ItemId Item, string Why) : ClaimCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Decline;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}

/// <summary>A write under a lease by its holder, who names the fencing token of the grant.</summary>
/// <param name="Lease">The lease that the holder writes under.</param>
/// <param name="Run">The run that the lease was granted to; null for none. Another run is refused with <c>not_holder</c>.</param>
/// <param name="Token">The fencing token: the seq of the grant. An older one is refused with <c>fenced</c>.</param>
/// <param name="Acknowledges">The seq of the item's change that the holder has seen; null for none.</param>
public abstract record LeaseCommand(LeaseId Lease, string? Run, long Token, long? Acknowledges) : Command
{
    internal override Refusal? Outside(IQueueGate gate) => gate.Lease(Lease);

    /// <summary>Starts a claimed lease: a full term begins. Changes nothing on a lease that was started.</summary>
    public sealed record Start(LeaseId Lease, string? Run, long Token, long? Acknowledges = null)
        : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Start;
    }

    /// <summary>
    /// Renews a lease: <c>expiresAt</c> moves, never to an earlier instant. Revives a stale lease where its policy allows. Refused
    /// with <c>no_progress</c> or <c>lifetime_exceeded</c>.
    /// </summary>
    /// <param name="Progress">What the holder reports; null for a quiet renewal.</param>
    /// <param name="LeaseSeconds">The length of the term from now, 5 to 86,400; null for the lease's own.</param>
    public sealed record Renew(
        LeaseId Lease,
        string? Run,
        long Token,
        ProgressNote? Progress,
        int? LeaseSeconds = null,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Renew;
    }

    /// <summary>
    /// A write of another room under the lease, such as publishing or beginning an action. Only the lease is checked by it; it is
    /// never dispatched as a command of its own.
    /// </summary>
    /// <param name="Asked">What the other room does.</param>
    /// <param name="GoesOnInReview">Whether a lease that is suspended only because it waits on a review may do it.</param>
    public sealed record Write(
        LeaseId Lease,
        string? Run,
        long Token,
        Verb Asked,
        bool GoesOnInReview,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Asked;
    }

    /// <summary>Stops the clock of the holder's own lease, for <c>maxSuspendSeconds</c> at most.</summary>
    /// <param name="Reason">Null where the request named an unknown word, which is refused.</param>
    /// <param name="Note">Up to 4,000 characters; null for none.</param>
    public sealed record Suspend(
        LeaseId Lease,
        string? Run,
        long Token,
        HolderReason? Reason,
        string? Note,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Suspend;
    }

    /// <summary>
    /// Lets the clock of a suspended lease run again: the lease is active with a full term. Refused with <c>lease_suspended</c> while
    /// its queue or the whole line is paused.
    /// </summary>
    /// <param name="WithdrawReview">
    /// Withdraws the review that the lease waits for. A lease that waits for one is refused with <c>lease_suspended</c> without this.
    /// </param>
    public sealed record Resume(
        LeaseId Lease,
        string? Run,
        long Token,
        long? Acknowledges = null,
        bool WithdrawReview = false
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ResumeLease;
    }

    /// <summary>Records a checkpoint. Accepted under a stale lease too, and then marked late.</summary>
    public sealed record RecordCheckpoint(LeaseId Lease, string? Run, long Token, long? Acknowledges = null)
        : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <summary>What was done so far: required, up to 4,000 characters.</summary>
        public required string Summary { get; init; }

        /// <summary>What shows that the work was done: up to 1,000 pieces, empty for none.</summary>
        public IReadOnlyList<Evidence> Evidence { get; init; } = [];

        /// <summary>The versions to name: up to 1,000, empty for none.</summary>
        public IReadOnlyList<ArtifactRef> Artifacts { get; init; } = [];

        /// <summary>The checks that were run: up to 1,000, empty for none.</summary>
        public IReadOnlyList<Validation> Validations { get; init; } = [];

        /// <summary>What the next owner has to find out: up to 1,000, each up to 4,000 characters, empty for none.</summary>
        public IReadOnlyList<string> OpenQuestions { get; init; } = [];

        /// <summary>What to do next: up to 4,000 characters; null for none.</summary>
        public string? NextStep { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.Checkpoint;
    }

    /// <summary>Ends the lease and offers the item to a principal or a role; locks and unsettled actions stay with the item.</summary>
    /// <param name="Token">As for any write under a lease; not checked where support hands off another's item.</param>
    /// <param name="ToPrincipal">The addressee's id; null where it goes to a role. Exactly one of the two is named.</param>
    /// <param name="ToRole">The word of a role; null where it goes to a principal.</param>
    /// <param name="Note">Required; up to 4,000 characters, for the addressee.</param>
    public sealed record HandOff(
        LeaseId Lease,
        string? Run,
        long Token,
        string? ToPrincipal,
        string? ToRole,
        string Note,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.HandOff;
    }

    /// <summary>Gives the item back to its queue and ends the lease. Never needs an acknowledgement.</summary>
    /// <param name="Note">Up to 4,000 characters; null for none.</param>
    /// <param name="Outcome">Null where the request named an unknown word, which is refused.</param>
    /// <param name="RetryAfterSeconds">How long the item rests after a failure, 0 to 30 days; null for the queue's backoff.</param>
    public sealed record Release(
        LeaseId Lease,
        string? Run,
        long Token,
        string? Note,
        ReleaseOutcome? Outcome,
        int? RetryAfterSeconds
    ) : LeaseCommand(Lease, Run, Token, Acknowledges: null)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Release;
    }

    /// <summary>Completes the item and ends the lease. The same again, whose answer may have been lost, changes nothing.</summary>
    /// <param name="Result">A JSON value as text, up to 100,000 characters; null for none.</param>
    /// <param name="LeaveOpen">Completes though an action, conflict or approval is not settled; else that is <c>unsettled</c>.</param>
    public sealed record Complete(
        LeaseId Lease,
        string? Run,
        long Token,
        string? Result,
        bool LeaveOpen,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Complete;
    }
}

/// <summary>
/// Up to 1,000 renewals in one request. Each is decided by itself, in order; one that is refused does not touch the others.
/// </summary>
/// <param name="Renewals">No lease twice.</param>
public sealed record RenewMany(IReadOnlyList<LeaseCommand.Renew> Renewals) : Command
{
    /// <inheritdoc/>
    public override Verb Verb => Verb.Renew;

    // Each renewal is checked by itself when it is decided.
    internal override Refusal? Outside(IQueueGate gate) => null;
}
