using System.Text.Json;

namespace ControlSurface.Api;

// What callers send about actions, conflicts and changes from outside (see Requests.cs).

/// <summary>How something looked: as text, or at an address with a hash.</summary>
internal sealed record EvidencedRequest(string? Text = null, string? Uri = null, string? Sha256 = null);

/// <summary>The body of <c>PUT /actions/{actionId}</c>.</summary>
internal sealed record PrepareRequest(
    string Kind,
    string Target,
    string? ItemId = null,
    string? ArtifactId = null,
    int? Version = null,
    string? ExpectedTargetVersion = null,
    string? PayloadHash = null,
    EvidencedRequest? Before = null,
    string? Summary = null,
    int? ApplySeconds = null,
    string? Run = null,
    long? Token = null
);

/// <summary>The body of <c>POST /actions/{actionId}/begin</c>.</summary>
/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait for the version's review to be settled.</param>
internal sealed record BeginRequest(string? Run = null, long? Token = null, decimal? WaitSeconds = null);

/// <summary>The body of <c>POST /actions/{actionId}/complete</c>.</summary>
/// <param name="Receipt">Any JSON value.</param>
internal sealed record CompleteActionRequest(
    string Permit,
    JsonElement Receipt,
    string? Run = null,
    string? ObservedTargetVersion = null,
    EvidencedRequest? After = null
);

/// <summary>The body of <c>POST /actions/{actionId}/fail</c>.</summary>
internal sealed record FailActionRequest(string Permit, string Why, string Effect, string? Run = null);

/// <summary>The body of <c>POST /actions/{actionId}/verify</c>.</summary>
internal sealed record VerifyRequest(
    bool Applied,
    string? ObservedTargetVersion = null,
    string? ContentHash = null,
    string? Note = null
);

/// <summary>The body of <c>POST /conflicts/{id}/resolve</c>.</summary>
internal sealed record ResolveRequest(
    string Resolution,
    long SeenSeq,
    string Note,
    string? Content = null,
    int? K = null
);

/// <summary>The body of <c>POST /targets/changes</c>.</summary>
internal sealed record ReportChangeRequest(
    string Target,
    string Version,
    string? By = null,
    string? Note = null,
    DateTimeOffset? At = null,
    string? CausedBy = null
);
