using System.Runtime.InteropServices;
using System.Text;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Content;

/// <summary>What became of the words that a comment stands on.</summary>
public enum QuoteStanding
{
    /// <summary>They stand in the text that is read.</summary>
    Stands,

    /// <summary>They do not stand there any more.</summary>
    Outdated,

    /// <summary>They stand there more than once, and nothing tells which were meant.</summary>
    Ambiguous,
}

/// <summary>Where the words of a comment stand; the place has a meaning only where they stand.</summary>
/// <param name="Start">First UTF-16 unit in the text that is read.</param>
/// <param name="Length">Number of UTF-16 units.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct QuotePlace(QuoteStanding Standing, int Start, int Length)
{
    internal static readonly QuotePlace Outdated = new(QuoteStanding.Outdated, 0, 0);
    internal static readonly QuotePlace Ambiguous = new(QuoteStanding.Ambiguous, 0, 0);
}

/// <summary>
/// Follows comments from the version that they were made on into another one (decision 0025): the lines of both are matched, and a
/// comment goes where its lines went. Where its line was rewritten, its words are looked for between the lines beside it.
/// </summary>
public sealed class QuoteMap
{
    private const int MostPlaces = 65;
    private const int MostSteps = 2_000_000;
    private const int ContextLength = 32;

    // So long a quote says by itself what is meant.
    private const int Telling = 24;

    private readonly string _from;
    private readonly string _to;
    private readonly int[] _fromStarts;
    private readonly int[] _toStarts;

    // For each line of the old text its line in the new one, matched from the top and from the end; −1 for none. Both are null for equal texts.
    private readonly int[]? _down;
    private readonly int[]? _up;

    private QuoteMap(string from, string to)
    {
        (_from, _to) = (from, to);
        var (old, @new) = (TextLine.Split(from), TextLine.Split(to));
        (_fromStarts, _toStarts) = (Starts(old), Starts(@new));
        if (from == to)
            return;
        string[] oldLines = [.. old.Select(line => line.Text)];
        string[] newLines = [.. @new.Select(line => line.Text)];
        _down = new int[old.Count];
        Array.Fill(_down, -1);
        foreach (var match in LineMatch.Of(oldLines, newLines))
        {
            for (var k = 0; k < match.Length; k++)
                _down[match.Old + k] = match.New + k;
        }
        _up = new int[old.Count];
        Array.Fill(_up, -1);
        Array.Reverse(oldLines);
        Array.Reverse(newLines);
        foreach (var match in LineMatch.Of(oldLines, newLines))
        {
            for (var k = 0; k < match.Length; k++)
                _up[old.Count - 1 - match.Old - k] = @new.Count - 1 - match.New - k;
        }
    }

    /// <summary>Matches the lines of two texts; takes time, see <see cref="ContentWork"/>.</summary>
    /// <param name="from">The text that was commented on.</param>
    /// <param name="to">The text that is read.</param>
    public static QuoteMap Of(string from, string to) => new(from, to);

    /// <summary>Where the words stand in the text that is read.</summary>
    public QuotePlace Find(Anchor anchor)
    {
        var own = Own(anchor);
        if (own.Standing != QuoteStanding.Stands || _down is null || _up is null)
            return own;
        var first = LineAt(_fromStarts, own.Start);
        var last = LineAt(_fromStarts, Math.Max(own.Start, own.Start + own.Length - 1));
        if (MovedTo(_down, first, last) is { } there && MovedTo(_up, first, last) is { } also)
            return there == also ? Same(own, first, last, there) : QuotePlace.Ambiguous;
        return InBetween(own, first, last);
    }

    /// <summary>The text that is read with other words in their place, whose lines end as those of the text do.</summary>
    public string Replace(QuotePlace place, string words) =>
        string.Concat(_to.AsSpan(0, place.Start), LineEnds.Like(_to, words), _to.AsSpan(place.Start + place.Length));

    /// <summary>The line of a place in the text that is read, from 1.</summary>
    public int LineOf(QuotePlace place) => 1 + LineAt(_toStarts, place.Start);

    // In the version that it was made on. Callers count in UTF-16 units, as the contract says, or in code points, or with lines
    // that end in one character: what they quote decides which it was.
    private QuotePlace Own(Anchor anchor)
    {
        var quote = anchor.Quote;
        if (quote.Length == 0)
            return QuotePlace.Outdated;
        if (LengthAt(_from, anchor.Start, quote) is { } length)
            return new QuotePlace(QuoteStanding.Stands, anchor.Start, length);
        if (
            Inside(_from, anchor.Start)
            && InCodePoints(anchor.Start) is { } point
            && LengthAt(_from, point, quote) is { } other
        )
            return new QuotePlace(QuoteStanding.Stands, point, other);
        var isCrLf = _from.Contains("\r\n", StringComparison.Ordinal);
        if (isCrLf && WithShortEnds(anchor.Start) is { } longer && LengthAt(_from, longer, quote) is { } third)
            return new QuotePlace(QuoteStanding.Stands, longer, third);
        var words = quote;
        var found = TextSearch.Places(_from, 0, _from.Length, words, most: 2);
        if (found.Count == 0 && isCrLf && quote.Contains('\n', StringComparison.Ordinal))
        {
            words = LineEnds.With(quote, "\r\n");
            found = TextSearch.Places(_from, 0, _from.Length, words, most: 2);
        }
        return found.Count switch
        {
            0 => QuotePlace.Outdated,
            1 => new QuotePlace(QuoteStanding.Stands, found[0], words.Length),
            _ => QuotePlace.Ambiguous,
        };
    }

    private QuotePlace Same(QuotePlace own, int first, int last, int there)
    {
        var start = _toStarts[there] + (own.Start - _fromStarts[first]);
        var end = _toStarts[there + last - first] + (own.Start + own.Length - _fromStarts[last]);
        // A line end that was quoted is another one now.
        end = Math.Min(end, _toStarts[there + last - first + 1]);
        var words = _from.AsSpan(own.Start, own.Length);
        return end >= start && LineEnds.AreAlike(words, _to.AsSpan(start, end - start))
            ? new QuotePlace(QuoteStanding.Stands, start, end - start)
            : QuotePlace.Outdated;
    }

    private QuotePlace InBetween(QuotePlace own, int first, int last)
    {
        var (before, after) = (first - 1, last + 1);
        while (before >= 0 && (_down![before] < 0 || _down[before] != _up![before]))
            before--;
        while (after < _down!.Length && (_down[after] < 0 || _down[after] != _up![after]))
            after++;
        var start = before < 0 ? 0 : _toStarts[_down[before] + 1];
        var end = after == _down.Length ? _to.Length : _toStarts[_down[after]];
        var words = LineEnds.Like(_to, _from.Substring(own.Start, own.Length));
        var found = TextSearch.Places(_to, start, end, words, MostPlaces);
        if (found.Count == 0)
            return MovedAway(first, last) is { } there ? Same(own, first, last, there) : QuotePlace.Outdated;
        var (left, right) = (WordBefore(_from, own.Start), WordAfter(_from, own.Start + own.Length));
        if (found.Count == 1)
        {
            var isTold =
                words.Length >= Telling
                || WordBefore(_to, found[0]) == left
                || WordAfter(_to, found[0] + words.Length) == right;
            return isTold ? new QuotePlace(QuoteStanding.Stands, found[0], words.Length) : QuotePlace.Outdated;
        }
        if (found.Count == MostPlaces)
            return QuotePlace.Ambiguous;
        var alike = found.FindAll(at => WordBefore(_to, at) == left && WordAfter(_to, at + words.Length) == right);
        return alike.Count == 1 ? new QuotePlace(QuoteStanding.Stands, alike[0], words.Length) : QuotePlace.Ambiguous;
    }

    // The same lines elsewhere, once, where no line of the old text is matched.
    private int? MovedAway(int first, int last)
    {
        var taken = new HashSet<int>(_down!);
        int? there = null;
        var steps = 0;
        for (var at = 0; at + (last - first) < _toStarts.Length - 1; at++)
        {
            var k = 0;
            while (
                k <= last - first
                && steps++ < MostSteps
                && !taken.Contains(at + k)
                && LineText(_from, _fromStarts, first + k).SequenceEqual(LineText(_to, _toStarts, at + k))
            )
                k++;
            if (steps >= MostSteps)
                return null;
            if (k <= last - first)
                continue;
            if (there is not null)
                return null;
            there = at;
        }
        return there;
    }

    private static int? MovedTo(int[] map, int first, int last)
    {
        for (var k = first; k <= last; k++)
        {
            if (map[k] < 0 || map[k] != map[first] + (k - first))
                return null;
        }
        return map[first];
    }

    // How much of the text the quote takes there; a line end of one character stands for one of two.
    private static int? LengthAt(string text, int start, string quote)
    {
        var at = start;
        foreach (var c in quote)
        {
            if (c == '\n' && at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n')
                at++;
            if (at >= text.Length || text[at] != c)
                return null;
            at++;
        }
        return at - start;
    }

    private static bool Inside(string text, int start) => start > 0 && start < text.Length;

    private int? InCodePoints(int points)
    {
        if (!_from.AsSpan().ContainsAnyInRange('\uD800', '\uDBFF'))
            return null;
        var at = 0;
        for (; points > 0 && at < _from.Length; points--)
            at += char.IsSurrogatePair(_from, at) ? 2 : 1;
        return points == 0 ? at : null;
    }

    private int? WithShortEnds(int start)
    {
        var at = 0;
        for (; start > 0 && at < _from.Length; start--)
            at += _from[at] == '\r' && at + 1 < _from.Length && _from[at + 1] == '\n' ? 2 : 1;
        return start == 0 ? at : null;
    }

    private static string WordBefore(string text, int at)
    {
        var least = Math.Max(0, at - ContextLength);
        var end = at;
        while (end > least && text[end - 1] is ' ' or '\t')
            end--;
        var start = end;
        while (start > least && !char.IsWhiteSpace(text[start - 1]))
            start--;
        return text[start..end];
    }

    private static string WordAfter(string text, int at)
    {
        var most = Math.Min(text.Length, at + ContextLength);
        while (at < most && text[at] is ' ' or '\t')
            at++;
        var end = at;
        while (end < most && !char.IsWhiteSpace(text[end]))
            end++;
        return text[at..end];
    }

    private static ReadOnlySpan<char> LineText(string text, int[] starts, int line) =>
        text.AsSpan(starts[line], starts[line + 1] - starts[line]).TrimEnd("\r\n");

    private static int LineAt(int[] starts, int place)
    {
        var found = Array.BinarySearch(starts, 0, Math.Max(1, starts.Length - 1), place);
        return found >= 0 ? found : ~found - 1;
    }

    // Where each line begins, and where the text ends.
    private static int[] Starts(IReadOnlyList<TextLine> lines)
    {
        var starts = new int[lines.Count + 1];
        for (var k = 0; k < lines.Count; k++)
        {
            var end = lines[k].End switch
            {
                LineEnd.None => 0,
                LineEnd.Lf => 1,
                LineEnd.CrLf => 2,
            };
            starts[k + 1] = starts[k] + lines[k].Text.Length + end;
        }
        return starts;
    }
}
