namespace ControlSurface.Core.Vocabulary;

/// <summary>Something that happened and is final. Carries results, never inputs to be computed again.</summary>
public abstract record Event
{
    /// <summary>The name on the wire: <c>noun.pastTense</c> (API.md, "Runbook, lists, journal, live").</summary>
    public abstract string Type { get; }

    /// <summary>The item that it happened to, if it happened to one.</summary>
    public virtual ItemId? ItemId => null;
}

/// <summary>An event with its place in the journal.</summary>
/// <param name="Seq">Position, from 1, without gaps.</param>
/// <param name="At">UTC, to the millisecond; never decreases along the journal.</param>
public sealed record Recorded(long Seq, DateTimeOffset At, PrincipalId By, Event Event);
