using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Queues;

/// <summary>What becomes of an item whose lease ran out.</summary>
public enum OnStale
{
    /// <summary>It stays stale until somebody takes it over, its holder revives it, or support requeues it.</summary>
    Hold,

    /// <summary>It goes back to the queue once the grace is over.</summary>
    Requeue,
}

/// <summary>What a second item with the same <c>externalId</c> does, where the first is settled.</summary>
public enum OnDuplicate
{
    /// <summary>Answers with the first, settled or not.</summary>
    Return,

    /// <summary>Opens the first again.</summary>
    Reopen,

    /// <summary>Makes a new one.</summary>
    New,
}

/// <summary>Whether somebody may approve what they changed themselves since the last approved version.</summary>
public enum SelfApproval
{
    /// <summary>Only where all of their changes are small edits.</summary>
    SmallEdit,
    Never,

    /// <summary>It counts, but somebody who changed nothing has to approve too.</summary>
    WithSecond,
}

/// <summary>What an agent needs before it publishes on a version that a person made or is making.</summary>
public enum OnHumanEdit
{
    /// <summary>A person's leave, for one publish.</summary>
    Ask,

    /// <summary>To name the person's version.</summary>
    Acknowledge,
    Free,
}

/// <summary>What becomes of approvals when a source of the approved version changes.</summary>
public enum OnSourceChange
{
    Flag,
    Invalidate,
}

/// <summary>What becomes of a publish on an older base that merges cleanly.</summary>
public enum MergeClean
{
    /// <summary>It is refused, and the merge is offered.</summary>
    Propose,

    /// <summary>The merge is published as a version of its own.</summary>
    Auto,
}

/// <summary>When a rule of approval applies: all that is named must be so.</summary>
public sealed record ApprovalWhen(string? TargetPrefix, string? ActionKind, string? Label, string? ContentType);

/// <summary>Approvals that are needed besides the queue's own number, from people of a role.</summary>
public sealed record ApprovalRule(string Name, ApprovalWhen When, string Role, int Count);

/// <summary>At most <paramref name="Limit"/> live leases on items with the label, or with a target under the prefix.</summary>
public sealed record ActiveLimit(string? Label, string? TargetPrefix, int Limit);

/// <summary>How long failed work rests: first, then times factor each attempt, at most max. Seconds.</summary>
public sealed record Backoff(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    /// <summary>The rest after the given attempt, counted from 1.</summary>
    public int After(int attempts)
    {
        decimal seconds = FirstSeconds;
        for (var k = 1; k < attempts && seconds < MaxSeconds; k++)
            seconds *= Factor;
        return (int)Math.Min(seconds, MaxSeconds);
    }
}

/// <summary>
/// A queue's policy: API.md, Queues. Durations in seconds. A lease keeps the policy that it was granted under.
/// </summary>
public sealed record QueuePolicy
{
    /// <summary>Length of an agent's lease, 5 to 86,400.</summary>
    public int LeaseSeconds { get; init; } = 300;

    /// <summary>Length of a person's lease, 5 to 86,400.</summary>
    public int PersonLeaseSeconds { get; init; } = 28_800;

    /// <summary>How long a claim may stay unstarted; at least 1.</summary>
    public int ClaimSeconds { get; init; } = 120;

    /// <summary>How long a holder has to start again after a suspension ended for them; at least 1.</summary>
    public int ResumeSeconds { get; init; } = 900;

    /// <summary>The longest suspension; at its end the lease is stale.</summary>
    public int MaxSuspendSeconds { get; init; } = 86_400;

    /// <summary>The longest life of an agent's lease, suspended time not counted. People's have none.</summary>
    public int MaxLifetimeSeconds { get; init; } = 14_400;

    /// <summary>
    /// How many full terms (<c>leaseSeconds</c>) a lease may be renewed without news; the renewal after that is
    /// <c>no_progress</c>. How often it is renewed in that time makes no difference. People's leases have no limit.
    /// </summary>
    public int MaxQuietRenewals { get; init; } = 3;

    /// <summary>Whether a stale lease that nobody took comes back when its holder renews.</summary>
    public bool ReviveStale { get; init; } = true;

    public OnStale OnStale { get; init; } = OnStale.Hold;

    /// <summary>With <see cref="OnStale.Requeue"/>: how long the holder may still revive before it is requeued.</summary>
    public int StaleGraceSeconds { get; init; }

    /// <summary>With <see cref="OnStale.Hold"/>: after this long without a takeover the item asks for attention.</summary>
    public int StaleHoldSeconds { get; init; } = 3_600;

    /// <summary>How long a handoff waits to be accepted before the item goes back to the queue.</summary>
    public int AcceptSeconds { get; init; } = 14_400;

    /// <summary>Most claimed and active leases at once; null for no limit. Suspended and stale ones do not count.</summary>
    public int? MaxActive { get; init; }

    public IReadOnlyList<ActiveLimit> MaxActivePer { get; init; } = [];

    /// <summary>Most claims granted in any 60 s; null for no limit.</summary>
    public int? ClaimsPerMinute { get; init; }

    /// <summary>After this many attempts an item is parked; null for never.</summary>
    public int? MaxAttempts { get; init; }

    public Backoff? Backoff { get; init; }

    public OnDuplicate OnDuplicate { get; init; } = OnDuplicate.Return;

    /// <summary>No claims while so many items wait on a review; null for no limit.</summary>
    public int? MaxWaitingReview { get; init; }

    /// <summary>Approvals by different people that a version needs; 0 where actions need none.</summary>
    public int RequiredApprovals { get; init; } = 1;

    public IReadOnlyList<ApprovalRule> Approvals { get; init; } = [];

    /// <summary>How long an approval holds; null for until something makes it fall.</summary>
    public int? ApprovalTtlSeconds { get; init; }

    /// <summary>How many actions the approvals of a version let through.</summary>
    public int ApprovalUses { get; init; } = 1;

    public SelfApproval SelfApproval { get; init; } = SelfApproval.SmallEdit;

    /// <summary>The most changed lines of a small edit.</summary>
    public int SmallEditLines { get; init; } = 20;
    public bool AgentsMayApprove { get; init; }

    /// <summary>Whether an open blocking comment keeps a version from being approved.</summary>
    public bool BlockOnComments { get; init; } = true;

    /// <summary>Whether writing to a target needs an exclusive lock on it, or on what is above it.</summary>
    public bool GuardTargets { get; init; }

    /// <summary>When a review is due, from its request; null for never.</summary>
    public int? ReviewDueSeconds { get; init; }

    public OnHumanEdit OnHumanEdit { get; init; } = OnHumanEdit.Ask;

    public OnSourceChange OnSourceChange { get; init; } = OnSourceChange.Flag;

    public MergeClean MergeClean { get; init; } = MergeClean.Propose;

    /// <summary>What holds for an artifact or action that belongs to no queue.</summary>
    public static readonly QueuePolicy Default = new();
}

/// <summary>A pause in force: who, when and why.</summary>
public sealed record Pause(PrincipalId By, DateTimeOffset At, string Why);

/// <summary>A queue as it stands: its policy and whether it is paused. What is in it is counted from the items.</summary>
/// <param name="PolicySeq">Seq of the event that last changed the policy; <c>ifSeq</c> compares with it.</param>
public sealed record Queue(string Name, QueuePolicy Policy, long PolicySeq, Pause? Pause, DateTimeOffset CreatedAt);

/// <summary>What can happen to a queue.</summary>
public abstract record QueueEvent : Event
{
    private QueueEvent() { }

    /// <summary>Created, or given another policy: always the whole policy, so that a new default changes no past.</summary>
    public sealed record PolicySet(string Queue, QueuePolicy Policy, IReadOnlyList<string> Changed) : QueueEvent
    {
        public override string Type => "queue.policySet";
    }

    /// <summary>No new claims from here on. Each live lease is suspended by an event of its own.</summary>
    public sealed record Paused(string Queue, string Why) : QueueEvent
    {
        public override string Type => "queue.paused";
    }

    public sealed record Resumed(string Queue) : QueueEvent
    {
        public override string Type => "queue.resumed";
    }
}

/// <summary>How much of the line is stopped (API.md, Queues: <c>/workspace/stop</c>). Later ones include earlier ones.</summary>
public enum StopScope
{
    /// <summary>No action begins.</summary>
    Begins,

    /// <summary>Nothing is claimed either.</summary>
    Claims,

    /// <summary>Live leases are suspended too, their clocks stopped.</summary>
    All,
}

/// <summary>The line is stopped: how far, by whom, since when and why.</summary>
public sealed record LineStop(StopScope Scope, PrincipalId By, DateTimeOffset At, string Why);

/// <summary>What can happen to the workspace as a whole.</summary>
public abstract record WorkspaceEvent : Event
{
    private WorkspaceEvent() { }

    public sealed record Stopped(StopScope Scope, string Why) : WorkspaceEvent
    {
        public override string Type => "workspace.stopped";
    }

    public sealed record Went : WorkspaceEvent
    {
        public override string Type => "workspace.went";
    }

    /// <summary>The server takes nothing new until it is started again.</summary>
    public sealed record Drained(string? Why) : WorkspaceEvent
    {
        public override string Type => "workspace.drained";
    }

    /// <summary>Time in which nobody could renew is given back to every running clock (API.md, Claims and leases).</summary>
    /// <param name="Extended">What ends later now, with the new end.</param>
    public sealed record Resumed(DateTimeOffset DownFrom, DateTimeOffset DownTo, IReadOnlyList<Extension> Extended)
        : WorkspaceEvent
    {
        public override string Type => "workspace.resumed";
    }

    /// <summary>One clock that got its time back. <paramref name="Until"/> replaces the end that it had.</summary>
    /// <param name="Lease">The lease whose <c>expiresAt</c> it is; null for a wait of the item itself.</param>
    public sealed record Extension(ItemId Item, LeaseId? Lease, DateTimeOffset Until);
}

/// <summary>What can be asked of queues and of the line. Managers only.</summary>
public abstract record QueueCommand : Command
{
    private QueueCommand() { }

    /// <summary>Creates the queue, or changes only what the change names.</summary>
    /// <param name="IfSeq">The policy's seq that the caller saw; null to change whatever is there.</param>
    public sealed record Set(string Queue, PolicyChange Change, long? IfSeq) : QueueCommand
    {
        public override Verb Verb => Verb.SetQueue;
    }

    public sealed record PauseQueue(string Queue, string Why) : QueueCommand
    {
        public override Verb Verb => Verb.PauseQueue;
    }

    public sealed record ResumeQueue(string Queue) : QueueCommand
    {
        public override Verb Verb => Verb.ResumeQueue;
    }

    public sealed record Stop(StopScope Scope, string Why) : QueueCommand
    {
        public override Verb Verb => Verb.StopLine;
    }

    /// <summary>Says who has the server stop taking anything new; it does so once that is on disk.</summary>
    public sealed record Drain(string? Why) : QueueCommand
    {
        public override Verb Verb => Verb.Drain;
    }

    public sealed record Go : QueueCommand
    {
        public override Verb Verb => Verb.GoLine;
    }
}

/// <summary>The members of a policy that a request names; the others stay as they are (API.md, Queues).</summary>
public sealed record PolicyChange
{
    public Named<int> LeaseSeconds { get; init; }
    public Named<int> PersonLeaseSeconds { get; init; }
    public Named<int> ClaimSeconds { get; init; }
    public Named<int> ResumeSeconds { get; init; }
    public Named<int> MaxSuspendSeconds { get; init; }
    public Named<int> MaxLifetimeSeconds { get; init; }
    public Named<int> MaxQuietRenewals { get; init; }
    public Named<bool> ReviveStale { get; init; }
    public Named<OnStale> OnStale { get; init; }
    public Named<int> StaleGraceSeconds { get; init; }
    public Named<int> StaleHoldSeconds { get; init; }
    public Named<int> AcceptSeconds { get; init; }
    public Named<int?> MaxActive { get; init; }
    public Named<IReadOnlyList<ActiveLimit>> MaxActivePer { get; init; }
    public Named<int?> ClaimsPerMinute { get; init; }
    public Named<int?> MaxAttempts { get; init; }
    public Named<Backoff?> Backoff { get; init; }
    public Named<OnDuplicate> OnDuplicate { get; init; }
    public Named<int?> MaxWaitingReview { get; init; }
    public Named<int> RequiredApprovals { get; init; }
    public Named<IReadOnlyList<ApprovalRule>> Approvals { get; init; }
    public Named<int?> ApprovalTtlSeconds { get; init; }
    public Named<int> ApprovalUses { get; init; }
    public Named<SelfApproval> SelfApproval { get; init; }
    public Named<int> SmallEditLines { get; init; }
    public Named<bool> AgentsMayApprove { get; init; }
    public Named<bool> BlockOnComments { get; init; }
    public Named<int?> ReviewDueSeconds { get; init; }
    public Named<OnHumanEdit> OnHumanEdit { get; init; }
    public Named<OnSourceChange> OnSourceChange { get; init; }
    public Named<MergeClean> MergeClean { get; init; }
    public Named<bool> GuardTargets { get; init; }

    /// <summary>The policy with what is named here; whether it may be is for the rules to say.</summary>
    public QueuePolicy ApplyTo(QueuePolicy was) =>
        was with
        {
            LeaseSeconds = LeaseSeconds.Or(was.LeaseSeconds),
            PersonLeaseSeconds = PersonLeaseSeconds.Or(was.PersonLeaseSeconds),
            ClaimSeconds = ClaimSeconds.Or(was.ClaimSeconds),
            ResumeSeconds = ResumeSeconds.Or(was.ResumeSeconds),
            MaxSuspendSeconds = MaxSuspendSeconds.Or(was.MaxSuspendSeconds),
            MaxLifetimeSeconds = MaxLifetimeSeconds.Or(was.MaxLifetimeSeconds),
            MaxQuietRenewals = MaxQuietRenewals.Or(was.MaxQuietRenewals),
            ReviveStale = ReviveStale.Or(was.ReviveStale),
            OnStale = OnStale.Or(was.OnStale),
            StaleGraceSeconds = StaleGraceSeconds.Or(was.StaleGraceSeconds),
            StaleHoldSeconds = StaleHoldSeconds.Or(was.StaleHoldSeconds),
            AcceptSeconds = AcceptSeconds.Or(was.AcceptSeconds),
            MaxActive = MaxActive.Or(was.MaxActive),
            MaxActivePer = MaxActivePer.Or(was.MaxActivePer),
            ClaimsPerMinute = ClaimsPerMinute.Or(was.ClaimsPerMinute),
            MaxAttempts = MaxAttempts.Or(was.MaxAttempts),
            Backoff = Backoff.Or(was.Backoff),
            OnDuplicate = OnDuplicate.Or(was.OnDuplicate),
            MaxWaitingReview = MaxWaitingReview.Or(was.MaxWaitingReview),
            RequiredApprovals = RequiredApprovals.Or(was.RequiredApprovals),
            Approvals = Approvals.Or(was.Approvals),
            ApprovalTtlSeconds = ApprovalTtlSeconds.Or(was.ApprovalTtlSeconds),
            ApprovalUses = ApprovalUses.Or(was.ApprovalUses),
            SelfApproval = SelfApproval.Or(was.SelfApproval),
            SmallEditLines = SmallEditLines.Or(was.SmallEditLines),
            AgentsMayApprove = AgentsMayApprove.Or(was.AgentsMayApprove),
            BlockOnComments = BlockOnComments.Or(was.BlockOnComments),
            GuardTargets = GuardTargets.Or(was.GuardTargets),
            ReviewDueSeconds = ReviewDueSeconds.Or(was.ReviewDueSeconds),
            OnHumanEdit = OnHumanEdit.Or(was.OnHumanEdit),
            OnSourceChange = OnSourceChange.Or(was.OnSourceChange),
            MergeClean = MergeClean.Or(was.MergeClean),
        };
}
