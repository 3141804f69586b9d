using System.Text.Json;

namespace ControlSurface.Api;

// What callers send about claims, leases and runs (see Requests.cs).

/// <summary>The body of <c>POST /queues/{name}/claims</c>.</summary>
/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait for something to claim.</param>
internal sealed record ClaimNextRequest(
    string? Run = null,
    int? LeaseSeconds = null,
    IReadOnlyList<string>? Labels = null,
    decimal? WaitSeconds = null
);

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
