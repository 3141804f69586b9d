using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>
/// Rows that are made when they are asked for: of ten thousand a screen shows forty. What was made is remembered, and is what two
/// views are compared by, so that a change out of sight draws nothing.
/// </summary>
/// <param name="key">What tells one row from another, known without making the row.</param>
public sealed class LazyRows<TSource, TRow>(
    IReadOnlyList<TSource> sources,
    Func<TSource, TRow> make,
    Func<TSource, string> key
) : IndexedRows<TRow>, IShownRows, IKeyedRows<TRow>
    where TSource : class
    where TRow : class
{
    // Few of many: an array with a place for each would be the largest thing that an open page keeps.
    private readonly Dictionary<int, TRow> _made = [];
    private IReadOnlyList<TSource> _sources = sources;
    private LazyRows<TSource, TRow>? _earlier;

    /// <inheritdoc/>
    public override int Count { get; } = sources.Count;

    /// <summary>How many were asked for so far.</summary>
    internal int Made => _made.Count;

    /// <inheritdoc/>
    public override TRow this[int index]
    {
        get
        {
            if (!_made.TryGetValue(index, out var row))
            {
                row = Known(index) ?? make(_sources[index]);
                _made.Add(index, row);
            }
            return row;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _sources.Select(key);

    /// <summary>Whether all that <paramref name="shown"/> has made would be the same here.</summary>
    public bool ShowsTheSameAs(LazyRows<TSource, TRow> shown)
    {
        if (Count != shown.Count)
            return false;
        // What was never made is not shown, and is made from the newer sources when it is (Adopt).
        foreach (var (i, row) in shown._made)
        {
            if (!ReferenceEquals(_sources[i], shown._sources[i]) && !row.Equals(this[i]))
                return false;
        }
        return true;
    }

    bool IShownRows.ShowsTheSameAs(IShownRows shown) =>
        shown is LazyRows<TSource, TRow> others && ShowsTheSameAs(others);

    /// <summary>What these rows are made from; another list where <see cref="Adopt"/> was called since.</summary>
    internal IReadOnlyList<TSource> Sources => _sources;

    /// <summary>Takes the rows that an earlier view has made of sources that are the same objects still.</summary>
    internal void Know(LazyRows<TSource, TRow> earlier)
    {
        earlier._earlier = null; // one view back, not all of them
        _earlier = earlier;
    }

    // Where one row came or went, those below it moved by one place.
    private TRow? Known(int index) => KnownAt(index, 0) ?? KnownAt(index, 1) ?? KnownAt(index, -1);

    private TRow? KnownAt(int index, int shift) =>
        _earlier is { } earlier
        && earlier._made.TryGetValue(index + shift, out var row)
        && ReferenceEquals(earlier._sources[index + shift], _sources[index])
            ? row
            : null;

    /// <summary>What is out of sight is made from newer sources when it is scrolled to; what is shown was found the same.</summary>
    public void Adopt(LazyRows<TSource, TRow> newer) => _sources = newer._sources;

    /// <inheritdoc/>
    public IReadOnlyList<TRow> AsTheyAre() => new Kept(this, _sources);

    private string KeyOf(TSource source) => key(source);

    private TRow Make(TSource source) => make(source);

    // What is drawn from here is made there, so that it is among what views are compared by; where a newer view was adopted meanwhile
    // and another row stands in that place, the row is made as it was.
    private sealed class Kept(LazyRows<TSource, TRow> rows, IReadOnlyList<TSource> sources) : IndexedRows<TRow>
    {
        public override int Count => sources.Count;

        public override TRow this[int index] =>
            ReferenceEquals(rows._sources, sources) || rows.KeyOf(rows._sources[index]) == rows.KeyOf(sources[index])
                ? rows[index]
                : rows.Make(sources[index]);
    }
}

/// <summary>Hands on what a newer view has for what an older one has not drawn.</summary>
internal static class Same
{
    internal static void Adopt(IReadOnlyList<WorkGroup<WorkRowView>> shown, IReadOnlyList<WorkGroup<WorkRowView>> newer)
    {
        foreach (var (was, now) in shown.Zip(newer))
        {
            if (
                was.Rows is LazyRows<Core.Items.Item, WorkRowView> old
                && now.Rows is LazyRows<Core.Items.Item, WorkRowView> rows
            )
                old.Adopt(rows);
        }
    }
}
