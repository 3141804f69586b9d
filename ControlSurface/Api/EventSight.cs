using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>
/// Events as the caller may see them (<see cref="Sight"/>): those that they may not are left out, and the seqs stay as they are.
/// For one answer: whoever follows makes another for each batch, since items move and rights change.
/// </summary>
internal sealed class EventSight(ApiHost host, Scope scope)
{
    private readonly Dictionary<ItemId, string?> _queues = [];

    /// <summary>The row, a copy without what concerns other queues, or null for not at all.</summary>
    internal EventRow? Of(EventRow row)
    {
        if (!scope.IsLimited && !IsPrivate(row.Type))
            return row;
        // Most of what is not seen is known by its item alone.
        if (scope.IsLimited && row.Item is { } item && !scope.Sees(QueueOf(item)))
            return null;
        var happened = EventJson.Read(row.Type, row.Data.Span);
        var seen = Of(happened);
        if (seen is null || ReferenceEquals(seen, happened))
            return seen is null ? null : row;
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        EventJson.Write(data, seen);
        return row with { Data = data.WrittenMemory };
    }

    /// <summary>The event as the caller may see it; null for not at all.</summary>
    internal Event? Of(Event happened) => Sight.Of(scope, happened, QueueOf);

    // What only its owner sees, also of those who see every queue.
    private static bool IsPrivate(string type) =>
        type.StartsWith("view.", StringComparison.Ordinal) || type.StartsWith("inbox.", StringComparison.Ordinal);

    // An item may move between queues: where it is now decides, as for the item itself.
    private string? QueueOf(ItemId id)
    {
        if (_queues.TryGetValue(id, out var queue))
            return queue;
        queue = host.FindItem(id)?.Item.Queue;
        if (_queues.Count < 10_000)
            _queues[id] = queue;
        return queue;
    }
}
