namespace ControlSurface.Content;

/// <summary>Where lines that left their place came to stand, by their places from 0.</summary>
internal sealed class MovedLines
{
    // A brace or a blank line is everywhere; a line has to say something to have moved.
    private const int MinSigns = 6;

    private readonly Dictionary<int, int> _to = [];
    private readonly Dictionary<int, int> _from = [];

    /// <summary>Place on the new side of an old line that moved.</summary>
    public int? To(int old) => _to.TryGetValue(old, out var place) ? place : null;

    /// <summary>Place on the old side of a new line that moved.</summary>
    public int? From(int @new) => _from.TryGetValue(@new, out var place) ? place : null;

    /// <summary>Lines that are removed once and added once, and the equal ones next to them.</summary>
    public static MovedLines Of(IReadOnlyList<TextLine> old, IReadOnlyList<TextLine> @new, IReadOnlyList<Match> matches)
    {
        var (gone, come) = (Apart(old.Count, matches, m => m.Old), Apart(@new.Count, matches, m => m.New));
        var moved = new MovedLines();
        var places = new Dictionary<string, (int Old, int New)>(StringComparer.Ordinal);
        for (var k = 0; k < gone.Length; k++)
        {
            if (gone[k] && Signs(old[k].Text) >= MinSigns)
                places[old[k].Text] = places.ContainsKey(old[k].Text) ? (-1, -1) : (k, -1);
        }
        for (var k = 0; k < come.Length; k++)
        {
            if (come[k] && places.TryGetValue(@new[k].Text, out var at))
                places[@new[k].Text] = at is { Old: >= 0, New: < 0 } ? (at.Old, k) : (-1, -1);
        }
        foreach (var (from, to) in places.Values.Where(at => at.New >= 0).OrderBy(at => at.Old))
            moved.Take(old, gone, from, @new, come, to);
        return moved;
    }

    private void Take(
        IReadOnlyList<TextLine> old,
        bool[] gone,
        int from,
        IReadOnlyList<TextLine> @new,
        bool[] come,
        int to
    )
    {
        foreach (var step in new[] { 1, -1 })
        {
            for (
                var k = step > 0 ? 0 : -1;
                from + k >= 0 && to + k >= 0 && from + k < gone.Length && to + k < come.Length;
                k += step
            )
            {
                var isOne = gone[from + k] && come[to + k] && old[from + k].Text == @new[to + k].Text;
                if (!isOne || (k != 0 && (_to.ContainsKey(from + k) || _from.ContainsKey(to + k))))
                    break;
                (_to[from + k], _from[to + k]) = (to + k, from + k);
            }
        }
    }

    private static int Signs(string line) => line.Count(c => !char.IsWhiteSpace(c));

    private static bool[] Apart(int count, IReadOnlyList<Match> matches, Func<Match, int> side)
    {
        var apart = new bool[count];
        Array.Fill(apart, true);
        foreach (var match in matches)
            apart.AsSpan(side(match), match.Length).Clear();
        return apart;
    }
}
