using System.Diagnostics.CodeAnalysis;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;

namespace ControlSurface.Api;

/// <summary>API.md, Claims and leases: what a holder does under a lease.</summary>
internal static class LeaseEndpoints
{
    private static readonly string[] LeaseCodes =
    [
        "not_holder",
        "fenced",
        "lease_ended",
        "lease_stale",
        "lease_suspended",
        "acknowledge_required",
        "paused",
    ];
    private static readonly QueryParameter RunOf = new(
        "run",
        "string",
        "The run that the lease was granted to; its holder sees the token then."
    );
    private static readonly string[] Brief = ["id", "itemId", "holder", "state", "expiresAt", "expiresInSeconds"];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListLeasesOperation,
        GetLeaseOperation,
        LeaseHandoverOperation,
        RenewLeasesOperation,
        StartLeaseOperation,
        RenewLeaseOperation,
        SuspendLeaseOperation,
        ResumeLeaseOperation,
        RecordCheckpointOperation,
        LockTargetsOperation,
        UnlockTargetsOperation,
        HandOffLeaseOperation,
        ReleaseLeaseOperation,
        CompleteLeaseOperation,
    ];

    private static ApiOperation ListLeasesOperation =>
        new()
        {
            Id = "listLeases",
            Method = "GET",
            Pattern = "/leases",
            Verb = Verb.Read,
            Tag = "Leases",
            Summary = "Current leases, live and stale, by id; ended ones where the state asks for them.",
            Query =
            [
                new("holder", "string", "Only this principal's: an id, or `me`."),
                new("run", "string", "Only those that were granted to this run."),
                new(
                    "state",
                    "string",
                    "Only in these states, separated by commas; `all` for all; all but ended where left out.",
                    [.. ApiWords.LeaseStates, "all"]
                ),
                new("queue", "string", "Only on items of this queue."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<LeaseBody>>(), "Leases.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetLeaseOperation =>
        new()
        {
            Id = "getLease",
            Method = "GET",
            Pattern = "/leases/{id}",
            Verb = Verb.Read,
            Tag = "Leases",
            Summary = "One lease, current or ended.",
            Query = [RunOf],
            Replies = [new(200, Answers.Lease, "The lease.")],
            Brief = [.. Brief.Select(m => "lease." + m)],
            Handle = call => call.OnLease().ReadAsync(Get),
        };

    private static ApiOperation LeaseHandoverOperation =>
        new()
        {
            Id = "leaseHandover",
            Method = "GET",
            Pattern = "/leases/{id}/handover",
            Verb = Verb.Read,
            Tag = "Leases",
            Summary = "What the next owner of its item would inherit, without taking it.",
            Replies =
            [
                new(200, ApiJson.Of<HandoverReplyBody>(), "The handover; null where nobody worked on the item."),
            ],
            Brief =
            [
                "handover.from",
                "handover.endedAs",
                "handover.at",
                "handover.checkpoint",
                "handover.openQuestions",
            ],
            Handle = call => call.OnLease().ReadAsync(GetHandover),
        };

    private static ApiOperation RenewLeasesOperation =>
        new()
        {
            Id = "renewLeases",
            Method = "POST",
            Pattern = "/leases/renewals",
            Verb = Verb.Renew,
            Tag = "Leases",
            Summary = "Renews up to 1,000 leases, each decided by itself, in order.",
            Body = ApiJson.Of<RenewalsRequest>(),
            Replies = [new(200, Answers.Renewals, "One result for each, in order.")],
            Handle = call => call.SendAsync(ApiJson.Of<RenewalsRequest>(), static (_, b) => RenewMany(b)),
        };

    private static ApiOperation StartLeaseOperation =>
        Under<UnderLeaseRequest>(
            "startLease",
            "start",
            Verb.Start,
            "Starts the work; the full lease begins.",
            static (c, b) => new LeaseCommand.Start(Id(c), b.Run, b.Token, b.Acknowledges)
        );

    private static ApiOperation RenewLeaseOperation =>
        Under<RenewRequest>(
            "renewLease",
            "renew",
            Verb.Renew,
            "Keeps the lease until a new end; revives a stale one.",
            static (c, b) =>
                new LeaseCommand.Renew(Id(c), b.Run, b.Token, ProgressOf(b.Progress), b.LeaseSeconds, b.Acknowledges),
            "no_progress",
            "lifetime_exceeded"
        );

    private static ApiOperation SuspendLeaseOperation =>
        Under<SuspendRequest>(
            "suspendLease",
            "suspend",
            Verb.Suspend,
            "Stops the lease's clock.",
            static (c, b) =>
                new LeaseCommand.Suspend(
                    Id(c),
                    b.Run,
                    b.Token,
                    WireNames.Find<HolderReason>(b.Reason),
                    b.Note,
                    b.Acknowledges
                )
        );

    private static ApiOperation ResumeLeaseOperation =>
        Under<ResumeRequest>(
            "resumeLease",
            "resume",
            Verb.ResumeLease,
            "Lets the clock run again, with a full lease; a lease that waits for a review only with `withdrawReview`.",
            static (c, b) => new LeaseCommand.Resume(Id(c), b.Run, b.Token, b.Acknowledges, b.WithdrawReview ?? false)
        );

    private static ApiOperation RecordCheckpointOperation =>
        Under<CheckpointRequest>(
            "recordCheckpoint",
            "checkpoints",
            Verb.Checkpoint,
            "Records what the next owner needs to go on from here.",
            static (c, b) => CheckpointOf(c, b)
        ) with
        {
            NamesContents = true,
            Replies = [new(201, Answers.Checkpoint, "Recorded.")],
        };

    private static ApiOperation LockTargetsOperation =>
        Under<LockRequest>(
            "lockTargets",
            "locks",
            Verb.Lock,
            "Locks all of the targets or none; waits in line for up to `waitSeconds`.",
            static (c, b) => LocksOf(c, b),
            "target_locked"
        ) with
        {
            Replies = [new(200, Answers.Locked, "All of them are locked.")],
        };

    private static ApiOperation UnlockTargetsOperation =>
        Under<UnlockRequest>(
            "unlockTargets",
            "unlock",
            Verb.Unlock,
            "Lets go of all of the targets or none.",
            static (c, b) => new LockCommand.Unlock(Id(c), b.Run, b.Token, b.Targets),
            "lock_not_held"
        ) with
        {
            Replies = [new(200, Answers.Unlocked, "What was let go.")],
        };

    private static ApiOperation HandOffLeaseOperation =>
        Under<HandOffRequest>(
            "handOffLease",
            "handoff",
            Verb.HandOff,
            "Hands the item to a principal or a role; the lease ends.",
            static (c, b) => HandOffOf(c, b)
        );

    private static ApiOperation ReleaseLeaseOperation =>
        Under<ReleaseRequest>(
            "releaseLease",
            "release",
            Verb.Release,
            "Gives the item back to its queue.",
            static (c, b) =>
                new LeaseCommand.Release(
                    Id(c),
                    b.Run,
                    b.Token,
                    b.Note,
                    b.Outcome is { } outcome ? WireNames.Find<ReleaseOutcome>(outcome) : ReleaseOutcome.GivenBack,
                    b.RetryAfterSeconds
                )
        );

    private static ApiOperation CompleteLeaseOperation =>
        Under<CompleteRequest>(
            "completeLease",
            "complete",
            Verb.Complete,
            "Completes the item; the same again is answered the same.",
            static (c, b) =>
                new LeaseCommand.Complete(
                    Id(c),
                    b.Run,
                    b.Token,
                    b.Result?.GetRawText(),
                    b.LeaveOpen ?? false,
                    b.Acknowledges
                )
        );

    private static ApiOperation Under<T>(
        string id,
        string verb,
        Verb asked,
        string summary,
        Func<ApiCall, T, Asked> translate,
        params string[] codes
    )
        where T : class
    {
        var type = ApiJson.Of<T>();
        return new ApiOperation
        {
            Id = id,
            Method = "POST",
            Pattern = "/leases/{id}/" + verb,
            Verb = asked,
            Tag = "Leases",
            Summary = summary,
            Body = type,
            Replies = [new(200, Answers.Lease, "The lease as it is now.")],
            Codes = [.. LeaseCodes, .. codes],
            Handle = call => call.OnLease().SendAsync(type, translate),
        };
    }

    private static LeaseId Id(ApiCall call) => call.Target.Lease!.Value;

    private static ProgressNote? ProgressOf(ProgressRequest? progress) =>
        progress is null ? null : new ProgressNote(progress.Step, progress.Note);

    private static LeaseCommand.RecordCheckpoint CheckpointOf(ApiCall c, CheckpointRequest b) =>
        new(Id(c), b.Run, b.Token, b.Acknowledges)
        {
            Summary = b.Summary,
            Evidence = [.. (b.Evidence ?? []).Select(e => EvidenceOf(c, e))],
            Artifacts = [.. (b.Artifacts ?? []).Select(a => new ArtifactRef(a.Id, a.Version))],
            Validations =
            [
                .. (b.Validations ?? []).Select(v => new Validation(
                    v.Name,
                    WireNames.Find<ValidationOutcome>(v.Outcome),
                    v.Detail
                )),
            ],
            OpenQuestions = b.OpenQuestions ?? [],
            NextStep = b.NextStep,
        };

    // Evidence makes a content readable by whoever sees the item, so that it may only name what its sender could read before.
    private static Evidence EvidenceOf(ApiCall c, EvidenceRequest e)
    {
        if (e.ContentHash is { } hash && !ContentSight.MayName(c, hash))
            c.Faults.Add("evidence.contentHash", "must be the hash of a content that you sent or may read");
        return new Evidence(e.Label, e.Uri, e.Sha256, e.Text, e.ContentHash);
    }

    private static Asked LocksOf(ApiCall c, LockRequest b)
    {
        var acquire = new LockCommand.Acquire(
            Id(c),
            b.Run,
            b.Token,
            [.. b.Targets.Select(t => new RequestedLock(t.Target, TargetEndpoints.ModeOf(c, "targets.mode", t.Mode)))],
            b.WaitSeconds ?? 0,
            b.OverStale ?? false,
            b.Acknowledges
        );
        return new Asked(acquire) { Wait = c.WaitOf(b.WaitSeconds) };
    }

    private static LeaseCommand.HandOff HandOffOf(ApiCall c, HandOffRequest b)
    {
        // Support hands off another's lease and was never told its token; a holder was.
        if (b.Token is null && !c.HasAny(Roles.Support | Roles.Manager | Roles.Admin))
            c.Faults.Add("token", "is required");
        return new LeaseCommand.HandOff(Id(c), b.Run, b.Token ?? 0, b.To.Principal, b.To.Role, b.Note, b.Acknowledges);
    }

    private static Asked RenewMany(RenewalsRequest b)
    {
        var renewals = new LeaseCommand.Renew[b.Renewals.Count];
        for (var k = 0; k < renewals.Length; k++)
        {
            var renewal = b.Renewals[k];
            // What is no id names no lease: a number that none has lets the others be decided all the same.
            if (!LeaseId.TryParse(renewal.LeaseId, out var id))
                id = new LeaseId(-1 - k);
            renewals[k] = new LeaseCommand.Renew(
                id,
                renewal.Run,
                renewal.Token,
                ProgressOf(renewal.Progress),
                LeaseSeconds: null,
                renewal.Acknowledges
            );
        }
        return new Asked(new RenewMany(renewals)) { Renewals = b.Renewals };
    }

    private static bool TryFind(
        ApiCall call,
        [NotNullWhen(true)] out ItemView? view,
        [NotNullWhen(true)] out Lease? lease,
        [NotNullWhen(false)] out Answer? refused
    )
    {
        view = null;
        lease = null;
        refused = null;
        if (call.Target is not { Missing: null, Lease: { } id })
            refused = call.Refuse(call.Target.Missing!);
        else if (call.Host.FindItemOf(id) is not { } found || found.Item.FindLease(id) is not { } it)
            refused = call.Refuse(new Refusal.NotFound("lease", id.Text));
        else if (call.Hidden(found.Item.Queue) is { } hidden)
            refused = call.Refuse(hidden);
        else
        {
            (view, lease) = (found, it);
            return true;
        }
        return false;
    }

    private static Answer Get(ApiCall call)
    {
        if (!TryFind(call, out var view, out var lease, out var refused))
            return refused;
        call = call with { Run = call.Query("run") };
        var body = LeaseReplyBody.From(LeaseView.Of(lease, view.Item), call.Viewer, call.Host.Engine.Now);
        return Answer.Ok(body, Answers.Lease);
    }

    private static Answer GetHandover(ApiCall call)
    {
        if (!TryFind(call, out var view, out _, out var refused))
            return refused;
        var handover = call.Host.Engine.Picture.Read(at => Handover.Of(at, view.Item, call.Scope));
        return Answer.Ok(
            new HandoverReplyBody(handover is null ? null : HandoverBody.Of(handover, view.Item.Id)),
            ApiJson.Of<HandoverReplyBody>()
        );
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var after = new LeaseId(0);
        if (call.Query("after") is { } from && !LeaseId.TryParse(from, out after))
            call.Faults.Add("after", "must be the next of a page before");
        PrincipalId? holder = null;
        if (call.Query("holder") is { } named)
            holder = named == "me" ? call.Caller.Id : HolderOf(call, named);
        var queue = call.Query("queue");
        if (queue is not null && !call.Scope.Sees(queue))
            return call.Refuse(call.Hidden(queue)!);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var run = call.Query("run");
        var states = call.Query("state")?.Split(',');
        var wantsAll = states?.Contains("all", StringComparer.Ordinal) == true;
        var wantsEnded = wantsAll || states?.Contains("ended", StringComparer.Ordinal) == true;
        var (items, seq) = call.Host.Engine.Picture.Read(at =>
            (
                (holder is { } one && !wantsEnded ? at.HeldBy(one) : at.Items())
                    .Where(i => i.Lease is not null || (wantsEnded && i.Past.Count > 0))
                    .ToArray(),
                at.Seq
            )
        );
        var found = items
            .Where(i => queue is null ? call.Scope.Sees(i.Queue) : i.Queue == queue)
            .SelectMany(i => LeasesOf(i, wantsEnded).Select(l => (Item: i, Lease: l)))
            .Where(x => holder is null || x.Lease.Holder.Id == holder)
            .Where(x => run is null || x.Lease.Holder.Run == run)
            .Where(x =>
                states is null || wantsAll || states.Contains(WireNames.Of(x.Lease.State), StringComparer.Ordinal)
            )
            .OrderBy(x => x.Lease.Id)
            .ToArray();
        var rest = found.Where(x => x.Lease.Id.Number > after.Number).ToArray();
        var now = call.Host.Engine.Now;
        // Naming the run is naming which run's tokens: without one, only leases without a run show theirs.
        call = call with
        {
            Run = run,
        };
        var list = new ListBody<LeaseBody>(
            [.. rest.Take(limit).Select(x => LeaseBody.From(LeaseView.Of(x.Lease, x.Item), call.Viewer, now))],
            rest.Length > limit ? rest[limit - 1].Lease.Id.Text : null,
            found.Length,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<LeaseBody>>());
    }

    private static IEnumerable<Lease> LeasesOf(Item item, bool ended)
    {
        if (item.Lease is { } current)
            yield return current;
        if (!ended)
            yield break;
        foreach (var past in item.Past)
            yield return past;
    }

    private static PrincipalId HolderOf(ApiCall call, string named)
    {
        if (!PrincipalId.TryParse(named, out var id))
            call.Faults.Add("holder", "must be me or the id of a principal");
        return id;
    }
}
