namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Something that happened and is final. An event carries results, never inputs to compute them from again: a rule that changes later
/// must not change the past. Every case belongs to one room.
/// </summary>
public abstract record Event
{
    /// <summary>The type on the wire and in the journal: <c>noun.pastTense</c> (API.md, "Runbook, lists, journal, live").</summary>
    public abstract string Type { get; }

    /// <summary>The item that the event belongs to, which keeps it in its history; null for none.</summary>
    public virtual ItemId? ItemId => null;

    /// <summary>The lease under whose fencing token this was written; it counts as progress of that lease. Null for none.</summary>
    public virtual LeaseId? UnderLease => null;

    /// <summary>The event as an English sentence for people, without its instant and seq.</summary>
    /// <param name="by">The name of the principal who caused it.</param>
    /// <param name="nameOf">Gives a principal's name, or the id where there is no name.</param>
    public abstract string Describe(string by, Func<PrincipalId, string> nameOf);
}

/// <summary>An event with its place in the journal.</summary>
/// <param name="Seq">The position in the workspace's journal, from 1, without gaps.</param>
/// <param name="At">The instant of the decision: UTC, to the millisecond; never decreases along the journal.</param>
/// <param name="By">Who caused it; <see cref="PrincipalId.System"/> where time did.</param>
public sealed record Recorded(long Seq, DateTimeOffset At, PrincipalId By, Event Event);

/// <summary>An event of an artifact: of its versions, reviews, comments, decisions or approvals.</summary>
/// <param name="Artifact">The artifact that it happened to.</param>
/// <param name="Item">The artifact's item; null where it has none, or where the item has left memory.</param>
public abstract record OnArtifact(ArtifactId Artifact, ItemId? Item) : Event
{
    /// <inheritdoc/>
    public override ItemId? ItemId => Item;
}
