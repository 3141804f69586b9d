using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Engine;

/// <summary>An event as it is stored and served.</summary>
/// <param name="Data">The event's JSON, UTF-8: the bytes that the chain covers.</param>
public readonly record struct EventRow(
    long Seq,
    DateTimeOffset At,
    PrincipalId By,
    string Type,
    ItemId? Item,
    ReadOnlyMemory<byte> Data
);

/// <summary>An event with its place in the chain.</summary>
/// <param name="Hash">SHA-256 over the hash before and the whole event; empty where the store keeps no chain.</param>
public readonly record struct AuditRow(EventRow Event, byte[] Hash);

/// <summary>Which events are wanted.</summary>
/// <param name="After">Only those with a greater seq.</param>
/// <param name="Limit">At most so many, 1 to 500.</param>
/// <param name="Types">Only these types; null for all.</param>
/// <param name="Item">Only this item's events; null for all.</param>
public sealed record EventQuery(long After, int Limit, IReadOnlyList<string>? Types = null, ItemId? Item = null);

/// <summary>A page of events.</summary>
/// <param name="Next">The last seq that was looked at: of the last row where the page is full, else the log's last.</param>
public sealed record EventPage(IReadOnlyList<EventRow> Rows, long Next);

/// <summary>Which archived items are wanted. Members left null do not narrow.</summary>
/// <param name="After">Only items with a greater number.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Queues">Only items of these queues; none at all where the list is empty.</param>
/// <param name="States"><see cref="ItemState.Completed"/> or <see cref="ItemState.Cancelled"/>.</param>
/// <param name="Label">Only items with this label, in full.</param>
/// <param name="Attention">A word of <c>attention</c>; no settled item has one, so any word matches nothing.</param>
/// <param name="Words">A query whose conditions a settled item can meet.</param>
public sealed record ArchiveQuery(
    int After,
    int Limit,
    IReadOnlyList<string>? Queues = null,
    IReadOnlyList<ItemState>? States = null,
    string? Label = null,
    string? Attention = null,
    Query? Words = null
);

/// <summary>A page of archived items in the order of their numbers.</summary>
/// <param name="Total">How many match in all, before <see cref="ArchiveQuery.After"/> and the limit.</param>
public sealed record ArchivePage(IReadOnlyList<Item> Items, int Total);
