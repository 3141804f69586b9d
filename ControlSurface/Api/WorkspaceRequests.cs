namespace ControlSurface.Api;

// What callers send about webhooks and the workspace itself (see Requests.cs).

/// <summary>The body of <c>PUT /webhooks/{id}</c>.</summary>
/// <param name="Events">Event types or <c>noun.*</c>; empty for all.</param>
/// <param name="Queues">Only what is of these queues; null for all.</param>
/// <param name="Rotate">Gives it another secret.</param>
internal sealed record SetWebhookRequest(
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Queues = null,
    bool? Rotate = null
);

/// <summary>The body of <c>POST /workspace/drain</c>.</summary>
internal sealed record DrainRequest(string? Why = null);

/// <summary>A workspace to be made.</summary>
/// <param name="Name">1 to 63 lower-case letters, digits and hyphens, a letter first.</param>
internal sealed record AddWorkspaceRequest(string Name);

/// <summary>The body of <c>POST /webhooks/{id}/redeliver</c>.</summary>
/// <param name="From">The first seq; where left out, what was given up is sent again.</param>
/// <param name="To">The last seq; the first where left out.</param>
internal sealed record RedeliverRequest(long? From = null, long? To = null);
