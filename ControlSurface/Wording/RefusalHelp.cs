namespace ControlSurface.Wording;

/// <summary>What a code means and what to do about it, for the person whom an agent shows it to.</summary>
/// <param name="Title">A few words; also the problem's <c>title</c>.</param>
internal sealed record RefusalHelp(string Code, string Title, string Means, string DoNext)
{
    /// <summary>Every code that this server answers with.</summary>
    internal static readonly IReadOnlyList<RefusalHelp> All =
    [
        new(
            "invalid_request",
            "The request is malformed or out of bounds",
            "Something in the address, the headers or the body is missing, unknown, of the wrong type or too large. Nothing was changed.",
            "Read the members named under errors, correct them, and send the request again."
        ),
        new(
            "unauthorized",
            "No valid key",
            "The request carried no key, or one that belongs to nobody in this workspace, or to somebody who was ended.",
            "Send the header Authorization: Bearer and a key. An admin can make a new one."
        ),
        new(
            "forbidden",
            "Not allowed for this key",
            "The principal's role does not allow this, or the key is limited to other queues.",
            "Ask somebody with one of the roles that the sentence names, or use a key that has it."
        ),
        new(
            "not_found",
            "Nothing by that name",
            "No item, lease, queue, note or address with this id exists in the workspace.",
            "Check the id. Ids are written exactly as they were given: W-1042, L-77."
        ),
        new(
            "method_not_allowed",
            "The address does not take this method",
            "The address exists, but not with this method.",
            "Use one of the methods in the Allow header; /openapi/v1.json lists them all."
        ),
        new(
            "too_large",
            "The body is too large",
            "The body has more bytes than this address takes. Nothing was read of it.",
            "Send less, or spread it over several requests; limitBytes says how much fits."
        ),
        new(
            "unsupported_media_type",
            "The body is not plain JSON",
            "The content type is not JSON, or the body is compressed.",
            "Send Content-Type: application/json, uncompressed, in UTF-8."
        ),
        new(
            "idempotency_key_reused",
            "The key belongs to another request",
            "An Idempotency-Key names one request. This one differs from the first in its method, address or body.",
            "Use a new key for a new request; repeat the old one unchanged to hear its first answer."
        ),
        new(
            "run_ended",
            "The run was ended",
            "Somebody ended this run. It may start nothing any more, so that what it held stays free.",
            "Go on in a new run."
        ),
        new(
            "not_holder",
            "The lease is somebody else's",
            "The lease was granted to another principal, or to another run of the same one.",
            "Name the run that the lease was granted to. If the work is to change hands, take it over or have it handed off."
        ),
        new(
            "fenced",
            "Somebody else was granted the item meanwhile",
            "The token is older than the newest grant on the item. The write changed nothing; that is what the token is for.",
            "Stop working under this lease. What was done may already be somebody else's to finish: look at the item first."
        ),
        new(
            "lease_ended",
            "The lease has ended",
            "The lease was released, completed, handed off, taken over or ended otherwise; endedAs says how.",
            "Claim the item again if there is still work to do."
        ),
        new(
            "lease_stale",
            "The lease was not renewed in time",
            "It ran out. Until somebody takes the item over, its holder may still leave a checkpoint, let go, or renew where the queue allows it.",
            "Renew if revivable is true; else leave a checkpoint and release."
        ),
        new(
            "lease_suspended",
            "The lease's clock is stopped",
            "The lease waits for something: a pause, a person, or what it is blocked on. While it does, only letting go, completing and checkpoints go on.",
            "Wait until the reasons have ended, or resume what you suspended yourself."
        ),
        new(
            "lease_required",
            "A lease is needed",
            "The item is leased, or this can only be done by whoever holds it.",
            "Claim the item, then name the lease's token."
        ),
        new(
            "paused",
            "Paused",
            "The queue, the principal or the whole line was paused by a person; scope says which, why says the reason.",
            "Wait until it is resumed, or ask whoever paused it."
        ),
        new(
            "already_owned",
            "Somebody holds it",
            "The item has an owner. An item has at most one at a time.",
            "Wait for retryAfter seconds, work on something else, or have it taken over by whom takeover names."
        ),
        new(
            "not_claimable",
            "Not available now",
            "The item waits for something, rests, is parked or settled, or a limit of the queue is reached; why says which.",
            "Ask again after retryAfter where it is given; else look at the item."
        ),
        new(
            "no_progress",
            "Too long without news",
            "A lease can only be renewed for so long without a step or note that differs from the last: the queue's maxQuietRenewals times the length of the lease. How often it is renewed in that time makes no difference. That tells live work from dead.",
            "Renew with a progress step, write a checkpoint, or release the item."
        ),
        new(
            "lifetime_exceeded",
            "The lease has reached its longest life",
            "However often it is renewed, a lease has a longest life.",
            "Leave a checkpoint and release the item, so that the next owner can go on from there."
        ),
        new(
            "acknowledge_required",
            "The item changed under the lease",
            "Somebody changed the title, the body or the targets after the lease was granted.",
            "Read the item again, then pass the given number as acknowledges with the next call."
        ),
        new(
            "item_changed",
            "It was changed meanwhile",
            "What ifSeq names is no longer the newest state. Somebody else's change would have been overwritten.",
            "Read it again, look at what changed, and repeat the change with the new seq."
        ),
        new(
            "request_in_progress",
            "The first request is still being served",
            "A request with the same Idempotency-Key has not been answered yet.",
            "Repeat it in a moment; it then gets the first one's answer."
        ),
        new(
            "target_locked",
            "Somebody else has it locked",
            "A target that was asked for, or one above or below it, is locked for another item, or an earlier request waits for it.",
            "Ask for something narrower, wait in line with waitSeconds, or work on something else first. Where waiting would close a cycle, unlock what the others wait for and ask for all of it at once."
        ),
        new(
            "lock_not_held",
            "The lock is not held",
            "What was to be let go is not locked for this item, or the queue demands a lock that is not there.",
            "Read the lease's locks, and name those; or lock the target first."
        ),
        new(
            "version_conflict",
            "The base is not the current version",
            "Somebody published a newer version after this one was read. What was sent is kept beside it, in a conflict that a person can settle.",
            "Read the current version, take over what is still right, and publish on it; or settle the conflict."
        ),
        new(
            "human_edit_hold",
            "A person edited it",
            "A person changed the artifact, or is changing it, and the queue does not let an agent write over that. What was sent is kept.",
            "Ask the editor or a reviewer for leave, or acknowledge their version, as resolveBy says."
        ),
        new(
            "version_changed",
            "Not the current version",
            "What was decided on or named is no longer the current version, or not its content.",
            "Open the current version, read it, and decide on that."
        ),
        new(
            "consequences_changed",
            "The consequences changed",
            "The actions that approving would let through are not the ones that were shown.",
            "Read the consequences again, then decide."
        ),
        new(
            "self_approval",
            "Your own change",
            "You changed it yourself since the last approved version, and the queue does not let that count.",
            "Ask one of those who are eligible."
        ),
        new(
            "comments_open",
            "Blocking comments are open",
            "A comment that blocks the version has not been resolved.",
            "Settle the comment and resolve it, then approve."
        ),
        new(
            "action_id_reused",
            "The id belongs to another action",
            "An action with this id was prepared with other members.",
            "Send what it was prepared with, or choose another id."
        ),
        new(
            "permit_invalid",
            "The permit does not hold",
            "The permit was never given, or was used, or belongs to another principal or run.",
            "Begin the action again to learn how it stands."
        ),
        new(
            "action_settled",
            "Settled meanwhile",
            "Somebody looked in the real system and settled the action.",
            "Read the action; do not apply it again."
        ),
        new(
            "unsettled",
            "Something is not over",
            "An action, a conflict or an approval of the item is open still.",
            "Settle it, or complete with leaveOpen to leave it to others."
        ),
        new(
            "count_changed",
            "Another number is meant",
            "What the filter means now is not the number that was seen.",
            "Look at the list again, and send the number that it has now."
        ),
        new(
            "conflict_changed",
            "The conflict moved",
            "Something was added to the conflict after it was read.",
            "Read it again, then settle it."
        ),
        new(
            "conflict_closed",
            "The conflict is settled",
            "Somebody settled it already, or its cause is gone.",
            "Read it to see how; there is nothing left to do."
        ),
        new(
            "rate_limited",
            "Too many requests",
            "This key asks more often than the server allows.",
            "Wait for the seconds in Retry-After."
        ),
        new(
            "unavailable",
            "Nothing can be written just now",
            "The journal cannot be written, the server is stopping, or too many requests wait. Nothing was done.",
            "Repeat the request after the seconds in Retry-After. Reading goes on."
        ),
        new(
            "outcome_unknown",
            "It is not known whether it was written",
            "The write that carried this request failed in a way that leaves its fate open. The server restarts and reads what is there.",
            "Repeat the request with the same Idempotency-Key: it is applied once."
        ),
        new(
            "internal_error",
            "Something is broken in the server",
            "A bug. It was written to the server's log.",
            "Repeat the request later with the same Idempotency-Key, and tell whoever runs the server."
        ),
    ];

    private static readonly Dictionary<string, RefusalHelp> ByCode = All.ToDictionary(
        h => h.Code,
        StringComparer.Ordinal
    );

    internal static RefusalHelp? Find(string code) => ByCode.GetValueOrDefault(code);
}
