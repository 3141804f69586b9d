using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;

namespace ControlSurface.Core.Items;

/// <summary>The state words of API.md, Objects, item; the first that applies, in this order.</summary>
public enum ItemState
{
    Completed,
    Cancelled,
    Applying,
    WaitingOnReview,
    Suspended,
    Leased,
    Claimed,
    Stale,
    HandedOff,
    ConflictDetected,
    Parked,
    Blocked,
    Queued,
}

/// <summary>An item on its way from one owner to the next: nobody's until accepted, but addressed.</summary>
/// <param name="ToPrincipal">The one who may accept; null where it goes to a role.</param>
/// <param name="ToRole">The role whose members may accept.</param>
/// <param name="Until">Then it goes back to the queue.</param>
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

/// <summary>Set aside. <paramref name="Until"/> makes it a snooze that ends by itself.</summary>
/// <param name="AttemptsUsedUp">The rule on attempts parked it: unparking gives it new attempts.</param>
public sealed record Parking(
    string Why,
    PrincipalId By,
    DateTimeOffset At,
    DateTimeOffset? Until,
    bool AttemptsUsedUp = false
);

/// <summary>Settled: completed or cancelled.</summary>
/// <param name="Result">A JSON value as text; null for a cancelled item or none given.</param>
public sealed record Settlement(bool Completed, PrincipalId By, DateTimeOffset At, string? Why, string? Result);

/// <summary>
/// A unit of work (API.md, Objects, item). Its state word, owner, counts and colours are all computed from this one
/// record and the lease inside it, so that none can disagree (DESIGN.md, 11).
/// </summary>
public sealed record Item : IHasItemFields
{
    private ItemFields _fields = ItemFields.Empty;

    public required ItemId Id { get; init; }
    public required string Queue { get; init; }

    /// <summary>What callers say of it; stored flat.</summary>
    [JsonIgnore]
    public ItemFields Fields
    {
        get => _fields;
        init => _fields = value;
    }
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

    public required PrincipalId CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seq of the last event that changed the item itself; <c>ifSeq</c> compares with it.</summary>
    public required long Seq { get; init; }

    /// <summary>When it last became available, and the seq of that: its place in the queue's order.</summary>
    public DateTimeOffset ReadyAt { get; init; }
    public long ReadySeq { get; init; }

    /// <summary>The current lease: live or stale. Null where nobody owns the item.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Ended leases, oldest first.</summary>
    public ImmutableList<Lease> Past { get; init; } = [];
    public Handoff? Handoff { get; init; }
    public Parking? Parked { get; init; }

    /// <summary>Not available before this instant: <c>notBefore</c> or the rest after a failure. Null once it passed.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary><c>not_before</c> or <c>backoff</c>.</summary>
    public string? WaitsFor { get; init; }
    public Settlement? Settled { get; init; }
    public int Attempts { get; init; }
    public int Lapses { get; init; }

    /// <summary>Actions on the item that were let through and are not settled, by their ids.</summary>
    public ImmutableList<string> Applying { get; init; } = [];

    /// <summary>Open conflicts on the item.</summary>
    public int OpenConflicts { get; init; }

    /// <summary>
    /// What a person should look at: dependency_cancelled, dependency_parked, dependency_stuck, stale_hold, overdue,
    /// attempts_exhausted, handoff_expired.
    /// </summary>
    public ImmutableList<string> Attention { get; init; } = [];
    public ImmutableList<Checkpoint> Checkpoints { get; init; } = [];
    public ImmutableList<Note> Notes { get; init; } = [];

    /// <summary>What it has locked, in the order of the targets; whoever owns it next has the same.</summary>
    public ImmutableList<HeldLock> Locks { get; init; } = [];

    /// <summary>Requests for locks that wait, in the order in which they came; its current lease's.</summary>
    public ImmutableList<LockWait> LockWaits { get; init; } = [];

    /// <summary>What happened to it, oldest first; renewals are left to the journal.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    /// <summary>When a lease of it went stale and nobody came: attention is due then. Null once asked or not stale.</summary>
    public DateTimeOffset? StaleAttentionAt { get; init; }

    /// <summary>When a stale lease is requeued by itself.</summary>
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
            ItemState.Blocked => OpenDependencies.Count > 0 ? "depends_on" : WaitsFor,
            ItemState.Suspended or ItemState.WaitingOnReview => string.Join(' ', Lease!.Reasons.InWords()),
            ItemState.Cancelled => Settled!.Why,
            _ => null,
        };

    /// <summary>The newest lease, current or past.</summary>
    public Lease? LastLease => Lease ?? (Past.Count > 0 ? Past[^1] : null);

    /// <summary>The next instant at which something happens to it by itself; null for never.</summary>
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
            return Attention.Contains("overdue") ? due : Earlier(due, DueAt);
        }
    }

    /// <summary>The lease with this id, current or past.</summary>
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

    /// <summary>Its lock on exactly this target.</summary>
    public HeldLock? FindLock(string target) =>
        Locks.Count > 0 && LockEvolution.IndexOf(Locks, target) is >= 0 and var at ? Locks[at] : null;

    /// <summary>Whether a lock of its own covers the target: on it, or on what is above it.</summary>
    public bool IsLocked(string target, LockMode mode) =>
        Locks.Count > 0 && TargetPath.UpFrom(target).Any(above => FindLock(above)?.Gives(mode) == true);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null ? b
        : b is null ? a
        : a < b ? a
        : b;
}
