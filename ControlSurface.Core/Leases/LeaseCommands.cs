using ControlSurface.Core.Checkpoints;

namespace ControlSurface.Core.Leases;

/// <summary>Why a holder stops the clock of a lease.</summary>
public enum HolderReason
{
    /// <summary>Something outside keeps the work from going on.</summary>
    Blocked,

    /// <summary>A person has to answer first.</summary>
    WaitingOnHuman,
}

/// <summary>How a holder gives an item back.</summary>
public enum ReleaseOutcome
{
    /// <summary>Without a failure: it may be claimed again at once.</summary>
    GivenBack,

    /// <summary>The attempt failed: the item rests as the queue's backoff says.</summary>
    Failed,
}

/// <summary>What a renewal says of the work; news if step or note differs from the last.</summary>
public sealed record ProgressNote(string Step, string? Note);

/// <summary>Asking to own an item (API.md, Claims and leases).</summary>
public abstract record ClaimCommand : Command
{
    private ClaimCommand() { }

    /// <summary>The first item of the queue that has all the labels.</summary>
    /// <param name="Run">The run that the lease is granted to; null for none.</param>
    /// <param name="LeaseSeconds">Length of the full term asked for; null for the queue's own.</param>
    public sealed record Next(string Queue, string? Run, int? LeaseSeconds, IReadOnlyList<string> Labels) : ClaimCommand
    {
        public override Verb Verb => Verb.ClaimNext;

        internal override Refusal? Outside(IQueueGate gate) => gate.Queue(Queue);
    }

    public sealed record One(ItemId Item, string? Run, int? LeaseSeconds) : ClaimCommand
    {
        public override Verb Verb => Verb.Claim;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>A stale item, or with <paramref name="Force"/> (support) a live one.</summary>
    public sealed record TakeOver(ItemId Item, string? Run, string Why, bool Force) : ClaimCommand
    {
        public override Verb Verb => Force ? Verb.ForceTakeOver : Verb.TakeOver;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Accept(ItemId Item, string? Run) : ClaimCommand
    {
        public override Verb Verb => Verb.Accept;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>By whom it was handed to: declined. By whoever handed it over, or support: withdrawn.</summary>
    public sealed record Decline(ItemId Item, string Why) : ClaimCommand
    {
        public override Verb Verb => Verb.Decline;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}

/// <summary>What a holder does under its lease. Names the token that it was granted.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Run">The run that it was granted to; null for none.</param>
/// <param name="Token">The fencing token: the seq of the grant.</param>
/// <param name="Acknowledges">The seq of the item's change that the holder has seen; null for none.</param>
public abstract record LeaseCommand(LeaseId Lease, string? Run, long Token, long? Acknowledges) : Command
{
    internal override Refusal? Outside(IQueueGate gate) => gate.Lease(Lease);

    public sealed record Start(LeaseId Lease, string? Run, long Token, long? Acknowledges = null)
        : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Start;
    }

    /// <summary>Keeps a lease alive until a new <c>expiresAt</c>, never earlier than the old one; revives a stale one.</summary>
    /// <param name="LeaseSeconds">Length asked for, from now; null for the lease's own.</param>
    public sealed record Renew(
        LeaseId Lease,
        string? Run,
        long Token,
        ProgressNote? Progress,
        int? LeaseSeconds = null,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Renew;
    }

    /// <summary>Another room's write under the lease: publishing, preparing, beginning. Checked here, decided there.</summary>
    /// <param name="GoesOnInReview">Whether a lease that waits on a review may do it.</param>
    public sealed record Write(
        LeaseId Lease,
        string? Run,
        long Token,
        Verb Asked,
        bool GoesOnInReview,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Asked;
    }

    /// <param name="Reason">Null for a word that is none: it is refused with the words that there are.</param>
    public sealed record Suspend(
        LeaseId Lease,
        string? Run,
        long Token,
        HolderReason? Reason,
        string? Note,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Suspend;
    }

    /// <param name="WithdrawReview">
    /// Goes on without the review that the lease waits for, which is withdrawn. Without it such a lease stays suspended.
    /// </param>
    public sealed record Resume(
        LeaseId Lease,
        string? Run,
        long Token,
        long? Acknowledges = null,
        bool WithdrawReview = false
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.ResumeLease;
    }

    public sealed record RecordCheckpoint(
        LeaseId Lease,
        string? Run,
        long Token,
        string Summary,
        IReadOnlyList<Evidence> Evidence,
        IReadOnlyList<ArtifactRef> Artifacts,
        IReadOnlyList<Validation> Validations,
        IReadOnlyList<string> OpenQuestions,
        string? NextStep,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Checkpoint;
    }

    /// <summary>To one principal or one role, exactly one of them. Support may hand off another's, without a token.</summary>
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
        public override Verb Verb => Verb.HandOff;
    }

    /// <param name="Outcome">Null for a word that is none: it is refused with the words that there are.</param>
    /// <param name="RetryAfterSeconds">The rest asked for after a failure; null for the queue's own.</param>
    public sealed record Release(
        LeaseId Lease,
        string? Run,
        long Token,
        string? Note,
        ReleaseOutcome? Outcome,
        int? RetryAfterSeconds
    ) : LeaseCommand(Lease, Run, Token, Acknowledges: null)
    {
        public override Verb Verb => Verb.Release;
    }

    /// <param name="Result">A JSON value as text.</param>
    public sealed record Complete(
        LeaseId Lease,
        string? Run,
        long Token,
        string? Result,
        bool LeaveOpen,
        long? Acknowledges = null
    ) : LeaseCommand(Lease, Run, Token, Acknowledges)
    {
        public override Verb Verb => Verb.Complete;
    }
}

/// <summary>Up to 1,000 renewals in one request, each decided by itself, in order (API.md).</summary>
public sealed record RenewMany(IReadOnlyList<LeaseCommand.Renew> Renewals) : Command
{
    public override Verb Verb => Verb.Renew;

    // Each renewal is refused by itself, beside the others.
    internal override Refusal? Outside(IQueueGate gate) => null;
}
