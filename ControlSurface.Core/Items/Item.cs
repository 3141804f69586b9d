using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;

namespace ControlSurface.Core.Items;

/// <summary>The state words of an item: the first that applies, in this order (API.md, Objects, item).</summary>
public enum ItemState
{
    /// <summary>The work is done.</summary>
    Completed,

    /// <summary>The work will not be done.</summary>
    Cancelled,

    /// <summary>An action of it is being applied outside.</summary>
    Applying,

    /// <summary>Its lease is suspended until a reviewer decides.</summary>
    WaitingOnReview,

    /// <summary>Its lease is suspended for another reason: the clock stands still.</summary>
    Suspended,

    /// <summary>Its holder is at work.</summary>
    Leased,

    /// <summary>Its holder has claimed it and not started yet.</summary>
    Claimed,

    /// <summary>Its lease was not renewed in time, and nobody has taken it over.</summary>
    Stale,

    /// <summary>Its holder offered it to somebody who has not accepted yet.</summary>
    HandedOff,

    /// <summary>It has an open conflict and no live lease; a claim of the queue does not get it.</summary>
    ConflictDetected,

    /// <summary>Somebody, or a rule, set it aside.</summary>
    Parked,

    /// <summary>It waits for other items or for an instant.</summary>
    Blocked,

    /// <summary>It is free to be claimed.</summary>
    Queued,
}

/// <summary>An item that its holder offered to somebody: nobody owns it until they accept.</summary>
/// <param name="FromLease">The lease that ended with the handoff.</param>
/// <param name="From">The holder of that lease.</param>
/// <param name="By">Who handed it off: the holder, or support.</param>
/// <param name="ToPrincipal">The one who may accept; null where it goes to a role.</param>
/// <param name="ToRole">The role whose members may accept; null where it goes to a principal.</param>
/// <param name="Note">A note to whoever accepts, up to 4,000 characters.</param>
/// <param name="At">When it was offered.</param>
/// <param name="Until">When the offer ends and the item goes back to its queue.</param>
public sealed record Handoff(
    LeaseId FromLease,
    Holder From,
    PrincipalId By,
    PrincipalId? ToPrincipal,
    string? ToRole,
    string Note,
    DateTimeOffset At,
    DateTimeOffset Until
);

/// <summary>An item that was set aside. With <paramref name="Until"/> it is a snooze, which ends by itself.</summary>
/// <param name="Why">A person's reason, or the word of the rule that parked it.</param>
/// <param name="By">Who parked it.</param>
/// <param name="Until">When it can be claimed again by itself; null for not before somebody unparks it.</param>
/// <param name="AttemptsUsedUp">The rule on attempts parked it: unparking it sets its attempts to 0.</param>
public sealed record Parking(
    string Why,
    PrincipalId By,
    DateTimeOffset At,
    DateTimeOffset? Until,
    bool AttemptsUsedUp = false
);

/// <summary>The end of an item.</summary>
/// <param name="Completed">True for completed, false for cancelled.</param>
/// <param name="By">Who completed or cancelled it.</param>
/// <param name="Why">The reason for cancelling it; null for a completed item.</param>
/// <param name="Result">A JSON value as text; null for a cancelled item, and where none was given.</param>
public sealed record Settlement(bool Completed, PrincipalId By, DateTimeOffset At, string? Why, string? Result);

/// <summary>
/// A unit of work (API.md, Objects, item). Its state word, owner, counts and colours are all computed from this one
/// record and the lease inside it, so that none can disagree (DESIGN.md, 11).
/// </summary>
public sealed record Item : IHasItemFields
{
    private ItemFields _fields = ItemFields.Empty;

    /// <summary>Its id: <c>W-1042</c>.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The name of the queue that it is in.</summary>
    public required string Queue { get; init; }

    /// <summary>The fields that callers set. Stored flat, beside the other members.</summary>
    [JsonIgnore]
    public ItemFields Fields
    {
        get => _fields;
        init => _fields = value;
    }

    /// <summary>The caller's own id for it, unique among the open items of its queue; null for none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Those of <see cref="DependsOn"/> that are not completed.</summary>
    public IReadOnlyList<ItemId> OpenDependencies { get; init; } = [];

    /// <inheritdoc cref="ItemFields.Title"/>
    public string Title => _fields.Title;

    /// <inheritdoc cref="ItemFields.Body"/>
    public string Body => _fields.Body;

    /// <inheritdoc cref="ItemFields.Priority"/>
    public int Priority => _fields.Priority;

    /// <inheritdoc cref="ItemFields.Labels"/>
    public IReadOnlyList<string> Labels => _fields.Labels;

    /// <inheritdoc cref="ItemFields.Targets"/>
    public IReadOnlyList<string> Targets => _fields.Targets;

    /// <inheritdoc cref="ItemFields.NotBefore"/>
    public DateTimeOffset? NotBefore => _fields.NotBefore;

    /// <inheritdoc cref="ItemFields.DueAt"/>
    public DateTimeOffset? DueAt => _fields.DueAt;

    /// <inheritdoc cref="ItemFields.DependsOn"/>
    public IReadOnlyList<ItemId> DependsOn => _fields.DependsOn;

    /// <summary>Who created it.</summary>
    public required PrincipalId CreatedBy { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last event happened, renewals left out.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seq of the last event that changed the item itself; <c>ifSeq</c> compares with it.</summary>
    public required long Seq { get; init; }

    /// <summary>When it last became available; among equal priorities the earliest is claimed first.</summary>
    public DateTimeOffset ReadyAt { get; init; }

    /// <summary>Seq of the event that made it available; it decides between equal <see cref="ReadyAt"/>.</summary>
    public long ReadySeq { get; init; }

    /// <summary>The current lease: live or stale. Null where nobody owns the item.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Ended leases, oldest first.</summary>
    public ImmutableList<Lease> Past { get; init; } = [];

    /// <summary>The offer that waits to be accepted; null for none.</summary>
    public Handoff? Handoff { get; init; }

    /// <summary>Why and until when it is set aside; null where it is not.</summary>
    public Parking? Parked { get; init; }

    /// <summary>It is not available before this instant: <c>notBefore</c>, or the rest after a failure. Null once that has passed.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>Why it waits until then; null where that is null.</summary>
    public WaitCause? WaitsFor { get; init; }

    /// <summary>How it ended; null while it is open.</summary>
    public Settlement? Settled { get; init; }

    /// <summary>How many started leases ended without completing it, since it was created, reopened, or unparked after its attempts were used up.</summary>
    public int Attempts { get; init; }

    /// <summary>How many claims expired without being started.</summary>
    public int Lapses { get; init; }

    /// <summary>The ids of its actions that are being applied.</summary>
    public ImmutableList<string> Applying { get; init; } = [];

    /// <summary>How many of its conflicts are open.</summary>
    public int OpenConflicts { get; init; }

    /// <summary>
    /// Why a person should look at it: <c>dependency_cancelled</c>, <c>dependency_parked</c>, <c>dependency_stuck</c>, <c>stale_hold</c>,
    /// <c>overdue</c>, <c>attempts_exhausted</c>, <c>handoff_expired</c>. Empty for nothing.
    /// </summary>
    public ImmutableList<AttentionKind> Attention { get; init; } = [];

    /// <summary>Whether the item asks for a person for this reason.</summary>
    /// <param name="word">A word of <c>attention</c>, or <c>any</c> for whatever reason; an unknown word is no reason.</param>
    public bool AsksFor(string word) =>
        word == "any"
            ? Attention.Count > 0
            : WireNames.TryRead<AttentionKind>(word, out var kind) && Attention.Contains(kind);

    /// <summary>All checkpoints, oldest first, of every holder.</summary>
    public ImmutableList<Checkpoint> Checkpoints { get; init; } = [];

    /// <summary>All notes, oldest first.</summary>
    public ImmutableList<Note> Notes { get; init; } = [];

    /// <summary>Its locks, in the order of the targets. They pass to whoever owns it next.</summary>
    public ImmutableList<HeldLock> Locks { get; init; } = [];

    /// <summary>The lock requests of its current lease that wait, in the order in which they came.</summary>
    public ImmutableList<LockWait> LockWaits { get; init; } = [];

    /// <summary>Its events, oldest first, without renewals, which only the journal keeps.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    /// <summary>When a stale item that nobody takes over asks for attention; null where it is not stale, or has asked.</summary>
    public DateTimeOffset? StaleAttentionAt { get; init; }

    /// <summary>When its stale lease ends and it goes back to the queue by itself; null where it does not.</summary>
    public DateTimeOffset? RequeueAt { get; init; }

    void IHasItemFields.Restore(ItemFields fields) => _fields = fields;

    /// <summary>The state word, computed (API.md, Objects).</summary>
    public ItemState State =>
        this switch
        {
            { Settled.Completed: true } => ItemState.Completed,
            { Settled: not null } => ItemState.Cancelled,
            { Applying.Count: > 0 } => ItemState.Applying,
            { Lease: { State: LeaseState.Suspended, Reasons: var why } } => why.HasFlag(SuspendReasons.WaitingOnReview)
                ? ItemState.WaitingOnReview
                : ItemState.Suspended,
            { Lease.State: LeaseState.Active } => ItemState.Leased,
            { Lease.State: LeaseState.Claimed } => ItemState.Claimed,
            { Lease.State: LeaseState.Stale } => ItemState.Stale,
            { Handoff: not null } => ItemState.HandedOff,
            { OpenConflicts: > 0 } => ItemState.ConflictDetected,
            { Parked: not null } => ItemState.Parked,
            { OpenDependencies.Count: > 0 } or { WaitsUntil: not null } => ItemState.Blocked,
            _ => ItemState.Queued,
        };

    /// <summary>Why it is in that state, in one machine word; null where the state says it all.</summary>
    public string? StateReason =>
        State switch
        {
            ItemState.Parked => Parked!.Until is null ? Parked.Why : "snoozed",
            ItemState.Blocked => OpenDependencies.Count > 0 ? "depends_on" : WireNames.Of(WaitsFor!.Value),
            ItemState.Suspended or ItemState.WaitingOnReview => string.Join(' ', Lease!.Reasons.InWords()),
            ItemState.Cancelled => Settled!.Why,
            _ => null,
        };

    /// <summary>The newest lease, current or past.</summary>
    public Lease? LastLease => Lease ?? (Past.Count > 0 ? Past[^1] : null);

    /// <summary>The next instant at which something about it changes by itself: an expiry, an end of a wait, a due time. Null for never.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            if (Settled is not null)
                return null;
            var due = Lease is { IsLive: true } lease ? lease.ExpiresAt : null;
            due = Earlier(due, RequeueAt);
            due = Earlier(due, StaleAttentionAt);
            due = Earlier(due, Handoff?.Until);
            due = Earlier(due, Parked?.Until);
            due = Earlier(due, WaitsUntil);
            for (var k = 0; k < LockWaits.Count; k++)
                due = Earlier(due, LockWaits[k].Until);
            return Attention.Contains(AttentionKind.Overdue) ? due : Earlier(due, DueAt);
        }
    }

    /// <summary>Its lease with this id, current or past; null where it never had it.</summary>
    public Lease? FindLease(LeaseId id)
    {
        if (Lease?.Id == id)
            return Lease;
        for (var k = Past.Count - 1; k >= 0; k--)
        {
            if (Past[k].Id == id)
                return Past[k];
        }
        return null;
    }

    /// <summary>Its lock on exactly this target; null for none.</summary>
    public HeldLock? FindLock(string target) =>
        Locks.Count > 0 && LockEvolution.IndexOf(Locks, target) is >= 0 and var at ? Locks[at] : null;

    /// <summary>Whether one of its own locks covers the target in this mode: a lock on the target, or on a path above it.</summary>
    public bool IsLocked(string target, LockMode mode) =>
        Locks.Count > 0 && TargetPath.UpFrom(target).Any(above => FindLock(above)?.Gives(mode) == true);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null ? b
        : b is null ? a
        : a < b ? a
        : b;
}
