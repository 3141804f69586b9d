namespace ControlSurface.Core.Runs;

/// <summary>A run that has been ended; it may start nothing until its principal reopens it.</summary>
/// <param name="Generation">1 for the first life of the run, one more each time that it was reopened.</param>
public sealed record EndedRun(
    PrincipalId Principal,
    string Run,
    string Outcome,
    string? Why,
    PrincipalId By,
    DateTimeOffset At,
    int Generation = 1
);

/// <summary>A run that was granted something or reopened, and has not been ended.</summary>
/// <param name="Generation">1 for the first life of the run, one more each time that it was reopened.</param>
/// <param name="SeenAt">When it was last granted something, or reopened.</param>
public sealed record KnownRun(PrincipalId Principal, string Run, int Generation, DateTimeOffset SeenAt);

/// <summary>What can happen to a run.</summary>
public abstract record RunEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        RunEventDescriptions.Of(this, by, nameOf);

    private RunEvent() { }

    /// <summary>Each lease of the run is ended by an event of its own, in the same write.</summary>
    public sealed record Ended(PrincipalId Principal, string Run, string Outcome, string? Why) : RunEvent
    {
        public override string Type => "run.ended";
    }

    /// <summary>
    /// The run may start work again. What it held is not given back: its leases ended, and their tokens stay fenced.
    /// </summary>
    public sealed record Reopened(PrincipalId Principal, string Run, int Generation) : RunEvent
    {
        public override string Type => "run.reopened";
    }
}

/// <summary>What can be asked of a run.</summary>
public abstract record RunCommand(string Run) : Command
{
    /// <summary>Frees all that the run holds or waits for, at any moment (FIELD.md, 1 and 11).</summary>
    /// <param name="Principal">Whose run; null for the caller's own. Another's is support's to end.</param>
    public sealed record End(string Run, string Outcome, string? Why, PrincipalId? Principal) : RunCommand(Run)
    {
        /// <summary>A claim of the run waits for something to claim. The engine says so: waits are not in the journal.</summary>
        public bool Waits { get; init; }

        public override Verb Verb => Verb.EndRun;

        internal override Refusal? Outside(IQueueGate gate) => gate.Run(Run, Principal);
    }

    /// <summary>Lets the caller's own run start work again after it was ended.</summary>
    public sealed record Reopen(string Run) : RunCommand(Run)
    {
        public override Verb Verb => Verb.ReopenRun;

        // The caller's own run, which holds nothing any more.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
