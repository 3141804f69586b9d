using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;

namespace ControlSurface.Pages.Views;

/// <summary>
/// Events that a page has read and shows still: an event never changes, and is read once while the page shows it. Not for two threads.
/// </summary>
internal sealed class KnownEvents
{
    private Dictionary<long, KnownEvent> _known = [];
    private Dictionary<long, KnownEvent> _shown = [];

    /// <summary>The event, which <paramref name="read"/> reads where it is not known.</summary>
    internal KnownEvent Find(long seq, Func<Recorded> read)
    {
        if (!_shown.TryGetValue(seq, out var one))
            _shown[seq] = one = _known.GetValueOrDefault(seq) ?? new KnownEvent(read());
        return one;
    }

    /// <summary>Forgets what was not asked for since the last call: a page that stays open all week holds no more than it shows.</summary>
    internal void Forget() => (_known, _shown) = (_shown, []);
}

/// <summary>An event, with where its items were when they were looked up in the archive.</summary>
internal sealed class KnownEvent(Recorded recorded)
{
    private Dictionary<ItemId, Item?>? _items;

    internal Recorded Recorded => recorded;

    /// <summary>An archived item, looked up once.</summary>
    internal Item? ArchivedOf(ItemId id, Func<Item?> find)
    {
        _items ??= [];
        return _items.TryGetValue(id, out var item) ? item : _items[id] = find();
    }
}
