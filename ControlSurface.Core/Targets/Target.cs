using System.Collections.Immutable;

namespace ControlSurface.Core.Targets;

/// <summary>Something that somebody said about a target (API.md, Locks and targets).</summary>
/// <param name="By">Who or what changed it outside, in the reporter's words; null where that is not known.</param>
/// <param name="OccurredAt">When it happened outside; the instant of the report where that was not said.</param>
/// <param name="CausedBy">The action that it came of; null for none.</param>
/// <param name="Counts">False for what is older than what is known, or was said by an agent outside its work.</param>
public sealed record TargetChange(
    string Version,
    string? By,
    string? Note,
    DateTimeOffset OccurredAt,
    string? CausedBy,
    PrincipalId ReportedBy,
    DateTimeOffset At,
    long Seq,
    bool Counts
);

/// <summary>A record, file or source outside, as far as anybody has said how it stands.</summary>
/// <param name="Version">The newest version that is known.</param>
/// <param name="OccurredAt">When it came to be.</param>
public sealed record TargetState(string Path, string Version, DateTimeOffset OccurredAt, long Seq)
{
    /// <summary>The last 20 changes, oldest first.</summary>
    public ImmutableList<TargetChange> Changes { get; init; } = [];

    /// <summary>A change that was reported while an action on the target was being applied, and waits for that to settle.</summary>
    public TargetChange? Held { get; init; }

    /// <summary>How many requests have waited for locks on it and are over.</summary>
    public int Waits { get; init; }

    /// <summary>How long those waited in all, in milliseconds.</summary>
    public long WaitedMs { get; init; }

    /// <summary>A target of whose versions nobody has said anything.</summary>
    internal static TargetState Unknown(string path, long seq) => new(path, Version: "", DateTimeOffset.MinValue, seq);
}

/// <summary>What can happen to a target.</summary>
public abstract record TargetEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        TargetEventDescriptions.Of(this, by, nameOf);

    private TargetEvent() { }

    /// <param name="Counts">It is the version now; else it is only remembered.</param>
    /// <param name="IsHeld">An action on the target is being applied: what follows waits until that is settled.</param>
    public sealed record Changed(
        string Target,
        string Version,
        string? By,
        string? Note,
        DateTimeOffset OccurredAt,
        string? CausedBy,
        bool Counts,
        bool IsHeld
    ) : TargetEvent
    {
        public override string Type => "target.changed";
    }

    /// <summary>The action has settled, and what was held counts now; or it was the action's own change.</summary>
    public sealed record Released(string Target, string Version, bool IsOwn) : TargetEvent
    {
        public override string Type => "target.released";
    }
}

/// <summary>What can be said of targets.</summary>
public abstract record TargetCommand : Command
{
    private TargetCommand() { }

    /// <param name="At">When it happened outside; null for now.</param>
    /// <param name="CausedBy">The id of the action that it came of.</param>
    public sealed record Report(
        string Target,
        string Version,
        string? By,
        string? Note,
        DateTimeOffset? At,
        string? CausedBy
    ) : TargetCommand
    {
        public override Verb Verb => Verb.ReportChange;

        // Everybody may report a change outside; the reply shows them only what they may see of its consequences.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
