using System.Collections.Immutable;

namespace ControlSurface.Core.Targets;

/// <summary>A reported change of a target (API.md, Locks and targets).</summary>
public sealed record TargetChange
{
    /// <summary>The version after the change, in the outside system's own words; up to 200 characters.</summary>
    public required string Version { get; init; }

    /// <summary>Who or what changed the target outside, in the reporter's words; null where the reporter did not say.</summary>
    public string? By { get; init; }

    /// <summary>The reporter's note, up to 4,000 characters; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>When it changed outside; the instant of the report where the reporter did not say.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The id of the action that caused it; null for none.</summary>
    public string? CausedBy { get; init; }

    /// <summary>The principal who reported it.</summary>
    public required PrincipalId ReportedBy { get; init; }

    /// <summary>When it was reported.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The seq of the report.</summary>
    public required long Seq { get; init; }

    /// <summary>
    /// Whether it became the known version at once. False for a change that is older than the known one, was reported by an agent outside
    /// its work, or waits for an action to settle.
    /// </summary>
    public required bool Counts { get; init; }
}

/// <summary>What the workspace knows of a target: a record, file or source outside.</summary>
/// <param name="Path">In canonical form (<see cref="TargetPath.Check"/>).</param>
/// <param name="Version">The newest version that counts; empty where nobody reported one.</param>
/// <param name="OccurredAt">When the target changed to that version outside.</param>
/// <param name="Seq">The seq of the last event that changed this record.</param>
public sealed record TargetState(string Path, string Version, DateTimeOffset OccurredAt, long Seq)
{
    /// <summary>The last 20 changes, oldest first.</summary>
    public ImmutableList<TargetChange> Changes { get; init; } = [];

    /// <summary>
    /// The change that was reported while an action on the target was applying; it counts once that action settles. Null for none.
    /// </summary>
    public TargetChange? Held { get; init; }

    /// <summary>How many lock requests waited for this target and no longer wait.</summary>
    public int Waits { get; init; }

    /// <summary>How long those requests waited in all, in milliseconds.</summary>
    public long WaitedMs { get; init; }

    /// <summary>A target without a reported version.</summary>
    internal static TargetState Unknown(string path, long seq) => new(path, Version: "", DateTimeOffset.MinValue, seq);
}

/// <summary>An event of a target.</summary>
public abstract record TargetEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        TargetEventDescriptions.Of(this, by, nameOf);

    private TargetEvent() { }

    /// <summary>Somebody reported that the target changed outside.</summary>
    /// <param name="Target">In canonical form.</param>
    /// <param name="Version">The version after the change, in the outside system's own words.</param>
    /// <param name="By">Who or what changed it, in the reporter's words; null where the reporter did not say.</param>
    /// <param name="Note">The reporter's note; null for none.</param>
    /// <param name="OccurredAt">When it changed outside.</param>
    /// <param name="CausedBy">The id of the action that caused it; null for none.</param>
    /// <param name="Counts">Whether this is the known version from now on; else the change is only kept in the history.</param>
    /// <param name="IsHeld">Whether the change waits until an action that is applying on the target has settled.</param>
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
        /// <inheritdoc/>
        public override string Type => "target.changed";
    }

    /// <summary>The action has settled: the held change counts from now on.</summary>
    /// <param name="Target">In canonical form.</param>
    /// <param name="Version">The version that is known from now on.</param>
    /// <param name="IsOwn">Whether the action itself made the change, so that no conflict opens.</param>
    public sealed record Released(string Target, string Version, bool IsOwn) : TargetEvent
    {
        /// <inheritdoc/>
        public override string Type => "target.released";
    }
}

/// <summary>A command about targets.</summary>
public abstract record TargetCommand : Command
{
    private TargetCommand() { }

    /// <summary>
    /// Reports that something outside changed a target. The known version again changes nothing. Approvals may be invalidated and
    /// conflicts opened in the same write.
    /// </summary>
    /// <param name="Target">As sent.</param>
    /// <param name="Version">Required; up to 200 characters.</param>
    /// <param name="By">Who or what changed it; up to 200 characters, null for unknown.</param>
    /// <param name="Note">Up to 4,000 characters; null for none.</param>
    /// <param name="At">When it changed outside, at most 5 minutes in the future; null for now.</param>
    /// <param name="CausedBy">The id of an action on this target that caused it; null for none.</param>
    public sealed record Report(
        string Target,
        string Version,
        string? By,
        string? Note,
        DateTimeOffset? At,
        string? CausedBy
    ) : TargetCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ReportChange;

        // Everybody may report a change outside; the reply shows them only what they may see of its consequences.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
