namespace ControlSurface.Core.Vocabulary;

/// <summary>Events as sentences for people: in handovers, <c>since</c>, timelines and the history page.</summary>
public static class EventDescriptions
{
    /// <summary>Stands for a reason in a command that is only tried: no description says it.</summary>
    public const string NotYetWritten = "…";

    /// <summary>One English sentence for one event, without its instant and seq.</summary>
    /// <param name="nameOf">Gives a principal's name, or the id where there is no name.</param>
    public static string Of(Recorded recorded, Func<PrincipalId, string> nameOf) =>
        Closed(recorded.Event.Describe(nameOf(recorded.By), nameOf));

    // What people wrote may end as a question does: it needs no second mark behind it.
    private static string Closed(string sentence) =>
        sentence.Length > 1 && sentence[^1] == '.' && sentence[^2] is ('?' or '!' or '…') ? sentence[..^1] : sentence;
}
