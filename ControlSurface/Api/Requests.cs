using System.Text.Json;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

// What callers send, member for member as API.md names it. A parameter without a default is required. Sizes and words
// are Core's to judge; here is only what is there and of which type.

/// <summary>Nothing to say.</summary>
internal sealed record EmptyRequest;

/// <summary>A reason, for every act that needs one.</summary>
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

/// <summary>One rule of who must approve, within a queue's policy.</summary>
internal sealed record ApprovalRuleRequest(string Name, string Role, int Count, ApprovalWhenRequest? When = null)
{
    /// <summary>The same in Core's types.</summary>
    internal ApprovalRule ToCore() =>
        new(Name, new ApprovalWhen(When?.TargetPrefix, When?.ActionKind, When?.Label, When?.ContentType), Role, Count);
}

/// <summary>When a rule of approval applies; null members do not narrow.</summary>
internal sealed record ApprovalWhenRequest(
    string? TargetPrefix = null,
    string? ActionKind = null,
    string? Label = null,
    string? ContentType = null
);

/// <summary>How many items of a kind may be worked on at once.</summary>
internal sealed record ActiveLimitRequest(int Limit, string? Label = null, string? TargetPrefix = null)
{
    /// <summary>The same in Core's types.</summary>
    internal ActiveLimit ToCore() => new(Label, TargetPrefix, Limit);
}

/// <summary>How long an item waits after a failure.</summary>
internal sealed record BackoffRequest(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    /// <summary>The same in Core's types.</summary>
    internal Backoff ToCore() => new(FirstSeconds, Factor, MaxSeconds);
}

/// <summary>The body of <c>POST /workspace/stop</c>.</summary>
internal sealed record StopRequest(string Why, string Scope);

/// <summary>The body of <c>POST /items</c>.</summary>
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

/// <summary>The body of <c>PATCH /items/{id}</c>.</summary>
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

/// <summary>The body of <c>POST /items/{id}/snooze</c>.</summary>
internal sealed record SnoozeRequest(DateTimeOffset Until, string Why);

/// <summary>The body of <c>POST /items/{id}/notes</c>.</summary>
internal sealed record NoteRequest(string Text, string To, string Kind);

/// <summary>The body of <c>POST /items/{id}/notes/{k}/ack</c>.</summary>
internal sealed record AcknowledgeNoteRequest(string? Answer = null);

/// <summary>The body of <c>POST /queues/{name}/claims</c>.</summary>
/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait for something to claim.</param>
internal sealed record ClaimNextRequest(
    string? Run = null,
    int? LeaseSeconds = null,
    IReadOnlyList<string>? Labels = null,
    decimal? WaitSeconds = null
);

/// <summary>One target to lock.</summary>
/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
internal sealed record LockAskRequest(string Target, string Mode);

/// <summary>The body of <c>POST /leases/{id}/locks</c>.</summary>
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
    Named<string> Name = default,
    Named<IReadOnlyList<string>> Roles = default,
    Named<string[]> Queues = default
);

/// <summary>The body of <c>POST /principals/{id}/keys</c>.</summary>
/// <param name="Queues">The only queues that the key reaches; null for as far as its owner does.</param>
internal sealed record IssueKeyRequest(
    string Name,
    DateTimeOffset? ExpiresAt = null,
    IReadOnlyList<string>? Queues = null
);

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

/// <summary>The body of <c>PUT /me/absence</c>.</summary>
/// <param name="Until">When it ends by itself; null for being back.</param>
internal sealed record AbsenceRequest(DateTimeOffset? Until, string? Note = null);

/// <summary>The body of <c>POST /leases/{id}/unlock</c>.</summary>
internal sealed record UnlockRequest(long Token, IReadOnlyList<string> Targets, string? Run = null);

/// <summary>The body of <c>POST /targets/holds</c>.</summary>
/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
/// <param name="Until">Within 30 days.</param>
internal sealed record HoldRequest(string Target, string Mode, DateTimeOffset Until, string Why);

/// <summary>The body of <c>POST /items/{id}/claim</c>.</summary>
internal sealed record ClaimRequest(string? Run = null, int? LeaseSeconds = null);

/// <summary>The body of <c>POST /items/{id}/takeover</c>.</summary>
internal sealed record TakeOverRequest(string Why, string? Run = null, bool? Force = null);

/// <summary>The body of <c>POST /items/{id}/accept</c>.</summary>
internal sealed record AcceptRequest(string? Run = null);

/// <summary>The token and run of a lease.</summary>
internal sealed record UnderLeaseRequest(long Token, string? Run = null, long? Acknowledges = null);

/// <summary>The body of <c>POST /leases/{id}/resume</c>.</summary>
/// <param name="WithdrawReview">Goes on without the review that the lease waits for, which is withdrawn.</param>
internal sealed record ResumeRequest(
    long Token,
    string? Run = null,
    long? Acknowledges = null,
    bool? WithdrawReview = null
);

/// <summary>A step of the work, as its holder names it.</summary>
internal sealed record ProgressRequest(string Step, string? Note = null);

/// <summary>The body of <c>POST /leases/{id}/renew</c>.</summary>
internal sealed record RenewRequest(
    long Token,
    string? Run = null,
    ProgressRequest? Progress = null,
    int? LeaseSeconds = null,
    long? Acknowledges = null
);

/// <summary>One lease of a batch of renewals.</summary>
internal sealed record RenewalRequest(
    string LeaseId,
    long Token,
    string? Run = null,
    ProgressRequest? Progress = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /leases/renewals</c>.</summary>
internal sealed record RenewalsRequest(IReadOnlyList<RenewalRequest> Renewals);

/// <summary>The body of <c>POST /leases/{id}/suspend</c>.</summary>
internal sealed record SuspendRequest(
    long Token,
    string Reason,
    string? Run = null,
    string? Note = null,
    long? Acknowledges = null
);

/// <summary>A piece of evidence: a label, with an address, a text or a content.</summary>
internal sealed record EvidenceRequest(
    string Label,
    string? Uri = null,
    string? Sha256 = null,
    string? Text = null,
    string? ContentHash = null
);

/// <summary>A version of an artifact.</summary>
internal sealed record ArtifactRefRequest(string Id, int Version);

/// <summary>A check that was made, and its outcome.</summary>
internal sealed record ValidationRequest(string Name, string Outcome, string? Detail = null);

/// <summary>The body of <c>POST /leases/{id}/checkpoints</c>.</summary>
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

/// <summary>A principal or a role, one of the two.</summary>
internal sealed record AddresseeRequest(string? Principal = null, string? Role = null);

/// <summary>The body of <c>POST /leases/{id}/handoff</c>.</summary>
/// <param name="Token">Left out only by support, who hand off another's lease without it.</param>
internal sealed record HandOffRequest(
    AddresseeRequest To,
    string Note,
    long? Token = null,
    string? Run = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /leases/{id}/release</c>.</summary>
internal sealed record ReleaseRequest(
    long Token,
    string? Run = null,
    string? Note = null,
    string? Outcome = null,
    int? RetryAfterSeconds = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /leases/{id}/complete</c>.</summary>
/// <param name="Result">Any JSON value.</param>
internal sealed record CompleteRequest(
    long Token,
    string? Run = null,
    JsonElement? Result = null,
    bool? LeaveOpen = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /runs/{run}/end</c>.</summary>
internal sealed record EndRunRequest(string Outcome, string? Why = null, string? Principal = null);

/// <summary>A record, file or source that a version rests on.</summary>
internal sealed record SourceRequest(string Target, string Version);

/// <summary>The body of <c>POST /artifacts</c>.</summary>
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

/// <summary>The body of <c>POST /artifacts/{id}/versions</c>.</summary>
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

/// <summary>The body of <c>POST /artifacts/{id}/permit</c>.</summary>
internal sealed record PermitRequest(int Version, string? Principal = null);

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

/// <summary>The body of <c>POST /presence</c>.</summary>
internal sealed record PresenceRequest(string Topic, string Mode);

/// <summary>The body of <c>POST /targets/changes</c>.</summary>
internal sealed record ReportChangeRequest(
    string Target,
    string Version,
    string? By = null,
    string? Note = null,
    DateTimeOffset? At = null,
    string? CausedBy = null
);
