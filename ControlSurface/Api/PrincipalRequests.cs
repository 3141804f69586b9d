using ControlSurface.Core.Items;

namespace ControlSurface.Api;

// What callers send about principals, their keys and inboxes (see Requests.cs).

/// <param name="KeepApprovals">Approvals of theirs that are not spent stay valid; otherwise they are revoked.</param>
internal sealed record EndPrincipalRequest(string Why, bool? KeepApprovals = null);

/// <summary>The body of <c>POST /me/inbox/read</c>.</summary>
internal sealed record ReadInboxRequest(IReadOnlyList<string> Ids);

/// <summary>What is not named stays wanted.</summary>
internal sealed record NotificationsRequest(
    bool? Review = null,
    bool? ApprovalFell = null,
    bool? Conflict = null,
    bool? Handoff = null,
    bool? Stale = null,
    bool? LeaseEnded = null
);

/// <summary>The body of <c>POST /principals</c>.</summary>
/// <param name="Kind"><c>agent</c> or <c>person</c>.</param>
/// <param name="Queues">The only queues that they reach; null for all.</param>
internal sealed record AddPrincipalRequest(
    string Name,
    string Kind,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string>? Queues = null
);

/// <summary>What is not named stays.</summary>
internal sealed record ChangePrincipalRequest(
    Optional<string> Name = default,
    Optional<IReadOnlyList<string>> Roles = default,
    Optional<string[]> Queues = default
);

/// <summary>The body of <c>POST /principals/{id}/keys</c>.</summary>
/// <param name="Queues">The only queues that the key reaches; null for as far as its owner does.</param>
internal sealed record IssueKeyRequest(
    string Name,
    DateTimeOffset? ExpiresAt = null,
    IReadOnlyList<string>? Queues = null
);

/// <summary>The body of <c>PUT /me/absence</c>.</summary>
/// <param name="Until">When it ends by itself; null for being back.</param>
internal sealed record AbsenceRequest(DateTimeOffset? Until, string? Note = null);
