using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>A key that was found good: whose it is, and the queues that it is limited to beyond its principal's own.</summary>
/// <param name="Queues">Null for no limit of the key's own.</param>
/// <param name="KeyId">The number in <c>K-6</c>: what is opened with the key rests on it.</param>
internal sealed record VerifiedKey(Principal Principal, IReadOnlyList<string>? Queues, int KeyId = 0);

/// <summary>Knows keys. Called for every request, so it answers from memory and never holds a thread.</summary>
internal interface IKeyVerifier
{
    /// <summary>Whose key it is; null where it is nobody's, or no longer anybody's.</summary>
    VerifiedKey? Verify(string key);

    /// <summary>The same, once the workspace knows the principal as well: only the first call of a new key waits, for one write.</summary>
    ValueTask<VerifiedKey?> VerifyAsync(string key) => ValueTask.FromResult(Verify(key));
}

/// <summary>A key as it may be shown.</summary>
internal sealed record KeyRecord(
    int Id,
    PrincipalId Owner,
    string Name,
    IReadOnlyList<string>? Queues,
    string Begins,
    string Ends,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>Who may call, and with what: kept outside the journal, changed by what the engine decides.</summary>
internal interface IAccess
{
    /// <summary>Keys, oldest first, revoked ones too.</summary>
    /// <param name="of">Only this principal's; null for everybody's.</param>
    IReadOnlyList<KeyRecord> Keys(PrincipalId? of);

    /// <summary>Live sessions of people who signed in, oldest first.</summary>
    IReadOnlyList<SessionView> Sessions(PrincipalId of);

    /// <summary>
    /// Asks the engine whether the command may be, writes it where keys are kept, and then says it to the journal: who has
    /// no say changes nothing, and what the journal says is so.
    /// </summary>
    /// <returns>What became of it, with the text of a key that was made.</returns>
    Task<(Outcome Outcome, string? Key)> ApplyAsync(Request request);
}

/// <summary>A journal row as it is served: its data are the bytes that were written.</summary>
/// <param name="Data">UTF-8 JSON.</param>
internal readonly record struct EventRow(
    long Seq,
    DateTimeOffset At,
    PrincipalId By,
    string Type,
    ItemId? Item,
    ReadOnlyMemory<byte> Data
);

/// <summary>A journal row with its place in the chain.</summary>
/// <param name="Hash">SHA-256, over the hash before and all of the row.</param>
internal readonly record struct AuditRow(EventRow Event, byte[] Hash);

/// <summary>Which events are wanted.</summary>
/// <param name="After">Only those with a greater seq.</param>
/// <param name="Limit">At most so many, 1 to 500.</param>
/// <param name="Types">Only these types; null for all.</param>
internal sealed record EventQuery(long After, int Limit, IReadOnlyList<string>? Types, ItemId? Item);

/// <param name="Next">The last seq that was looked at: of the last row where the page is full, else the journal's last.</param>
internal sealed record EventPage(IReadOnlyList<EventRow> Rows, long Next);

/// <summary>Which archived items are wanted. Members left null do not narrow.</summary>
/// <param name="After">Only items with a greater number.</param>
/// <param name="Queues">Only items of these queues; null for all.</param>
/// <param name="States"><see cref="ItemState.Completed"/> or <see cref="ItemState.Cancelled"/>; null for both.</param>
/// <param name="Attention">A word of <c>attention</c>; <c>any</c> for any.</param>
/// <param name="Words">A query that asks for nothing that only open work has.</param>
internal sealed record ArchiveQuery(
    int After,
    int Limit,
    IReadOnlyList<string>? Queues,
    IReadOnlyList<ItemState>? States,
    string? Label,
    string? Attention,
    Query? Words
);

/// <param name="Total">How many match in all, before <see cref="ArchiveQuery.After"/> and the limit.</param>
internal sealed record ArchivePage(IReadOnlyList<Item> Items, int Total);

/// <summary>Looks committed things up that memory no longer holds. Safe from any thread; each call is short.</summary>
internal interface IJournalReader
{
    /// <summary>Events in the order of their seq.</summary>
    EventPage Events(EventQuery query);

    /// <summary>Events with the chain's hash of each, in the order of their seq.</summary>
    IReadOnlyList<AuditRow> Chained(long after, int limit);

    /// <summary>Seq of the last event before an instant; 0 where none is.</summary>
    long LastBefore(DateTimeOffset at);

    /// <summary>How many events the item has in all.</summary>
    int CountOf(ItemId item);

    /// <summary>Archived items in the order of their ids.</summary>
    ArchivePage Archived(ArchiveQuery query);
}
