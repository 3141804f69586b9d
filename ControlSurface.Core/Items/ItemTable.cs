namespace ControlSurface.Core.Items;

/// <summary>
/// Items by number: found at once, walked in the order of their ids. Ids only grow and settled items leave, so pages of
/// 256 slots that are dropped when empty keep memory with live work and order free of any hash.
/// </summary>
internal sealed class ItemTable
{
    private const int PageSize = 256;
    private readonly List<Page?> _pages = [];

    /// <summary>How many items there are.</summary>
    internal int Count { get; private set; }

    internal Item? Find(ItemId id)
    {
        var page = id.Number / PageSize;
        return page < _pages.Count ? _pages[page]?.Slots[id.Number % PageSize] : null;
    }

    internal void Put(Item item)
    {
        var number = item.Id.Number / PageSize;
        while (_pages.Count <= number)
            _pages.Add(null);
        var page = _pages[number] ??= new Page();
        ref var slot = ref page.Slots[item.Id.Number % PageSize];
        if (slot is null)
        {
            page.Used++;
            Count++;
        }
        slot = item;
    }

    internal void Remove(ItemId id)
    {
        var number = id.Number / PageSize;
        if (number >= _pages.Count || _pages[number] is not { } page)
            return;
        ref var slot = ref page.Slots[id.Number % PageSize];
        if (slot is null)
            return;
        slot = null;
        Count--;
        if (--page.Used == 0)
            _pages[number] = null;
    }

    /// <summary>All items with a number above <paramref name="after"/>, in the order of their ids.</summary>
    internal IEnumerable<Item> After(int after)
    {
        for (var number = (after + 1) / PageSize; number < _pages.Count; number++)
        {
            if (_pages[number] is not { } page)
                continue;
            foreach (var item in page.Slots)
            {
                if (item is not null && item.Id.Number > after)
                    yield return item;
            }
        }
    }

    private sealed class Page
    {
        internal readonly Item?[] Slots = new Item?[PageSize];
        internal int Used;
    }
}
