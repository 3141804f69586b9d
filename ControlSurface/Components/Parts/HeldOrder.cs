namespace ControlSurface.Components.Parts;

/// <summary>Keeps a list still under a pointer or a focus: rows take their new values but no row changes its place.</summary>
public static class HeldOrder
{
    /// <summary>
    /// <paramref name="shown"/> with the values of <paramref name="arrived"/>: known rows in their old order, gone rows as they
    /// last were, new rows left out. Says how many rows would come, go or move if the order were let go.
    /// </summary>
    public static (IReadOnlyList<T> Rows, int Waiting) Keep<T>(
        IReadOnlyList<T> shown,
        IReadOnlyList<T> arrived,
        Func<T, string> key
    )
    {
        var values = arrived.ToDictionary(key, StringComparer.Ordinal);
        var rows = shown.Select(row => values.GetValueOrDefault(key(row), row)).ToList();
        var known = shown.Select(key).ToHashSet(StringComparer.Ordinal);
        var stays = shown.Select(key).Where(values.ContainsKey).ToList();
        var wanted = arrived.Select(key).Where(known.Contains).ToList();
        var came = arrived.Count - wanted.Count;
        var went = shown.Count - stays.Count;
        var moved = stays.Zip(wanted).Count(pair => pair.First != pair.Second);
        return (rows, came + went + moved);
    }
}
