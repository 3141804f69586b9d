using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;

namespace ControlSurface.Api.Bodies;

internal sealed record HolderBody(string Id, string Name, string Kind, string? Run)
{
    internal static HolderBody From(Holder holder) =>
        new(holder.Id.Text, holder.Name, WireNames.Of(holder.Kind), holder.Run);
}

internal sealed record ProgressBody(DateTimeOffset At, string? Step, string? Note);

/// <param name="MaxQuietRenewals">How many full terms may pass without news; null where there is no limit, as for people.</param>
internal sealed record ConditionBody(int? MaxQuietRenewals, int? MaxLifetimeSeconds);

/// <param name="Action"><c>hold</c> or <c>requeue</c>.</param>
internal sealed record OnStaleBody(string Action, int GraceSeconds);

/// <param name="Seq">What <c>acknowledges</c> has to name.</param>
internal sealed record MustAcknowledgeBody(long Seq, IReadOnlyList<string> Changed);

/// <summary>API.md, Objects, lease.</summary>
internal sealed record LeaseBody
{
    public required string Id { get; init; }
    public required string ItemId { get; init; }
    public required string Queue { get; init; }
    public required HolderBody Holder { get; init; }

    /// <summary>The fencing token; null for anybody but the holder's principal and run.</summary>
    public required long? Token { get; init; }
    public required string State { get; init; }
    public required IReadOnlyList<string> Reasons { get; init; }
    public required DateTimeOffset ClaimedAt { get; init; }
    public required DateTimeOffset? StartBy { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required decimal? ExpiresInSeconds { get; init; }
    public required DateTimeOffset ServerTime { get; init; }

    /// <summary>Length of a full term.</summary>
    public required int LeaseSeconds { get; init; }
    public required int Renewals { get; init; }
    public required int QuietRenewals { get; init; }

    /// <summary>From when on a renewal needs news; null for people, and while the lease is not active.</summary>
    public required DateTimeOffset? QuietUntil { get; init; }
    public required ProgressBody? LastProgress { get; init; }
    public required ConditionBody Condition { get; init; }
    public required OnStaleBody OnStale { get; init; }

    /// <summary>The end of the longest suspension while suspended; null while a pause stops that clock too.</summary>
    public required DateTimeOffset? SuspendedUntil { get; init; }
    public required MustAcknowledgeBody? MustAcknowledge { get; init; }
    public required DateTimeOffset? StaleAt { get; init; }
    public required string? EndedAs { get; init; }
    public required string? EndedBy { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>What is locked for its item; each covers its target and what lies below.</summary>
    public required IReadOnlyList<LockBody> Locks { get; init; }

    /// <summary>Notes that wait for the holder's acknowledgement.</summary>
    public required IReadOnlyList<NoteBody> Notes { get; init; }

    internal static LeaseBody From(LeaseView view, Viewer viewer, DateTimeOffset now)
    {
        var lease = view.Lease;
        return new LeaseBody
        {
            Id = lease.Id.Text,
            ItemId = lease.Item.Text,
            Queue = lease.Queue,
            Holder = HolderBody.From(lease.Holder),
            Token = viewer.Holds(lease) ? lease.Token : null,
            State = WireNames.Of(lease.State),
            Reasons = lease.Reasons == SuspendReasons.None ? [] : lease.Reasons.InWords(),
            ClaimedAt = lease.ClaimedAt,
            StartBy = lease.StartBy,
            StartedAt = lease.StartedAt,
            ExpiresAt = lease.ExpiresAt,
            ExpiresInSeconds = SecondsLeft(lease, now),
            ServerTime = now,
            LeaseSeconds = lease.LeaseSeconds,
            Renewals = lease.Renewals,
            QuietRenewals = lease.QuietRenewals,
            QuietUntil = lease.QuietUntil,
            LastProgress = lease.LastProgress is { } p ? new ProgressBody(p.At, p.Step, p.Note) : null,
            Condition = new ConditionBody(lease.MaxQuietRenewals, lease.MaxLifetimeSeconds),
            OnStale = new OnStaleBody(WireNames.Of(lease.Policy.OnStale), lease.Policy.StaleGraceSeconds),
            SuspendedUntil = lease.State == LeaseState.Suspended ? lease.ExpiresAt : null,
            MustAcknowledge = lease.MustAcknowledge is { } change
                ? new MustAcknowledgeBody(change.Seq, change.Changed)
                : null,
            StaleAt = lease.StaleAt,
            EndedAs = lease.EndedAs is { } how ? WireNames.Of(how) : null,
            EndedBy = lease.EndedBy?.Text,
            EndedAt = lease.EndedAt,
            Locks = LockBody.From(view.Locks),
            Notes = NoteBody.From(view.Notes, lease.Item),
        };
    }

    /// <summary>
    /// Seconds until the lease ends, to the millisecond; 0 once it is stale or ended, null while a pause stops its clock.
    /// </summary>
    internal static decimal? SecondsLeft(Lease lease, DateTimeOffset now) =>
        lease.State is LeaseState.Stale or LeaseState.Ended ? 0
        : lease.ExpiresAt is { } end ? SecondsUntil(end, now)
        : null;

    internal static decimal SecondsUntil(DateTimeOffset end, DateTimeOffset now) =>
        end <= now ? 0 : (end - now).Ticks / TimeSpan.TicksPerMillisecond / 1000m;
}

/// <summary>Any reply under a lease.</summary>
internal sealed record LeaseReplyBody(LeaseBody Lease, decimal? LeaseExpiresInSeconds)
{
    internal static LeaseReplyBody From(LeaseView view, Viewer viewer, DateTimeOffset now) =>
        new(LeaseBody.From(view, viewer, now), LeaseBody.SecondsLeft(view.Lease, now));
}

/// <summary>A claim, takeover or accept.</summary>
/// <param name="Handover">Null where nobody worked on the item before.</param>
/// <param name="Notes">Notes that wait for the new holder's acknowledgement.</param>
internal sealed record GrantBody(
    ItemBody Item,
    LeaseBody Lease,
    HandoverBody? Handover,
    decimal? LeaseExpiresInSeconds,
    IReadOnlyList<NoteBody> Notes
);

/// <summary>One renewal of a batch: a new end, or a problem; and what every answer under a lease carries.</summary>
internal sealed record RenewalBody(
    string LeaseId,
    bool Ok,
    DateTimeOffset? ExpiresAt,
    decimal? ExpiresInSeconds,
    Problem? Problem,
    decimal? LeaseExpiresInSeconds,
    IReadOnlyList<NoteBody> Notes
);

internal sealed record RenewalsBody(IReadOnlyList<RenewalBody> Results, DateTimeOffset ServerTime);

/// <summary>A run that may start work.</summary>
/// <param name="State"><c>open</c>.</param>
/// <param name="Generation">1 for the first life of the run, one more each time that it was reopened.</param>
/// <param name="SeenAt">When it was last granted something, or reopened.</param>
internal sealed record ReopenedRunBody(
    string Run,
    string Principal,
    string State,
    int Generation,
    DateTimeOffset SeenAt
);

/// <summary>A run that has been ended, and what it held.</summary>
internal sealed record EndedRunBody(
    string Run,
    string Principal,
    string Outcome,
    string? Why,
    string EndedBy,
    DateTimeOffset EndedAt,
    IReadOnlyList<ReleasedBody> Released
);

/// <summary>A lease that ended with its run, and the item that is free again.</summary>
internal sealed record ReleasedBody(string LeaseId, string ItemId);
