namespace ControlSurface.Core.Vocabulary;

/// <summary>Something that happened and is final. Carries results, never inputs to be computed again.</summary>
public abstract record Event
{
    /// <summary>The name on the wire: <c>noun.pastTense</c> (API.md, "Runbook, lists, journal, live").</summary>
    public abstract string Type { get; }

    /// <summary>The item that it happened to, if it happened to one.</summary>
    public virtual ItemId? ItemId => null;

    /// <summary>The lease under whose token it was written, which is progress of that lease; null for none.</summary>
    public virtual LeaseId? UnderLease => null;

    /// <summary>The event as a sentence for a person, without its time and number.</summary>
    /// <param name="by">The name of whoever caused it.</param>
    /// <param name="nameOf">Names a principal; ids are shown where it cannot.</param>
    public abstract string Describe(string by, Func<PrincipalId, string> nameOf);
}

/// <summary>An event with its place in the journal.</summary>
/// <param name="Seq">Position, from 1, without gaps.</param>
/// <param name="At">UTC, to the millisecond; never decreases along the journal.</param>
public sealed record Recorded(long Seq, DateTimeOffset At, PrincipalId By, Event Event);

/// <summary>What can happen to an artifact. Closed over the rooms that say something about one.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Item">The item that it belongs to while that is in memory; null for none.</param>
public abstract record OnArtifact(ArtifactId Artifact, ItemId? Item) : Event
{
    public override ItemId? ItemId => Item;
}
