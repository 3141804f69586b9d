using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

/// <summary>Something a caller asks for. Closed: every case is nested in its room's own hierarchy.</summary>
public abstract record Command
{
    /// <summary>What is asked, as the table of roles knows it (<see cref="Permissions"/>).</summary>
    public abstract Verb Verb { get; }
}

/// <summary>
/// A request whose body could not be read as one. It walks the same line as a good one, so that a caller who may not,
/// or who names nothing, hears that first (API.md, Refusals: 401, 403, 404, 400).
/// </summary>
/// <param name="Item">The item that the address names, if it names one.</param>
/// <param name="Lease">The lease that the address names, if it names one.</param>
/// <param name="Errors">What is wrong, by member; never empty.</param>
/// <param name="Artifact">The artifact that the address names, if it names one.</param>
public sealed record MalformedCommand(
    Verb Asked,
    ItemId? Item,
    LeaseId? Lease,
    string? Queue,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Errors,
    ArtifactId? Artifact = null
) : Command
{
    public override Verb Verb => Asked;
}

/// <summary>
/// Whoever sends a command: the principal, and what narrows them for this call. Authority is looked up in the
/// workspace when the command is decided, never taken from here (OPERATIONS.md, B18).
/// </summary>
/// <param name="KeyQueues">Queues that the key is limited to; null for no limit beyond the principal's own.</param>
public sealed record Caller(PrincipalId Id, IReadOnlyList<string>? KeyQueues = null)
{
    /// <summary>The process itself: timers, start-up and the access store.</summary>
    public static readonly Caller System = new(PrincipalId.System);
}

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

/// <summary>What a command comes to: events and a reply, or a refusal. Nothing has changed yet.</summary>
public sealed class Decision
{
    private static readonly IReadOnlyList<Event> None = [];

    private Decision(IReadOnlyList<Event> events, Reply? reply, Refusal? refusal)
    {
        Events = events;
        Reply = reply;
        Refusal = refusal;
    }

    /// <summary>What happens if this is carried out; empty for a repetition that changes nothing.</summary>
    public IReadOnlyList<Event> Events { get; }

    /// <summary>The answer; null when refused.</summary>
    public Reply? Reply { get; }

    /// <summary>Why not; null when accepted. A refusal that reveals a collision may carry events too.</summary>
    public Refusal? Refusal { get; }

    public static Decision Accepted(IReadOnlyList<Event> events, Reply reply) => new(events, reply, refusal: null);

    public static Decision Accepted(Event only, Reply reply) => new([only], reply, refusal: null);

    /// <summary>Nothing to do: the state already is what was asked for.</summary>
    public static Decision Unchanged(Reply reply) => new(None, reply, refusal: null);

    public static Decision Refused(Refusal refusal) => new(None, reply: null, refusal);

    /// <summary>Refused, and what that revealed: a conflict that opens or is joined.</summary>
    public static Decision Revealed(IReadOnlyList<Event> events, Refusal refusal) => new(events, reply: null, refusal);

    /// <summary>The same decision with more that follows from it in the same write.</summary>
    internal Decision With(IReadOnlyList<Event> events) => new(events, Reply, Refusal);

    /// <summary>The same decision with its refusal as the caller may see it.</summary>
    internal Decision As(Refusal refusal) => ReferenceEquals(refusal, Refusal) ? this : new(Events, Reply, refusal);

    public static implicit operator Decision(Refusal refusal) => Refused(refusal);
}
