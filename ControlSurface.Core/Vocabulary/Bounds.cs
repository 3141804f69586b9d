using System.Globalization;
using System.Text;
using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Gathers what is out of bounds, by member, so that a caller hears all of it at once (API.md, Conventions: Bounds).
/// </summary>
internal sealed class Bounds
{
    internal const int NameLength = 200;
    internal const int NoteLength = 4_000;
    internal const int BodyLength = 100_000;
    private SortedDictionary<string, IReadOnlyList<string>>? _errors;

    /// <summary>The refusal, if anything is wrong.</summary>
    internal Refusal? Refusal => _errors is null ? null : new Refusal.InvalidRequest(_errors);

    internal void Fault(string member, string message)
    {
        _errors ??= new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        _errors[member] = _errors.TryGetValue(member, out var known) ? [.. known, message] : [message];
    }

    /// <summary>A name or title, by <see cref="NameText"/>.</summary>
    internal void Name(string member, string? text, int longest = NameLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            Fault(member, "must not be empty");
        else if (NameText.IsLonger(text, longest))
            Fault(member, string.Create(CultureInfo.InvariantCulture, $"must be at most {longest} characters"));
        else if (NameText.Fault(text) is { } wrong)
            Fault(member, wrong);
    }

    /// <summary>The same, where it may be left out.</summary>
    internal void OptionalName(string member, string? text, int longest = NameLength)
    {
        if (text is not null)
            Name(member, text, longest);
    }

    /// <summary>
    /// A caller's own id that is part of an address, such as a run's or an action's: a name without <c>/</c> and <c>%</c>, so that
    /// it reads the same before and after it is decoded (API.md, Settled since, Runs).
    /// </summary>
    internal void Id(string member, string? text, int longest = NameLength)
    {
        Name(member, text, longest);
        if (text is not null && HasSeparator(text))
            Fault(member, "must not contain / or %");
    }

    /// <summary>The same, where it may be left out.</summary>
    internal void OptionalId(string member, string? text)
    {
        if (text is not null)
            Id(member, text);
    }

    private static bool HasSeparator(string text) => text.AsSpan().IndexOfAny('/', '%') >= 0;

    /// <summary>Prose: any characters but NUL; shown with what hides made visible.</summary>
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

    /// <summary>A media type: a name in ASCII, since it goes out as a header.</summary>
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

    /// <summary>One of an enumeration's words; null stands for a text that is none of them.</summary>
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

    /// <summary>Up to 50 labels of 100 characters, each once.</summary>
    internal IReadOnlyList<string> Labels(string member, IReadOnlyList<string> labels)
    {
        Count(member, labels.Count, 50);
        foreach (var label in labels)
            Name(member, label, 100);
        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
            Fault(member, "must not name a label twice");
        return labels;
    }

    /// <summary>Targets of 500 characters, in their one spelling, each once.</summary>
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

    // It has no UTF-8: the journal would keep another text than was sent.
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

/// <summary>Callers' own ids, such as those of runs and actions, where they are looked up (API.md, Settled since, Runs).</summary>
public static class OwnId
{
    /// <summary>Why it can be nobody's id; null for what can be one, and for null.</summary>
    /// <param name="member">The member or parameter that names it.</param>
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
    /// <summary>The same instant without what is below a millisecond.</summary>
    public static DateTimeOffset Cut(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Whole seconds until then, rounded up, never negative: what <c>Retry-After</c> and <c>retryAfter</c> say.</summary>
    public static int SecondsUntil(DateTimeOffset then, DateTimeOffset now) =>
        then <= now ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling((then - now).TotalSeconds));
}
