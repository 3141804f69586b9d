using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Claims;

/// <summary>The outcome of one renewal of a batch.</summary>
/// <param name="Lease">The lease, as the request names it.</param>
/// <param name="ExpiresAt">Its new end; null where the renewal was refused.</param>
/// <param name="Problem">Why it was refused; null where it was accepted.</param>
public sealed record RenewalResult(LeaseId Lease, DateTimeOffset? ExpiresAt, Refusal? Problem);

/// <summary>The caller holds the item after a claim, a takeover or an accepted handoff.</summary>
/// <param name="Item">The item with its new lease.</param>
/// <param name="Lease">The new lease, with its fencing token.</param>
/// <param name="Handover">What the last owner left; null where nobody worked on the item before.</param>
public sealed record GrantReply(ItemView Item, LeaseView Lease, Handover? Handover) : Reply;

/// <summary>The queue has no item for the caller now, which is answered with 204.</summary>
/// <param name="RetryAfter">
/// Whole seconds after which asking again can help, where a limit stops the claim; null where no limit does.
/// </param>
/// <param name="WaitingFor">The policy member whose limit stops the claim; null where no limit does.</param>
public sealed record NothingToClaimReply(int? RetryAfter, string? WaitingFor) : Reply;

/// <summary>A checkpoint was recorded.</summary>
/// <param name="Checkpoint">The checkpoint with its number.</param>
/// <param name="Lease">The lease after the command.</param>
public sealed record CheckpointReply(Checkpoint Checkpoint, LeaseView Lease) : Reply;

/// <summary>The outcomes of a batch of renewals.</summary>
/// <param name="Results">One for each renewal, in the order of the request.</param>
public sealed record RenewalsReply(IReadOnlyList<RenewalResult> Results) : Reply;
