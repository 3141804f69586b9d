using System.Globalization;
using System.Text;
using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Collects the members that are malformed or out of bounds, so that one refusal names all of them (API.md, Conventions, Bounds).
/// </summary>
internal sealed class Bounds
{
    internal const int NameLength = 200;
    internal const int NoteLength = 4_000;
    internal const int BodyLength = 100_000;
    private const int MostFaults = 50;
    private const string AndMore = "and more: only the first 50 are named";
    private SortedDictionary<string, IReadOnlyList<string>>? _errors;

    /// <summary>The refusal that names every fault; null for none.</summary>
    internal Refusal? Refusal => _errors is null ? null : new Refusal.InvalidRequest(_errors);

    /// <summary>Adds a fault. A member has each message once, and at most 50; then one more says that there are others.</summary>
    /// <param name="message">The end of a sentence that begins with the member.</param>
    internal void Fault(string member, string message)
    {
        _errors ??= new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!_errors.TryGetValue(member, out var known))
            _errors[member] = [message];
        // A thousand list members may share one fault: it is said once.
        else if (known.Count <= MostFaults && !known.Contains(message, StringComparer.Ordinal))
            _errors[member] = [.. known, known.Count < MostFaults ? message : AndMore];
    }

    /// <summary>Checks a name or title by the rules of <see cref="NameText"/>; required.</summary>
    internal void Name(string member, string? text, int longest = NameLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            Fault(member, "must not be empty");
        else if (NameText.IsLonger(text, longest))
            Fault(member, string.Create(CultureInfo.InvariantCulture, $"must be at most {longest} characters"));
        else if (NameText.Fault(text) is { } wrong)
            Fault(member, wrong);
    }

    /// <summary>Checks a name that may be left out.</summary>
    internal void OptionalName(string member, string? text, int longest = NameLength)
    {
        if (text is not null)
            Name(member, text, longest);
    }

    /// <summary>
    /// Checks an id that the caller chose, such as a run's or an action's: a name without <c>/</c> and <c>%</c>, so that it is the same
    /// before and after an address is decoded (API.md, Settled since, Runs).
    /// </summary>
    internal void Id(string member, string? text, int longest = NameLength)
    {
        Name(member, text, longest);
        if (text is not null && HasSeparator(text))
            Fault(member, "must not contain / or %");
    }

    /// <summary>Checks an id that may be left out.</summary>
    internal void OptionalId(string member, string? text)
    {
        if (text is not null)
            Id(member, text);
    }

    private static bool HasSeparator(string text) => text.AsSpan().IndexOfAny('/', '%') >= 0;

    /// <summary>Checks prose: any characters but NUL and unpaired surrogates. Pages show hidden characters in it.</summary>
    internal void Text(string member, string? text, int longest, bool required = false)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            if (required)
                Fault(member, "must not be empty");
        }
        else if (NameText.IsLonger(text, longest))
        {
            Fault(member, string.Create(CultureInfo.InvariantCulture, $"must be at most {longest} characters"));
        }
        else if (text.Contains('\0', StringComparison.Ordinal))
        {
            Fault(member, "must not contain the character U+0000");
        }
        else if (HasHalf(text))
        {
            Fault(member, "must not contain half of a surrogate pair");
        }
    }

    /// <summary>Checks a media type: a name in ASCII, because it is sent as a header.</summary>
    internal void MediaType(string member, string? text, int longest = NameLength)
    {
        Name(member, text, longest);
        if (text is not null && !Ascii.IsValid(text))
            Fault(member, "must be ASCII, as text/markdown");
    }

    internal void Range(string member, long value, long least, long most)
    {
        if (value < least || value > most)
            Fault(member, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {most}"));
    }

    internal void OneOf(string member, string? value, params ReadOnlySpan<string> words)
    {
        if (value is null || !words.Contains(value))
            Fault(member, "must be one of " + string.Join(", ", words!));
    }

    /// <summary>Checks a member that was read as an enumeration; null stands for an unknown word.</summary>
    internal void OneOf<TEnum>(string member, TEnum? value)
        where TEnum : struct, Enum
    {
        if (value is null)
            Fault(member, "must be one of " + string.Join(", ", WireNames.All<TEnum>()));
    }

    internal void Count(string member, int count, int most)
    {
        if (count > most)
            Fault(member, string.Create(CultureInfo.InvariantCulture, $"must have at most {most} members"));
    }

    /// <summary>Checks a limit to queues: null for every queue, or at least one. An empty list would leave nothing.</summary>
    internal void SomeQueue(string member, IReadOnlyList<string>? queues)
    {
        if (queues is [])
            Fault(member, "must name at least one queue, or be null for every queue");
    }

    /// <summary>Checks labels: up to 50 of 100 characters, each once. Returns them as they are.</summary>
    internal IReadOnlyList<string> Labels(string member, IReadOnlyList<string> labels)
    {
        Count(member, labels.Count, 50);
        foreach (var label in labels)
            Name(member, label, 100);
        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
            Fault(member, "must not name a label twice");
        return labels;
    }

    /// <summary>Checks targets: up to 500 characters each, each once. Returns those without a fault in canonical form.</summary>
    internal IReadOnlyList<string> Targets(string member, IReadOnlyList<string> targets, int most = 100)
    {
        Count(member, targets.Count, most);
        var canonical = new List<string>(targets.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (target is null)
                Fault(member, "must not contain null");
            else if (TargetPath.Check(target, out var spelled) is { } wrong)
                Fault(member, wrong);
            else if (!seen.Add(spelled))
                Fault(member, "must not name a target twice");
            else
                canonical.Add(spelled);
        }
        return canonical;
    }

    // An unpaired surrogate has no UTF-8: the journal would keep another text than was sent.
    private static bool HasHalf(string text)
    {
        for (var k = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); k >= 0 && k < text.Length; k++)
        {
            if (char.IsSurrogate(text[k]) && !char.IsSurrogatePair(text, k++))
                return true;
        }
        return false;
    }
}

/// <summary>
/// Checks ids that callers chose, such as those of runs and actions, where they are looked up (API.md, Settled since, Runs).
/// </summary>
public static class CallerChosenId
{
    /// <summary>The refusal of a text that cannot be such an id; null for one that can, and for null.</summary>
    /// <param name="member">The member or parameter that holds the id.</param>
    public static Refusal? Check(string member, string? id)
    {
        var bounds = new Bounds();
        bounds.OptionalId(member, id);
        return bounds.Refusal;
    }
}

/// <summary>Instants as the journal keeps them: UTC, cut to the millisecond (API.md, Settled details).</summary>
public static class Instant
{
    /// <summary>The instant in UTC, cut down to the millisecond.</summary>
    public static DateTimeOffset Cut(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Whole seconds until an instant, rounded up and never negative, for <c>Retry-After</c> and <c>retryAfter</c>.</summary>
    public static int SecondsUntil(DateTimeOffset then, DateTimeOffset now) =>
        then <= now ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling((then - now).TotalSeconds));
}
