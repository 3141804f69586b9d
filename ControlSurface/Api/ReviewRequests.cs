using System.Text.Json;

namespace ControlSurface.Api;

// What callers send about reviews, comments and decisions (see Requests.cs).

/// <summary>The body of <c>POST /artifacts/{id}/versions/{n}/review</c>.</summary>
internal sealed record ReviewRequest(
    string? Run = null,
    long? Token = null,
    string? Note = null,
    IReadOnlyList<string>? Reviewers = null,
    int? DueSeconds = null
);

/// <summary>The body of <c>POST /reviews/{id}/reassign</c>.</summary>
/// <param name="To">A principal's id or a role, or several.</param>
internal sealed record ReassignRequest(JsonElement To, string Why);

/// <summary>The body of <c>POST /reviews/{id}/withdraw</c>.</summary>
internal sealed record WithdrawRequest(string? Why = null);

/// <summary>The quote that a comment is on: its text and its place, in characters.</summary>
internal sealed record AnchorRequest(string Quote, int Start, int End);

/// <summary>A comment, alone or within a decision.</summary>
internal sealed record CommentRequest(
    string Body,
    AnchorRequest? Anchor = null,
    string? Suggestion = null,
    bool? Blocks = null
);

/// <summary>The body of <c>POST /artifacts/{id}/versions/{n}/comments/{k}/reply</c>.</summary>
internal sealed record CommentReplyRequest(string Body);

/// <summary>The body of <c>POST /artifacts/{id}/versions/{n}/comments/{k}/accept</c>: the lease that an agent accepts it under.</summary>
internal sealed record AcceptSuggestionRequest(string? Run = null, long? Token = null, long? Acknowledges = null);

/// <summary>The content as the reviewer edited it.</summary>
internal sealed record EditedRequest(string Content);

/// <summary>The body of <c>POST /artifacts/{id}/versions/{n}/decisions</c>.</summary>
/// <param name="Confirmed">What was not seen and is approved all the same, in words.</param>
internal sealed record DecideRequest(
    string Decision,
    string ContentHash,
    string? ConsequencesHash = null,
    string? Comment = null,
    IReadOnlyList<CommentRequest>? Comments = null,
    EditedRequest? Edited = null,
    WhyRequest? Override = null,
    string? Confirmed = null
);
