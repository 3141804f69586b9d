using System.Runtime.InteropServices;

namespace ControlSurface.Content;

/// <summary>Where an open comment's words begin in the text that is read.</summary>
/// <param name="Id">The comment's id.</param>
/// <param name="Start">First UTF-16 unit, from 0.</param>
/// <param name="Line">Line of the text, from 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CommentSpot(string Id, int Start, int Line);

/// <summary>The open comments on one text, by where their words stand: what a view draws its marks from.</summary>
/// <param name="all">In any order.</param>
public sealed class CommentSpots(IEnumerable<CommentSpot> all)
{
    /// <summary>No comment stands in the text.</summary>
    public static CommentSpots None { get; } = new([]);

    private readonly CommentSpot[] _all = [.. all.OrderBy(spot => spot.Start)];
    private Dictionary<int, int>? _lines;

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<CommentSpot> All => _all;

    /// <summary>How many stand on a line, by its number.</summary>
    public IReadOnlyDictionary<int, int> Lines => _lines ??= CountBy(spot => spot.Line);

    /// <summary>How many stand on a line of the same JSON in order, by the number of that line.</summary>
    public IReadOnlyDictionary<int, int> LinesBy(SameTokens places) => CountBy(spot => places.LineOf(spot.Start));

    /// <summary>The first that stands on a line; null for none.</summary>
    public CommentSpot? FirstOn(int line) => _all.Cast<CommentSpot?>().FirstOrDefault(spot => spot!.Value.Line == line);

    private Dictionary<int, int> CountBy(Func<CommentSpot, int> line) =>
        _all.GroupBy(line).ToDictionary(group => group.Key, group => group.Count());
}
