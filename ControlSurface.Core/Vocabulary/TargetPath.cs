using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Targets: <c>SYSTEM:a/b/c#part</c> (API.md, Locks and targets). A target is split once at its first colon, then at slashes, and once
/// at the hash sign; targets are compared segment by segment, ordinally, after NFC.
/// </summary>
public static class TargetPath
{
    /// <summary>Checks a target and gives its canonical form.</summary>
    /// <param name="text">As sent.</param>
    /// <param name="canonical">The text in NFC; only meaningful where the result is null.</param>
    /// <returns>Null for a target; else the end of a sentence that tells what is wrong.</returns>
    public static string? Check(string text, out string canonical)
    {
        canonical = text;
        if (text.Length == 0)
            return "must not be empty";
        if (NameText.IsLonger(text, 500))
            return "must be at most 500 characters";
        if (NameText.Fault(text) is { } hidden)
            return hidden;
        canonical = CanonicalForm.Of(text);
        var colon = canonical.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return "must be SYSTEM:path, as in repo:web/src/app.cs";
        if (NameText.Fault(canonical[..colon]) is not null)
            return "must not have a system that is blank to the eye";
        var path = canonical[(colon + 1)..];
        var hash = path.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            if (hash == path.Length - 1)
                return "must name a part after #";
            if (NameText.Fault(path[(hash + 1)..]) is not null)
                return "must not have a part that is blank to the eye";
            path = path[..hash];
        }
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0)
                return "must not have an empty segment";
            if (segment is "." or "..")
                return "must not have a segment . or ..";
            if (NameText.Fault(segment) is not null)
                return "must not have a segment that is blank to the eye";
        }
        return null;
    }

    /// <summary>
    /// The segments of a target, or of a prefix of targets, from the top: <c>repo:</c>, <c>a</c>, <c>b</c>, <c>#part</c>.
    /// </summary>
    public static IEnumerable<string> Segments(string target)
    {
        var from = target.IndexOf(':', StringComparison.Ordinal) + 1;
        yield return target[..from];
        var hash = target.IndexOf('#', from);
        var end = hash < 0 ? target.Length : hash;
        while (from < end)
        {
            var slash = target.IndexOf('/', from, end - from);
            var to = slash < 0 ? end : slash;
            yield return target[from..to];
            from = to + 1;
        }
        if (hash >= 0)
            yield return target[hash..];
    }

    /// <summary>The target and all targets above it, the lowest first.</summary>
    internal static IEnumerable<string> UpFrom(string target)
    {
        yield return target;
        var start = target.IndexOf(':', StringComparison.Ordinal) + 1;
        var hash = target.IndexOf('#', start);
        if (hash >= 0)
            yield return target = target[..hash];
        for (var at = target.LastIndexOf('/'); at >= start; at = target.LastIndexOf('/', at - 1))
            yield return target[..at];
    }

    /// <summary>
    /// Orders targets so that everything below a target follows it directly: <c>a/b</c> comes before <c>a-x</c>, which ordinal order
    /// would not give.
    /// </summary>
    public static readonly IComparer<string> TopDown = Comparer<string>.Create(
        static (a, b) =>
        {
            for (var k = 0; k < a.Length && k < b.Length; k++)
            {
                if (a[k] != b[k])
                    return Rank(a[k]).CompareTo(Rank(b[k]));
            }
            return a.Length.CompareTo(b.Length);
        }
    );

    private static int Rank(char c) =>
        c switch
        {
            '/' => 0,
            '#' => 1,
            _ => 2 + c,
        };

    /// <summary>Whether one of the two is the other or lies below it: a change of one then changes the other.</summary>
    internal static bool Touches(string a, string b) => IsAtOrBelow(a, b) || IsAtOrBelow(b, a);

    /// <summary>Whether the target is the prefix or lies below it: <c>customer/4</c> never covers <c>customer/42</c>.</summary>
    public static bool IsAtOrBelow(string target, string prefix) =>
        target.StartsWith(prefix, StringComparison.Ordinal)
        && (target.Length == prefix.Length || prefix[^1] is ':' or '/' || target[prefix.Length] is '/' or '#');
}
