using System.Text.Json;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

// What callers send, member for member as API.md names it. A parameter without a default is required. Sizes and words
// are Core's to judge; here is only what is there and of which type.

/// <summary>Nothing to say.</summary>
internal sealed record EmptyRequest;

internal sealed record WhyRequest(string Why);

internal sealed record QueueRequest(
    long? IfSeq = null,
    Named<int> LeaseSeconds = default,
    Named<int> PersonLeaseSeconds = default,
    Named<int> ClaimSeconds = default,
    Named<int> ResumeSeconds = default,
    Named<int> MaxSuspendSeconds = default,
    Named<int> MaxLifetimeSeconds = default,
    Named<int> MaxQuietRenewals = default,
    Named<bool> ReviveStale = default,
    Named<string> OnStale = default,
    Named<int> StaleGraceSeconds = default,
    Named<int> StaleHoldSeconds = default,
    Named<int> AcceptSeconds = default,
    Named<int?> MaxActive = default,
    Named<IReadOnlyList<ActiveLimitRequest>> MaxActivePer = default,
    Named<int?> ClaimsPerMinute = default,
    Named<int?> MaxAttempts = default,
    Named<BackoffRequest?> Backoff = default,
    Named<string> OnDuplicate = default
);

internal sealed record ActiveLimitRequest(int Limit, string? Label = null, string? TargetPrefix = null);

internal sealed record BackoffRequest(int FirstSeconds, decimal Factor, int MaxSeconds);

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
);

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
);

internal sealed record SnoozeRequest(DateTimeOffset Until, string Why);

internal sealed record NoteRequest(string Text, string To, string Kind);

internal sealed record AcknowledgeNoteRequest(string? Answer = null);

/// <param name="WaitSeconds">0 to 55: how long to wait for something to claim.</param>
internal sealed record ClaimNextRequest(
    string? Run = null,
    int? LeaseSeconds = null,
    IReadOnlyList<string>? Labels = null,
    int? WaitSeconds = null
);

internal sealed record ClaimRequest(string? Run = null, int? LeaseSeconds = null);

internal sealed record TakeOverRequest(string Why, string? Run = null, bool? Force = null);

internal sealed record AcceptRequest(string? Run = null);

internal sealed record UnderLeaseRequest(long Token, string? Run = null, long? Acknowledges = null);

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
