using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Runs;

/// <summary>A run that has been ended; it may start nothing. A run that lives is known by its leases alone.</summary>
public sealed record EndedRun(
    PrincipalId Principal,
    string Run,
    string Outcome,
    string? Why,
    PrincipalId By,
    DateTimeOffset At
);

/// <summary>What can happen to a run.</summary>
public abstract record RunEvent : Event
{
    private RunEvent() { }

    /// <summary>Each lease of the run is ended by an event of its own, in the same write.</summary>
    public sealed record Ended(PrincipalId Principal, string Run, string Outcome, string? Why) : RunEvent
    {
        public override string Type => "run.ended";
    }
}

/// <summary>What can be asked of a run.</summary>
public abstract record RunCommand : Command
{
    private RunCommand() { }

    /// <summary>Frees all that the run holds or waits for, at any moment (FIELD.md, 1 and 11).</summary>
    /// <param name="Principal">Whose run; null for the caller's own. Another's is support's to end.</param>
    public sealed record End(string Run, string Outcome, string? Why, PrincipalId? Principal) : RunCommand
    {
        public override Verb Verb => Verb.EndRun;
    }
}
