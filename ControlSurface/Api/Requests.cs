using System.Text.Json;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

// What callers send, member for member as API.md names it. A parameter without a default is required. Sizes and words
// are Core's to judge; here is only what is there and of which type.

/// <summary>Nothing to say.</summary>
internal sealed record EmptyRequest;

internal sealed record WhyRequest(string Why);

/// <param name="KeepApprovals">Approvals of theirs that are not spent stay valid; otherwise they are revoked.</param>
internal sealed record EndPrincipalRequest(string Why, bool? KeepApprovals = null);

/// <summary>A change of a queue's policy, or a new queue.</summary>
/// <remarks>The members of the policy come from <see cref="PolicyMembers.All"/>, by <see cref="PolicyJson"/>.</remarks>
internal sealed record QueueRequest(long? IfSeq = null)
{
    /// <summary>What the request names, as far as it can be read.</summary>
    internal PolicyChange Change { get; set; } = new();

    /// <summary>What is wrong with what it names, by member.</summary>
    internal Faults Faults { get; } = new();
}

internal sealed record ApprovalRuleRequest(string Name, string Role, int Count, ApprovalWhenRequest? When = null)
{
    internal ApprovalRule ToCore() =>
        new(Name, new ApprovalWhen(When?.TargetPrefix, When?.ActionKind, When?.Label, When?.ContentType), Role, Count);
}

internal sealed record ApprovalWhenRequest(
    string? TargetPrefix = null,
    string? ActionKind = null,
    string? Label = null,
    string? ContentType = null
);

internal sealed record ActiveLimitRequest(int Limit, string? Label = null, string? TargetPrefix = null)
{
    internal ActiveLimit ToCore() => new(Label, TargetPrefix, Limit);
}

internal sealed record BackoffRequest(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    internal Backoff ToCore() => new(FirstSeconds, Factor, MaxSeconds);
}

internal sealed record StopRequest(string Why, string Scope);

internal sealed record CreateItemRequest(
    string Queue,
    string Title,
    string? Body = null,
    int? Priority = null,
    IReadOnlyList<string>? Labels = null,
    IReadOnlyList<string>? Targets = null,
    string? ExternalId = null,
    DateTimeOffset? NotBefore = null,
    DateTimeOffset? DueAt = null,
    IReadOnlyList<string>? DependsOn = null
)
{
    internal ItemCommand.Create ToCore() =>
        new(Queue, Title)
        {
            ExternalId = ExternalId,
            Body = Body ?? Named<string>.Not,
            Priority = Priority ?? Named<int>.Not,
            Labels = Given(Labels),
            Targets = Given(Targets),
            NotBefore = NotBefore ?? Named<DateTimeOffset?>.Not,
            DueAt = DueAt ?? Named<DateTimeOffset?>.Not,
            DependsOn = Given(DependsOn),
        };

    private static Named<IReadOnlyList<string>> Given(IReadOnlyList<string>? list) => new(list is not null, list!);
}

internal sealed record EditItemRequest(
    long IfSeq,
    Named<string> Title = default,
    Named<string> Body = default,
    Named<int> Priority = default,
    Named<IReadOnlyList<string>> Labels = default,
    Named<IReadOnlyList<string>> Targets = default,
    Named<string> Queue = default,
    Named<DateTimeOffset?> NotBefore = default,
    Named<DateTimeOffset?> DueAt = default,
    Named<IReadOnlyList<string>> DependsOn = default,
    string? Why = null
)
{
    internal ItemCommand.Edit ToCore(ItemId item) =>
        new(item, IfSeq)
        {
            Title = Title,
            Body = Body,
            Priority = Priority,
            Labels = Labels,
            Targets = Targets,
            Queue = Queue,
            NotBefore = NotBefore,
            DueAt = DueAt,
            DependsOn = DependsOn,
            Why = Why,
        };
}

internal sealed record SnoozeRequest(DateTimeOffset Until, string Why);

internal sealed record NoteRequest(string Text, string To, string Kind);

internal sealed record AcknowledgeNoteRequest(string? Answer = null);

/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait for something to claim.</param>
internal sealed record ClaimNextRequest(
    string? Run = null,
    int? LeaseSeconds = null,
    IReadOnlyList<string>? Labels = null,
    decimal? WaitSeconds = null
);

/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
internal sealed record LockAskRequest(string Target, string Mode);

/// <param name="Targets">All of them or none.</param>
/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait in line; asked for again, the place is kept.</param>
/// <param name="OverStale">Takes what only stale leases have locked.</param>
internal sealed record LockRequest(
    long Token,
    IReadOnlyList<LockAskRequest> Targets,
    string? Run = null,
    decimal? WaitSeconds = null,
    bool? OverStale = null,
    long? Acknowledges = null
);

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
    Named<string> Name = default,
    Named<IReadOnlyList<string>> Roles = default,
    Named<string[]> Queues = default
);

/// <param name="Queues">The only queues that the key reaches; null for as far as its owner does.</param>
internal sealed record IssueKeyRequest(
    string Name,
    DateTimeOffset? ExpiresAt = null,
    IReadOnlyList<string>? Queues = null
);

/// <param name="Events">Event types or <c>noun.*</c>; empty for all.</param>
/// <param name="Queues">Only what is of these queues; null for all.</param>
/// <param name="Rotate">Gives it another secret.</param>
internal sealed record SetWebhookRequest(
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Queues = null,
    bool? Rotate = null
);

internal sealed record DrainRequest(string? Why = null);

/// <summary>A workspace to be made.</summary>
/// <param name="Name">1 to 63 lower-case letters, digits and hyphens, a letter first.</param>
internal sealed record AddWorkspaceRequest(string Name);

/// <param name="From">The first seq; where left out, what was given up is sent again.</param>
/// <param name="To">The last seq; the first where left out.</param>
internal sealed record RedeliverRequest(long? From = null, long? To = null);

/// <param name="Until">When it ends by itself; null for being back.</param>
internal sealed record AbsenceRequest(DateTimeOffset? Until, string? Note = null);

internal sealed record UnlockRequest(long Token, IReadOnlyList<string> Targets, string? Run = null);

/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
/// <param name="Until">Within 30 days.</param>
internal sealed record HoldRequest(string Target, string Mode, DateTimeOffset Until, string Why);

internal sealed record ClaimRequest(string? Run = null, int? LeaseSeconds = null);

internal sealed record TakeOverRequest(string Why, string? Run = null, bool? Force = null);

internal sealed record AcceptRequest(string? Run = null);

internal sealed record UnderLeaseRequest(long Token, string? Run = null, long? Acknowledges = null);

/// <param name="WithdrawReview">Goes on without the review that the lease waits for, which is withdrawn.</param>
internal sealed record ResumeRequest(
    long Token,
    string? Run = null,
    long? Acknowledges = null,
    bool? WithdrawReview = null
);

internal sealed record ProgressRequest(string Step, string? Note = null);

internal sealed record RenewRequest(
    long Token,
    string? Run = null,
    ProgressRequest? Progress = null,
    int? LeaseSeconds = null,
    long? Acknowledges = null
);

internal sealed record RenewalRequest(
    string LeaseId,
    long Token,
    string? Run = null,
    ProgressRequest? Progress = null,
    long? Acknowledges = null
);

internal sealed record RenewalsRequest(IReadOnlyList<RenewalRequest> Renewals);

internal sealed record SuspendRequest(
    long Token,
    string Reason,
    string? Run = null,
    string? Note = null,
    long? Acknowledges = null
);

internal sealed record EvidenceRequest(
    string Label,
    string? Uri = null,
    string? Sha256 = null,
    string? Text = null,
    string? ContentHash = null
);

internal sealed record ArtifactRefRequest(string Id, int Version);

internal sealed record ValidationRequest(string Name, string Outcome, string? Detail = null);

internal sealed record CheckpointRequest(
    long Token,
    string Summary,
    string? Run = null,
    IReadOnlyList<EvidenceRequest>? Evidence = null,
    IReadOnlyList<ArtifactRefRequest>? Artifacts = null,
    IReadOnlyList<ValidationRequest>? Validations = null,
    IReadOnlyList<string>? OpenQuestions = null,
    string? NextStep = null,
    long? Acknowledges = null
);

internal sealed record AddresseeRequest(string? Principal = null, string? Role = null);

/// <param name="Token">Left out only by support, who hand off another's lease without it.</param>
internal sealed record HandOffRequest(
    AddresseeRequest To,
    string Note,
    long? Token = null,
    string? Run = null,
    long? Acknowledges = null
);

internal sealed record ReleaseRequest(
    long Token,
    string? Run = null,
    string? Note = null,
    string? Outcome = null,
    int? RetryAfterSeconds = null,
    long? Acknowledges = null
);

/// <param name="Result">Any JSON value.</param>
internal sealed record CompleteRequest(
    long Token,
    string? Run = null,
    JsonElement? Result = null,
    bool? LeaveOpen = null,
    long? Acknowledges = null
);

internal sealed record EndRunRequest(string Outcome, string? Why = null, string? Principal = null);

internal sealed record SourceRequest(string Target, string Version);

/// <param name="Content">The content as text; or <paramref name="ContentHash"/> of one that was sent before.</param>
internal sealed record CreateArtifactRequest(
    string Name,
    string ContentType,
    string? ItemId = null,
    string? Target = null,
    string? Content = null,
    string? ContentHash = null,
    string? Run = null,
    long? Token = null,
    IReadOnlyList<SourceRequest>? Sources = null
);

internal sealed record PublishRequest(
    int BaseVersion,
    string? Content = null,
    string? ContentHash = null,
    string? Run = null,
    long? Token = null,
    string? Note = null,
    IReadOnlyList<SourceRequest>? Sources = null,
    long? Acknowledges = null
);

internal sealed record PermitRequest(int Version, string? Principal = null);

internal sealed record ReviewRequest(
    string? Run = null,
    long? Token = null,
    string? Note = null,
    IReadOnlyList<string>? Reviewers = null,
    int? DueSeconds = null
);

/// <param name="To">A principal's id or a role, or several.</param>
internal sealed record ReassignRequest(JsonElement To, string Why);

internal sealed record WithdrawRequest(string? Why = null);

internal sealed record AnchorRequest(string Quote, int Start, int End);

internal sealed record CommentRequest(
    string Body,
    AnchorRequest? Anchor = null,
    string? Suggestion = null,
    bool? Blocks = null
);

internal sealed record CommentReplyRequest(string Body);

internal sealed record EditedRequest(string Content);

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

internal sealed record EvidencedRequest(string? Text = null, string? Uri = null, string? Sha256 = null);

internal sealed record PrepareRequest(
    string Kind,
    string Target,
    string? ItemId = null,
    string? ArtifactId = null,
    int? Version = null,
    string? ExpectedTargetVersion = null,
    string? PayloadHash = null,
    EvidencedRequest? Before = null,
    int? ApplySeconds = null,
    string? Run = null,
    long? Token = null
);

/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait for the version's review to be settled.</param>
internal sealed record BeginRequest(string? Run = null, long? Token = null, decimal? WaitSeconds = null);

/// <param name="Receipt">Any JSON value.</param>
internal sealed record CompleteActionRequest(
    string Permit,
    JsonElement Receipt,
    string? Run = null,
    string? ObservedTargetVersion = null,
    EvidencedRequest? After = null
);

internal sealed record FailActionRequest(string Permit, string Why, string Effect, string? Run = null);

internal sealed record VerifyRequest(
    bool Applied,
    string? ObservedTargetVersion = null,
    string? ContentHash = null,
    string? Note = null
);

internal sealed record ResolveRequest(
    string Resolution,
    long SeenSeq,
    string Note,
    string? Content = null,
    int? K = null
);

internal sealed record PresenceRequest(string Topic, string Mode);

internal sealed record ReportChangeRequest(
    string Target,
    string Version,
    string? By = null,
    string? Note = null,
    DateTimeOffset? At = null,
    string? CausedBy = null
);
