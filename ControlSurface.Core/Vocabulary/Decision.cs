namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The outcome of deciding a command: events with a reply, or a refusal. Nothing has changed yet: the engine writes the events and
/// evolves the workspace by them.
/// </summary>
public sealed class Decision
{
    private static readonly IReadOnlyList<Event> None = [];

    private Decision(IReadOnlyList<Event> events, Reply? reply, Refusal? refusal)
    {
        Events = events;
        Reply = reply;
        Refusal = refusal;
    }

    /// <summary>The events to write, in order; empty where the command changes nothing.</summary>
    public IReadOnlyList<Event> Events { get; }

    /// <summary>The answer to the caller; null where the command is refused.</summary>
    public Reply? Reply { get; }

    /// <summary>
    /// Why the command is refused; null where it is accepted. A refusal has events too where it opens or joins a conflict.
    /// </summary>
    public Refusal? Refusal { get; }

    /// <summary>The command is accepted.</summary>
    /// <param name="events">What happens, in order.</param>
    /// <param name="reply">The answer, made of the state after the events.</param>
    public static Decision Accepted(IReadOnlyList<Event> events, Reply reply) => new(events, reply, refusal: null);

    /// <summary>The command is accepted and one thing happens.</summary>
    public static Decision Accepted(Event only, Reply reply) => new([only], reply, refusal: null);

    /// <summary>The command is accepted and changes nothing: the state already is as asked.</summary>
    public static Decision Unchanged(Reply reply) => new(None, reply, refusal: null);

    /// <summary>The command is refused and nothing happens.</summary>
    public static Decision Refused(Refusal refusal) => new(None, reply: null, refusal);

    /// <summary>The command is refused, but something is recorded: a conflict that it opens or joins, or the end of a wait.</summary>
    public static Decision Revealed(IReadOnlyList<Event> events, Refusal refusal) => new(events, reply: null, refusal);

    /// <summary>The same decision with other events: its own and those that follow from them.</summary>
    internal Decision With(IReadOnlyList<Event> events) => new(events, Reply, Refusal);

    /// <summary>The same decision with another refusal in the place of its own.</summary>
    internal Decision As(Refusal refusal) => ReferenceEquals(refusal, Refusal) ? this : new(Events, Reply, refusal);

    /// <summary>Lets a rule return a refusal as its decision.</summary>
    public static implicit operator Decision(Refusal refusal) => Refused(refusal);
}
