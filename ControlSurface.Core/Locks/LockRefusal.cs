namespace ControlSurface.Core.Locks;

/// <summary>Why a lock was refused (API.md, Refusals).</summary>
public abstract record LockRefusal : Refusal
{
    private LockRefusal() { }

    /// <param name="Blocking">What stands in the way: locks first, then earlier requests that wait.</param>
    /// <param name="WouldDeadlock">Waiting would have closed the cycle, so that nobody in it could ever go on.</param>
    public sealed record TargetLocked(
        IReadOnlyList<Blocking> Blocking,
        bool WouldDeadlock,
        IReadOnlyList<CycleStep> Cycle
    ) : LockRefusal
    {
        public override string Code => "target_locked";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Owner">Who has a lock on the target, above it or below it; null where nobody has.</param>
    public sealed record LockNotHeld(string Target, Holder? Owner, LeaseId? Lease) : LockRefusal
    {
        /// <summary>Somebody has a lock there whom the caller may not see.</summary>
        public bool IsElsewhere { get; init; }

        public override string Code => "lock_not_held";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
