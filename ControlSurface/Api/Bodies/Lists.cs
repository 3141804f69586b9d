using System.Text.Json;

namespace ControlSurface.Api.Bodies;

/// <summary>API.md, Conventions: every list. <c>next</c> null means complete; <c>after</c> takes a <c>next</c>.</summary>
internal sealed record ListBody<T>(IReadOnlyList<T> Items, string? Next, int Total, int Limit, long Seq);

/// <summary>One event of the journal. <c>by</c> is the principal's id, or <c>system</c>.</summary>
internal sealed record EventBody(long Seq, DateTimeOffset At, string By, string Type, string? ItemId, JsonElement Data);

/// <param name="Next">The last seq that was looked at, also where nothing matched.</param>
internal sealed record EventsBody(IReadOnlyList<EventBody> Events, long Next);

/// <summary>The board as it was after a seq.</summary>
/// <param name="At">When the event of that seq was committed; null before the first.</param>
internal sealed record StateBody(
    long Seq,
    DateTimeOffset? At,
    IReadOnlyList<ItemBody> Items,
    string? Next,
    int Total,
    int Limit,
    IReadOnlyList<QueueBody> Queues,
    StopBody? Stopped
);

/// <summary>A run of the caller that holds something.</summary>
internal sealed record RunBody(string Run, IReadOnlyList<string> Leases);

/// <summary>The caller. <c>inbox</c> is the first page of what needs them.</summary>
internal sealed record MeBody(
    PrincipalBody Principal,
    IReadOnlyList<RunBody> Runs,
    ListBody<LeaseBody> Leases,
    DateTimeOffset ServerTime,
    long Seq,
    ListBody<InboxEntryBody> Inbox,
    string Workspace,
    IReadOnlyList<MembershipBody> Workspaces
);

/// <summary>Whether the caller may do one thing now (API.md, Items, <c>can</c>).</summary>
internal sealed record CanBody(bool May, string? Code, string? Why, DateTimeOffset? Until);

internal sealed record HealthBody(string Status, long? Seq, bool? Writable, bool? Draining);
