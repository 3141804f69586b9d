namespace ControlSurface.Core.Runs;

/// <summary>Why work in a run was refused (API.md, Refusals).</summary>
public abstract record RunRefusal : Refusal
{
    private RunRefusal() { }

    public sealed record RunEnded(string Run, DateTimeOffset At) : RunRefusal
    {
        public override string Code => "run_ended";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
