namespace ControlSurface.Core.Vocabulary;

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
