using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;

namespace ControlSurface.Api;

/// <summary>The filters of <c>GET /items</c>. Members left null do not narrow.</summary>
internal sealed record ItemFilter(
    int After,
    IReadOnlyList<string>? Queues,
    IReadOnlyList<ItemState>? States,
    PrincipalId? Owner,
    string? Label,
    string? Attention,
    Query? Words,
    PrincipalId Me,
    DateTimeOffset Now
)
{
    /// <summary>The filter that a query asks for. Malformed parameters become faults of the call.</summary>
    internal static ItemFilter Read(ApiCall call)
    {
        var after = new ItemId(0);
        if (call.Query("after") is { } from && !ItemId.TryParse(from, out after))
            call.Faults.Add("after", "must be the next of a page before");
        Query? words = null;
        if (call.Query("q") is { } text && (words = Query.Read(QuerySubject.Items, text, out var fault)) is null)
            call.Faults.Add("q", fault!);
        return new ItemFilter(
            after.Number,
            call.Query("queue") is { } queue ? [queue] : call.Scope.Queues,
            call.Query("state")?.Split(',').SelectMany(StatesOf).ToArray(),
            OwnerOf(call),
            call.Query("label"),
            call.Query("attention"),
            words,
            call.Caller.Id,
            call.Host.Engine.Now
        );
    }

    /// <summary>Nothing that is settled has an owner.</summary>
    internal bool MayBeArchived =>
        Owner is null
        && Words?.IsOfOpenWork != true
        && (States is null || States.Contains(ItemState.Completed) || States.Contains(ItemState.Cancelled));

    /// <summary>The same filter for archived items.</summary>
    internal ArchiveQuery ForArchive(int limit) => new(After, limit, Queues, States, Label, Attention, Words);

    /// <summary>Whether the item passes.</summary>
    internal bool Takes(Item item) =>
        (Queues is null || Queues.Contains(item.Queue, StringComparer.Ordinal))
        && (States is null || States.Contains(item.State))
        && (Owner is null || item.Lease?.Holder.Id == Owner)
        && IsSaidBy(item, Label, Attention)
        && Words?.Matches(item, Me, Now) != false;

    /// <summary>Label and attention, as live and archived items are both asked.</summary>
    internal static bool IsSaidBy(Item item, string? label, string? attention) =>
        (label is null || item.Labels.Contains(label, StringComparer.Ordinal))
        && (attention is null || item.AsksFor(attention));

    private static PrincipalId? OwnerOf(ApiCall call)
    {
        if (call.Query("owner") is not { } owner)
            return null;
        if (owner == "me")
            return call.Caller.Id;
        if (!PrincipalId.TryParse(owner, out var id))
            call.Faults.Add("owner", "must be me or the id of a principal");
        return id;
    }

    private static IEnumerable<ItemState> StatesOf(string word)
    {
        foreach (var state in Enum.GetValues<ItemState>())
        {
            if (WireNames.Of(state) == word)
                yield return state;
        }
    }
}
