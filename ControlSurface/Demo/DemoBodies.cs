using System.Text.Json;

namespace ControlSurface.Demo;

/// <summary>What the demo reads of an item (API.md, Objects); members that it does not use are left out.</summary>
internal sealed record DemoItem
{
    public required string Id { get; init; }
    public required string Queue { get; init; }
    public required string Title { get; init; }
    public int Priority { get; init; } = 5;
    public string? ExternalId { get; init; }
    public required string State { get; init; }
    public string? StateReason { get; init; }
    public DemoLease? Lease { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public long Seq { get; init; }
}

/// <summary>What the demo reads of a lease (API.md, Objects).</summary>
internal sealed record DemoLease
{
    public required string Id { get; init; }
    public string ItemId { get; init; } = "";

    /// <summary>The fencing token; only in answers to the holder.</summary>
    public long? Token { get; init; }
    public required string State { get; init; }
    public IReadOnlyList<string> Reasons { get; init; } = [];
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? StaleAt { get; init; }
    public double? ExpiresInSeconds { get; init; }
}

/// <summary>The answer to a claim, a takeover or an accepted handoff.</summary>
internal sealed record DemoGrant(DemoItem Item, DemoLease Lease);

/// <summary>The answer to a call under a lease.</summary>
internal sealed record DemoLeaseReply(DemoLease? Lease);

/// <summary>A note as its sender gets it back; the id is its number on the item.</summary>
internal sealed record DemoNote(JsonElement Id)
{
    /// <summary>The number, as it stands in addresses.</summary>
    public string Number => Id.ToString();
}

/// <summary>One page of a list.</summary>
internal sealed record DemoList(IReadOnlyList<DemoItem> Items, int Total);

/// <summary>A refusal (API.md, Refusals).</summary>
internal sealed record DemoProblem
{
    public string Code { get; init; } = "";
    public string Detail { get; init; } = "";

    /// <summary>With <c>acknowledge_required</c>: the seq to pass.</summary>
    public long? Acknowledges { get; init; }

    /// <summary>Seconds, where the refusal names when to ask again.</summary>
    public double? RetryAfter { get; init; }
}

/// <summary>What came back: a value, nothing (204), or a refusal.</summary>
/// <param name="RetryAfter">From the header, where it was sent.</param>
internal sealed record DemoAnswer<T>(T? Value, DemoProblem? Problem, TimeSpan? RetryAfter)
    where T : class
{
    public bool IsOk => Problem is null;
    public string Code => Problem?.Code ?? "";
}
