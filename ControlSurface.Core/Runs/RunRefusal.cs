namespace ControlSurface.Core.Runs;

/// <summary>The refusal of new work in a run (API.md, Refusals).</summary>
public abstract record RunRefusal : Refusal
{
    private RunRefusal() { }

    /// <summary><c>run_ended</c>: the run has ended and may start nothing until it is reopened.</summary>
    /// <param name="Run">The run's name.</param>
    /// <param name="At">When it ended.</param>
    public sealed record RunEnded(string Run, DateTimeOffset At) : RunRefusal
    {
        /// <inheritdoc/>
        public override string Code => "run_ended";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
