namespace ControlSurface.Core.Runs;

/// <summary>A run that has ended. It may start nothing until its principal reopens it.</summary>
/// <param name="Principal">The principal inside which the run lives; two principals may use the same name.</param>
/// <param name="Run">The name that the principal gave it: up to 200 characters without <c>/</c> and <c>%</c>.</param>
/// <param name="Outcome">Up to 200 characters, in the words of whoever ended it.</param>
/// <param name="Why">Up to 4,000 characters; null for none.</param>
/// <param name="By">Who ended it: its principal, or support.</param>
/// <param name="At">When it ended.</param>
/// <param name="Generation">1 before the run was ever reopened, one more each time that it was.</param>
public sealed record EndedRun(
    PrincipalId Principal,
    string Run,
    string Outcome,
    string? Why,
    PrincipalId By,
    DateTimeOffset At,
    int Generation = 1
);

/// <summary>
/// A run that has not ended and that was granted a lease, began an action, published a version or was reopened in the last 30 days. One
/// that was reopened is kept for good.
/// </summary>
/// <param name="Principal">The principal inside which the run lives.</param>
/// <param name="Run">The name that the principal gave it.</param>
/// <param name="Generation">1 before the run was ever reopened, one more each time that it was.</param>
/// <param name="SeenAt">When it last did one of these.</param>
public sealed record KnownRun(PrincipalId Principal, string Run, int Generation, DateTimeOffset SeenAt);

/// <summary>An event of a run.</summary>
public abstract record RunEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        RunEventDescriptions.Of(this, by, nameOf);

    private RunEvent() { }

    /// <summary>The run ended. Each of its leases ends by an event of its own in the same write.</summary>
    /// <param name="Principal">The run's principal, who need not be the one who ended it.</param>
    /// <param name="Run">The run's name.</param>
    /// <param name="Outcome">In the words of whoever ended it.</param>
    /// <param name="Why">Null for none.</param>
    public sealed record Ended(PrincipalId Principal, string Run, string Outcome, string? Why) : RunEvent
    {
        /// <inheritdoc/>
        public override string Type => "run.ended";
    }

    /// <summary>
    /// The run may start work again. It gets nothing back: its leases have ended, and their tokens stay fenced.
    /// </summary>
    /// <param name="Principal">The run's principal, who reopened it.</param>
    /// <param name="Run">The run's name.</param>
    /// <param name="Generation">2 for the first time, one more each further time.</param>
    public sealed record Reopened(PrincipalId Principal, string Run, int Generation) : RunEvent
    {
        /// <inheritdoc/>
        public override string Type => "run.reopened";
    }
}

/// <summary>A command about a run.</summary>
/// <param name="Run">The run's name, as sent.</param>
public abstract record RunCommand(string Run) : Command
{
    /// <summary>
    /// Ends a run: everything that it holds or waits for is released, at any moment (FIELD.md, 1 and 11). Refused with
    /// <c>not_found</c> for a run that was never seen. Ending it again releases what it may still hold.
    /// </summary>
    /// <param name="Outcome">Required; up to 200 characters.</param>
    /// <param name="Why">Up to 4,000 characters; null for none.</param>
    /// <param name="Principal">The run's principal; null for the caller. Support, managers and admins may end another's.</param>
    public sealed record End(string Run, string Outcome, string? Why, PrincipalId? Principal) : RunCommand(Run)
    {
        /// <summary>
        /// Whether a claim of the run waits for an item. The engine sets this, because the journal does not know waiting claims.
        /// </summary>
        public bool Waits { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.EndRun;

        internal override Refusal? Outside(IQueueGate gate) => gate.Run(Run, Principal);
    }

    /// <summary>Lets the caller's own run start work again after it ended. Changes nothing for a run that has not ended.</summary>
    public sealed record Reopen(string Run) : RunCommand(Run)
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ReopenRun;

        // The caller's own run, which holds nothing any more.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
