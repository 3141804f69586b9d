using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;

namespace ControlSurface.Live;

/// <summary>What some committed batches changed, gathered: enough to tell which pages need not look at all.</summary>
public sealed class Touched
{
    private readonly HashSet<ItemId> _items = [];
    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);

    /// <summary>Policies, people or the line changed, or events were skipped: whoever looks at anything must look again.</summary>
    public bool Everything { get; private set; }

    /// <summary>Something was locked, let go or waited for.</summary>
    public bool Locks { get; private set; }

    /// <summary>Something collided or was settled, or work that a collision holds up came to its end.</summary>
    public bool Conflicts { get; private set; }

    /// <summary>Everything may have changed.</summary>
    public static Touched All() =>
        new()
        {
            Everything = true,
            Locks = true,
            Conflicts = true,
        };

    /// <summary>Whether something about the item may have changed.</summary>
    public bool Has(ItemId item) => Everything || _items.Contains(item);

    /// <summary>Whether something in the queue may have changed.</summary>
    public bool Has(string queue) => Everything || _queues.Contains(queue);

    internal IEnumerable<ItemId> Items => _items;

    internal void Add(IReadOnlyList<Recorded> batch)
    {
        foreach (var recorded in batch)
        {
            if (recorded.Event.ItemId is { } item)
                _items.Add(item);
            Conflicts |= recorded.Event is ConflictEvent or ItemEvent.Completed or ItemEvent.Cancelled;
            Locks |= recorded.Event is LockEvent or HoldEvent;
            // A move is in two queues at once, and what is archived can no longer be asked where it was.
            Everything |=
                recorded.Event.ItemId is null
                || recorded.Event is ItemEvent.Archived
                || (recorded.Event is ItemEvent.Edited e && e.Changed.Contains("queue", StringComparer.Ordinal));
        }
    }

    internal void AddQueue(string queue) => _queues.Add(queue);
}
