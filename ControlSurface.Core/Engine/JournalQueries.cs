using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Engine;

/// <summary>An event as it is stored and served.</summary>
/// <param name="Seq">Its position in the journal.</param>
/// <param name="At">Its instant.</param>
/// <param name="By">Who caused it.</param>
/// <param name="Type">Its type on the wire (<see cref="Event.Type"/>).</param>
/// <param name="Item">The item that it belongs to; null for none.</param>
/// <param name="Data">Its JSON, UTF-8: the bytes that the hash chain covers.</param>
public readonly record struct EventRow(
    long Seq,
    DateTimeOffset At,
    PrincipalId By,
    string Type,
    ItemId? Item,
    ReadOnlyMemory<byte> Data
);

/// <summary>An event with its hash in the chain.</summary>
/// <param name="Event">The event as it is stored.</param>
/// <param name="Hash">SHA-256 over the hash before it and the whole event; empty where the store keeps no chain.</param>
public readonly record struct AuditRow(EventRow Event, byte[] Hash);

/// <summary>A query for events.</summary>
/// <param name="After">Only those with a greater seq.</param>
/// <param name="Limit">The most events to return, 1 to 500.</param>
/// <param name="Types">Only events of these types; null for all.</param>
/// <param name="Item">Only this item's events; null for all.</param>
public sealed record EventQuery(long After, int Limit, IReadOnlyList<string>? Types = null, ItemId? Item = null);

/// <summary>A page of events.</summary>
/// <param name="Rows">Oldest first.</param>
/// <param name="Next">The seq to go on after: that of the last row where the page is full, else of the journal's last event.</param>
public sealed record EventPage(IReadOnlyList<EventRow> Rows, long Next);

/// <summary>A query for archived items. A member that is null does not narrow it.</summary>
/// <param name="After">Only items with a greater number.</param>
/// <param name="Limit">The most items to return.</param>
/// <param name="Queues">Only items of these queues; an empty list matches nothing.</param>
/// <param name="States">Only items in these states: <see cref="ItemState.Completed"/> or <see cref="ItemState.Cancelled"/>.</param>
/// <param name="Label">Only items with exactly this label.</param>
/// <param name="Attention">A word of <c>attention</c>. No settled item has one, so that any word matches nothing.</param>
/// <param name="Words">A parsed <c>q</c>; only items that meet its conditions.</param>
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
/// <param name="Items">The items, whole.</param>
/// <param name="Total">How many match in all, whatever <see cref="ArchiveQuery.After"/> and <see cref="ArchiveQuery.Limit"/> say.</param>
public sealed record ArchivePage(IReadOnlyList<Item> Items, int Total);
