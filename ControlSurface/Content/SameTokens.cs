namespace ControlSurface.Content;

/// <summary>
/// The places of one JSON text in the same text put in order, and back. Both have the same characters but for blanks, so a place is
/// known by how many characters that are no blanks stand before it.
/// </summary>
public sealed class SameTokens
{
    private readonly string _source;
    private readonly int[] _sourceAt;
    private readonly int[] _laidAt;
    private readonly int[] _laidLines;

    /// <summary>Matches a text and the same in order.</summary>
    /// <param name="source">As it was written.</param>
    /// <param name="laid">In order (<see cref="JsonLayout.Text"/>).</param>
    public SameTokens(string source, string laid)
    {
        _source = source;
        (_sourceAt, _laidAt) = (Places(source), Places(laid));
        _laidLines = new int[_laidAt.Length];
        var (line, from) = (1, 0);
        for (var k = 0; k < _laidAt.Length; k++)
        {
            line += laid.AsSpan(from, _laidAt[k] - from).Count('\n');
            from = _laidAt[k];
            _laidLines[k] = line;
        }
    }

    /// <summary>The line, from 1, of the ordered text on which a place of the source stands.</summary>
    /// <param name="start">UTF-16 unit of the source.</param>
    public int LineOf(int start) =>
        _laidLines.Length == 0 ? 1 : _laidLines[Math.Min(At(_sourceAt, start), _laidLines.Length - 1)];

    /// <summary>The words of the source for a part of the ordered text: from its first to its last character that is no blank.</summary>
    /// <returns>Where they begin and end in the source; null where the part is blank.</returns>
    public (int Start, int End)? InSource(int start, int end)
    {
        var (first, after) = (At(_laidAt, start), At(_laidAt, end));
        return first >= after || after > _sourceAt.Length || _sourceAt[after - 1] >= _source.Length
            ? null
            : (_sourceAt[first], _sourceAt[after - 1] + 1);
    }

    private static int[] Places(string text)
    {
        var places = new List<int>(text.Length);
        for (var k = 0; k < text.Length; k++)
        {
            if (text[k] is not (' ' or '\t' or '\r' or '\n' or '\uFEFF'))
                places.Add(k);
        }
        return [.. places];
    }

    // How many characters that are no blanks stand before the place.
    private static int At(int[] places, int start)
    {
        var at = Array.BinarySearch(places, start);
        return at >= 0 ? at : ~at;
    }
}
