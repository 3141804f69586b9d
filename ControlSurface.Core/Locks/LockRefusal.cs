namespace ControlSurface.Core.Locks;

/// <summary>The refusals of locking, unlocking and writing to guarded targets (API.md, Refusals).</summary>
public abstract record LockRefusal : Refusal
{
    private LockRefusal() { }

    /// <summary><c>target_locked</c>: somebody else holds or waits for a target that touches one of those asked for.</summary>
    /// <param name="Blocking">What is in the way, at most 20: locks and holds first, then earlier requests that wait.</param>
    /// <param name="WouldDeadlock">Whether waiting would have closed a cycle, so that nobody in it could ever go on.</param>
    /// <param name="Cycle">The steps of that cycle that the caller may see; empty for no cycle.</param>
    public sealed record TargetLocked(
        IReadOnlyList<Blocking> Blocking,
        bool WouldDeadlock,
        IReadOnlyList<CycleStep> Cycle
    ) : LockRefusal
    {
        /// <inheritdoc/>
        public override string Code => "target_locked";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary><c>lock_not_held</c>: unlocking a target that is not locked, or writing to a guarded target without its lock.</summary>
    /// <param name="Target">In canonical form.</param>
    /// <param name="Owner">
    /// Who holds a lock on the target, above it or below it; null where nobody does, or the caller may not see them.
    /// </param>
    /// <param name="Lease">The lease of that lock; null for a person's hold, and as for <paramref name="Owner"/>.</param>
    public sealed record LockNotHeld(string Target, Holder? Owner, LeaseId? Lease) : LockRefusal
    {
        /// <summary>Whether somebody holds a lock there whom the caller may not see.</summary>
        public bool IsElsewhere { get; init; }

        /// <inheritdoc/>
        public override string Code => "lock_not_held";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
