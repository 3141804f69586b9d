namespace ControlSurface.Core.Vocabulary;

/// <summary>An event as a sentence for a person: in handovers, <c>since</c>, timelines and History alike.</summary>
public static class EventDescriptions
{
    /// <summary>One sentence for one event, without its time and number.</summary>
    /// <param name="nameOf">Names a principal; ids are shown where it cannot.</param>
    public static string Of(Recorded recorded, Func<PrincipalId, string> nameOf) =>
        Closed(recorded.Event.Describe(nameOf(recorded.By), nameOf));

    // What people wrote may end as a question does: it needs no second mark behind it.
    private static string Closed(string sentence) =>
        sentence.Length > 1 && sentence[^1] == '.' && sentence[^2] is ('?' or '!' or '…') ? sentence[..^1] : sentence;
}
