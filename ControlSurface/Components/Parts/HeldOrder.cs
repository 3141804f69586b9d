namespace ControlSurface.Components.Parts;

/// <summary>Keeps a list still under a pointer or a focus: rows take their new values but no row changes its place.</summary>
public static class HeldOrder
{
    /// <summary>
    /// <paramref name="shown"/> with the values of <paramref name="arrived"/>: known rows in their old order, gone rows as they
    /// last were, new rows left out. Says how many rows would come, go or move if the order were let go. Rows whose keys are known
    /// without making them (<see cref="IKeyedRows{T}"/>) are made when they are drawn.
    /// </summary>
    public static (IReadOnlyList<T> Rows, int Waiting) Keep<T>(
        IReadOnlyList<T> shown,
        IReadOnlyList<T> arrived,
        Func<T, string> key
    )
    {
        var (keys, arrivedKeys) = (KeysOf(shown, key), KeysOf(arrived, key));
        var places = new Dictionary<string, int>(arrivedKeys.Count, StringComparer.Ordinal);
        for (var i = 0; i < arrivedKeys.Count; i++)
            places.Add(arrivedKeys[i], i);
        var at = new int[keys.Count];
        var gone = new Dictionary<int, T>();
        for (var i = 0; i < keys.Count; i++)
        {
            if (places.TryGetValue(keys[i], out at[i]))
                continue;
            at[i] = -1;
            gone.Add(i, shown[i]);
        }
        var known = keys.ToHashSet(StringComparer.Ordinal);
        var wanted = arrivedKeys.Where(known.Contains).ToList();
        var moved = keys.Where(places.ContainsKey).Zip(wanted).Count(pair => pair.First != pair.Second);
        var rows = arrived is IKeyedRows<T> lazy ? lazy.AsTheyAre() : arrived;
        return (new HeldRows<T>(keys, rows, at, gone), arrivedKeys.Count - wanted.Count + gone.Count + moved);
    }

    private static List<string> KeysOf<T>(IReadOnlyList<T> rows, Func<T, string> key) =>
        [.. rows is IKeyedRows<T> keyed ? keyed.Keys : rows.Select(key)];

    private sealed class HeldRows<T>(List<string> keys, IReadOnlyList<T> arrived, int[] places, Dictionary<int, T> gone)
        : IndexedRows<T>,
            IKeyedRows<T>
    {
        public override int Count => keys.Count;

        public override T this[int index] => places[index] < 0 ? gone[index] : arrived[places[index]];

        public IEnumerable<string> Keys => keys;

        public IReadOnlyList<T> AsTheyAre() => this;
    }
}
