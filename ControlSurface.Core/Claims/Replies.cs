using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Claims;

/// <summary>One renewal of a batch: a new end, or why not.</summary>
public sealed record RenewalResult(LeaseId Lease, DateTimeOffset? ExpiresAt, Refusal? Problem);

/// <summary>A claim, takeover or accept. No handover where nobody worked on the item before.</summary>
public sealed record GrantReply(ItemView Item, LeaseView Lease, Handover? Handover) : Reply;

/// <summary>Nothing to claim. Says what stops it and when context again helps, where a limit does.</summary>
public sealed record NothingToClaimReply(int? RetryAfter, string? WaitingFor) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record CheckpointReply(Checkpoint Checkpoint, LeaseView Lease) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record RenewalsReply(IReadOnlyList<RenewalResult> Results) : Reply;
