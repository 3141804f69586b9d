namespace ControlSurface.Wording;

/// <summary>What a code means and what to do about it, for the person whom an agent shows it to.</summary>
/// <param name="Status">The HTTP status that every refusal of the code is answered with.</param>
/// <param name="Title">A few words; also the problem's <c>title</c>.</param>
internal sealed record RefusalHelp(string Code, int Status, string Title, string Means, string DoNext)
{
    /// <summary>Every code that this server answers with.</summary>
    internal static readonly IReadOnlyList<RefusalHelp> All =
    [
        new(
            "invalid_request",
            400,
            "The request is malformed or out of bounds",
            "A member of the address, the headers or the body is missing, unknown, of the wrong type or too large. Nothing was changed.",
            "Read the members named under errors, correct them, and send the request again."
        ),
        new(
            "unauthorized",
            401,
            "No valid key",
            "The request carried no key, or its key belongs to no active principal of this workspace.",
            "Send the header Authorization: Bearer and a key. An admin can make a new one."
        ),
        new(
            "forbidden",
            403,
            "Not allowed for this key",
            "The principal's role does not allow this, or the key is limited to other queues.",
            "Ask somebody with one of the roles that the sentence names, or use a key that has it."
        ),
        new(
            "not_found",
            404,
            "Not found",
            "No item, lease, queue, note or address with this id exists in the workspace.",
            "Check the id. Ids are written exactly as they were given: W-1042, L-77."
        ),
        new(
            "method_not_allowed",
            405,
            "The address does not take this method",
            "The address exists, but not with this method.",
            "Use one of the methods in the Allow header; /openapi/v1.json lists them all."
        ),
        new(
            "too_large",
            413,
            "Too large",
            "The body, the content or the line has more bytes than the server takes there. Nothing was changed.",
            "Send less, or several requests; limitBytes says how many bytes fit."
        ),
        new(
            "unsupported_media_type",
            415,
            "Not the content type that is taken here",
            "The content type is not the one that this address takes, or the body is compressed.",
            "Send Content-Type: application/json, or the type that the detail names, uncompressed, in UTF-8."
        ),
        new(
            "idempotency_key_reused",
            422,
            "The key belongs to another request",
            "An Idempotency-Key names one request. This one differs from the first in its method, address or body.",
            "Use a new key for a new request; repeat the old request unchanged to get its first answer."
        ),
        new(
            "run_ended",
            409,
            "The run was ended",
            "Somebody ended this run. It may claim, lock or begin nothing more, so that the work it held stays free for others.",
            "Start a new run, and name it in your requests."
        ),
        new(
            "not_holder",
            403,
            "Another holder has the lease",
            "The lease was granted to another principal, or to another run of the same one.",
            "Name the run that holds the lease. If another principal should do the work, take the item over or ask the holder for a handoff."
        ),
        new(
            "fenced",
            409,
            "Somebody else was granted the item meanwhile",
            "The fencing token is older than the newest grant on the item. The server refuses such a write so that an old holder cannot overwrite the new one. Nothing was changed.",
            "Stop working under this lease, and read the item: its new holder may be doing the same work."
        ),
        new(
            "lease_ended",
            409,
            "The lease has ended",
            "The lease was released, completed, handed off, taken over or ended otherwise; endedAs says how.",
            "Claim the item again if there is still work to do."
        ),
        new(
            "lease_stale",
            409,
            "The lease was not renewed in time",
            "The lease expired. Until somebody takes the item over, its holder may still leave a checkpoint, release the item, or renew where the queue allows it.",
            "Renew the lease if revivable is true; else leave a checkpoint and release the item."
        ),
        new(
            "lease_suspended",
            409,
            "The lease is suspended",
            "The clock of the lease is stopped while it waits for a review, a question, a dependency or the end of a pause. Meanwhile its holder may only release the item, complete it or leave checkpoints.",
            "Wait until the reasons have ended, or resume the lease if you suspended it yourself."
        ),
        new(
            "lease_required",
            409,
            "A lease is needed",
            "The item is leased, or only its holder may do this.",
            "Claim the item, then name the lease's token."
        ),
        new(
            "paused",
            409,
            "Paused",
            "A person paused the queue, the principal or the whole workspace; scope says which, why gives the reason.",
            "Wait until the pause ends, or ask the person who paused it."
        ),
        new(
            "already_owned",
            409,
            "Somebody holds it",
            "Another principal holds the item. An item has at most one holder at a time.",
            "Wait for retryAfter seconds, work on another item, or ask somebody named by takeover to take it over."
        ),
        new(
            "not_claimable",
            409,
            "Not available now",
            "The item is blocked, snoozed, parked or settled, or a limit of the queue is reached; why says which.",
            "Ask again after retryAfter seconds if it is given; else read the item."
        ),
        new(
            "no_progress",
            409,
            "Too long without progress",
            "A lease can be renewed only for a limited time without a step or note that differs from the last: the queue's maxQuietRenewals times the length of the lease, however often it is renewed. This rule tells live work from dead work.",
            "Renew with a progress step, write a checkpoint, or release the item."
        ),
        new(
            "lifetime_exceeded",
            409,
            "The lease has reached its longest life",
            "A lease ends after the longest life that the queue allows, however often it is renewed.",
            "Leave a checkpoint and release the item, so that the next owner can go on from there."
        ),
        new(
            "acknowledge_required",
            409,
            "The item changed under the lease",
            "Somebody changed the title, the body or the targets after the lease was granted.",
            "Read the item again, then pass the given number as acknowledges with the next call."
        ),
        new(
            "item_changed",
            409,
            "Changed since it was read",
            "Somebody changed the record after the seq in ifSeq. The request would have overwritten that change.",
            "Read it again, look at what changed, and repeat the change with the new seq."
        ),
        new(
            "request_in_progress",
            409,
            "The first request is still being served",
            "A request with the same Idempotency-Key has not been answered yet.",
            "Repeat the request in a moment; it then gets the answer of the first one."
        ),
        new(
            "target_locked",
            409,
            "Somebody else has it locked",
            "A target that was asked for, or one above or below it, is locked for another item, or an earlier request waits for it.",
            "Ask for a narrower target, wait with waitSeconds, or do other work first. If waiting would close a cycle, unlock the targets that the others wait for, and ask for all targets at once."
        ),
        new(
            "lock_not_held",
            409,
            "The lock is not held",
            "The target to unlock is not locked for this item, or the queue requires a lock that the item does not have.",
            "Read the locks of the lease and name one of those, or lock the target first."
        ),
        new(
            "version_conflict",
            409,
            "The base is not the current version",
            "Somebody published a newer version after this one was read. Your version is kept beside it, in a conflict that a person can settle.",
            "Read the current version, apply your changes to it, and publish on it; or settle the conflict."
        ),
        new(
            "human_edit_hold",
            409,
            "A person edited it",
            "A person changed the artifact or is editing it, and the queue does not let an agent overwrite that. Your version is kept.",
            "As resolveBy says, ask the editor or a reviewer to permit the publish, or acknowledge their version."
        ),
        new(
            "version_changed",
            409,
            "Not the current version",
            "The version that the request names is no longer current, or its content hash differs.",
            "Open the current version, read it, and decide on that."
        ),
        new(
            "consequences_changed",
            409,
            "The consequences changed",
            "The actions that an approval would release have changed since they were shown.",
            "Read the consequences again, then decide."
        ),
        new(
            "self_approval",
            403,
            "Your own change",
            "You changed the artifact since the last approved version, and the queue does not accept an approval by its author.",
            "Ask one of the principals in eligible to decide."
        ),
        new(
            "comments_open",
            409,
            "Blocking comments are open",
            "A comment that blocks the version has not been resolved.",
            "Settle the comment and resolve it, then approve."
        ),
        new(
            "action_id_reused",
            409,
            "The id belongs to another action",
            "An action with this id was prepared with other members.",
            "Send what it was prepared with, or choose another id."
        ),
        new(
            "permit_invalid",
            409,
            "The permit is not valid",
            "The permit was never given, or was used, or belongs to another principal or run.",
            "Begin the action again to learn how it stands."
        ),
        new(
            "action_settled",
            409,
            "Nothing to settle",
            "Somebody checked the real system and recorded the outcome of the action, or its outcome is not in doubt and there is nothing to verify.",
            "Read the action to see its state, and do not apply again what was applied."
        ),
        new(
            "unsettled",
            409,
            "Something is still open",
            "An action, a conflict or an approval of the item is still open.",
            "Settle it, or complete with leaveOpen to leave it to others."
        ),
        new(
            "count_changed",
            409,
            "The count changed",
            "The filter now matches another number of records than the request names.",
            "Look at the list again, and send the number that it has now."
        ),
        new(
            "conflict_changed",
            409,
            "The conflict changed",
            "A version or a note was added to the conflict after it was read.",
            "Read it again, then settle it."
        ),
        new(
            "conflict_closed",
            409,
            "The conflict is settled",
            "Somebody settled the conflict already, or its cause is gone.",
            "Read the conflict to see how it was settled; there is nothing left to do."
        ),
        new(
            "rate_limited",
            429,
            "Too many requests",
            "The principal uses more than the server allows; limit names which.",
            "Wait for the seconds in Retry-After."
        ),
        new(
            "unavailable",
            503,
            "Nothing can be written just now",
            "The journal cannot be written, the server is stopping, or too many requests wait. Nothing was done.",
            "Repeat the request after the seconds in Retry-After. Reading goes on."
        ),
        new(
            "outcome_unknown",
            503,
            "It is not known whether it was written",
            "The write of this request failed, and the server cannot tell whether it reached the disk. The server restarts and reads its journal. A change of principals, keys or sessions may be in force although the journal did not take it.",
            "Repeat the request with the same Idempotency-Key: it is applied once. Look before you repeat one that had no key, or that changes principals, keys or sessions."
        ),
        new(
            "internal_error",
            500,
            "The server failed",
            "The server has a fault. It wrote the details to its log.",
            "Repeat the request later with the same Idempotency-Key, and tell the operator of the server."
        ),
    ];

    private static readonly Dictionary<string, RefusalHelp> ByCode = All.ToDictionary(
        h => h.Code,
        StringComparer.Ordinal
    );

    internal static RefusalHelp? Find(string code) => ByCode.GetValueOrDefault(code);
}
