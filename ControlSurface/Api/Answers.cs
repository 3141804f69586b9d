using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>The members of a lease that each answer under it carries.</summary>
/// <param name="LeaseExpiresInSeconds">0 once it is over; null while a pause stops its clock.</param>
/// <param name="Notes">Notes that wait for the holder's acknowledgement.</param>
internal sealed record UnderLeaseBody(decimal? LeaseExpiresInSeconds, IReadOnlyList<NoteBody> Notes);

/// <summary>Replies of the engine as bodies: the one place where Core's values become what API.md describes.</summary>
internal static class Answers
{
    /// <summary>The shape of an item.</summary>
    internal static readonly JsonTypeInfo<ItemBody> Item = ApiJson.Of<ItemBody>();

    /// <summary>The shape of a lease.</summary>
    internal static readonly JsonTypeInfo<LeaseReplyBody> Lease = ApiJson.Of<LeaseReplyBody>();

    /// <summary>The shape of a granted claim.</summary>
    internal static readonly JsonTypeInfo<GrantBody> Grant = ApiJson.Of<GrantBody>();

    /// <summary>The shape of a recorded checkpoint.</summary>
    internal static readonly JsonTypeInfo<CheckpointReplyBody> Checkpoint = ApiJson.Of<CheckpointReplyBody>();

    /// <summary>The shape of a batch of renewals.</summary>
    internal static readonly JsonTypeInfo<RenewalsBody> Renewals = ApiJson.Of<RenewalsBody>();

    /// <summary>The shape of targets that were locked.</summary>
    internal static readonly JsonTypeInfo<LockedBody> Locked = ApiJson.Of<LockedBody>();

    /// <summary>The shape of targets that were unlocked.</summary>
    internal static readonly JsonTypeInfo<UnlockedBody> Unlocked = ApiJson.Of<UnlockedBody>();

    /// <summary>The shape of a note.</summary>
    internal static readonly JsonTypeInfo<NoteBody> Note = ApiJson.Of<NoteBody>();

    /// <summary>The shape of a queue.</summary>
    internal static readonly JsonTypeInfo<QueueBody> Queue = ApiJson.Of<QueueBody>();

    /// <summary>The shape of a run that was ended.</summary>
    internal static readonly JsonTypeInfo<EndedRunBody> Run = ApiJson.Of<EndedRunBody>();

    /// <summary>The shape of a run that was reopened.</summary>
    internal static readonly JsonTypeInfo<ReopenedRunBody> ReopenedRun = ApiJson.Of<ReopenedRunBody>();

    /// <summary>The shape of the state of the line.</summary>
    internal static readonly JsonTypeInfo<LineBody> Line = ApiJson.Of<LineBody>();

    /// <summary>The shape of a content that was kept.</summary>
    internal static readonly JsonTypeInfo<ContentBody> Content = ApiJson.Of<ContentBody>();

    /// <summary>The shape of an artifact.</summary>
    internal static readonly JsonTypeInfo<ArtifactBody> Artifact = ApiJson.Of<ArtifactBody>();

    /// <summary>The shape of a review.</summary>
    internal static readonly JsonTypeInfo<ReviewBody> Review = ApiJson.Of<ReviewBody>();

    /// <summary>The shape of a comment.</summary>
    internal static readonly JsonTypeInfo<CommentBody> Comment = ApiJson.Of<CommentBody>();

    /// <summary>The shape of a decision.</summary>
    internal static readonly JsonTypeInfo<DecisionBody> Decision = ApiJson.Of<DecisionBody>();

    /// <summary>The shape of an action.</summary>
    internal static readonly JsonTypeInfo<ActionBody> Action = ApiJson.Of<ActionBody>();

    /// <summary>The shape of the outcome of beginning an action.</summary>
    internal static readonly JsonTypeInfo<BeginBody> Begin = ApiJson.Of<BeginBody>();

    /// <summary>The shape of a conflict.</summary>
    internal static readonly JsonTypeInfo<ConflictBody> Conflict = ApiJson.Of<ConflictBody>();

    /// <summary>The answer to a reply of the engine.</summary>
    internal static Answer Of(ApiCall call, Reply reply, DateTimeOffset now, AnswerSource source) =>
        reply switch
        {
            LeaseReply r => new(200, LeaseReplyBody.From(r.Lease, call.Viewer, now), Lease),
            GrantReply r => new(200, Granted(call, r, now), Grant),
            NothingToClaimReply r => new(204) { RetryAfter = r.RetryAfter, WaitingFor = r.WaitingFor },
            ItemReply r => ItemOf(call, r, now),
            CheckpointReply r => CheckpointOf(call, r, now),
            RenewalsReply r => new(200, RenewalsOf(call, r, source.Asked, now), Renewals),
            LockedReply r => LockedOf(call, r, now),
            UnlockedReply r => UnlockedOf(call, r, now),
            HoldReply r => HoldOf(r),
            BulkReply r => BulkOf(call, r.Job),
            PatternReply r => PatternOf(call, r, now),
            ViewReply r => ViewOf(r),
            PrincipalReply r => PrincipalOf(call, r),
            KeyReply r => KeyOf(r, source, now),
            WebhookReply r => WebhookEndpoints.AnswerOf(call, r, source.IsKept),
            DrainReply r => new(202, new DrainBody(Draining: true, r.Why), ApiJson.Of<DrainBody>()),
            AbsenceReply r => new(200, AbsenceBody.From(r.Absence), ApiJson.Of<AbsenceBody>()),
            InboxReply r => new(200, NotificationsBody.From(r.Inbox), ApiJson.Of<NotificationsBody>()),
            Reply.Done r => new(204),
            NoteReply r => new(call.Operation.Replies[0].Status, NoteBody.From(r.Note, r.Item), Note),
            QueueReply r => QueueOf(call, r, now),
            RunReply r => RunOf(r),
            ReopenedRunReply r => ReopenedRunOf(r),
            ContentReply r => ContentOf(call, r),
            ArtifactReply r => ArtifactOf(call, r),
            ReviewReply r => ReviewOf(r),
            CommentedReply r => new(r.IsNew ? 201 : 200, CommentBody.From(r.Comment, r.Artifact), Comment),
            VerdictReply r => VerdictOf(r),
            ActionReply r => ActionOf(r),
            BeginReply r => new(200, BeginBody.From(r.Begun), Begin),
            ConflictReply r => ConflictOf(call, r, source),
            TargetReply r => TargetOf(call, r),
            PresenceReply r => new(200, PresenceEndpoints.Say(call, r), ApiJson.Of<PresenceBody>()),
            NewWorkspaceReply r => WorkspaceEndpoints.AnswerOf(call, r),
            LineReply r => new(200, LineBody.From(r.Stop), Line),
            LockWaitReply => throw new UnreachableException("the engine keeps it until the wait is over"),
            _ => throw new UnreachableException(reply.GetType().Name),
        };

    private static Answer ItemOf(ApiCall call, ItemReply r, DateTimeOffset now) =>
        new(
            r.Created ? 201 : 200,
            ItemBody.From(call.Seen(r.Item), call.Viewer, now) with
            {
                Differs = r.Differs,
            },
            Item,
            r.Created ? $"{ApiOperations.Root}/items/{r.Item.Item.Id.Text}" : null
        );

    private static Answer CheckpointOf(ApiCall call, CheckpointReply r, DateTimeOffset now) =>
        new(
            201,
            new CheckpointReplyBody(
                CheckpointBody.From(r.Checkpoint),
                LeaseBody.From(r.Lease, call.Viewer, now),
                LeaseBody.SecondsLeft(r.Lease.Lease, now)
            ),
            Checkpoint
        );

    private static Answer LockedOf(ApiCall call, LockedReply r, DateTimeOffset now) =>
        new(
            200,
            new LockedBody(
                LockBody.From(r.Locks),
                LeaseBody.From(r.Lease, call.Viewer, now),
                LeaseBody.SecondsLeft(r.Lease.Lease, now)
            ),
            Locked
        );

    private static Answer UnlockedOf(ApiCall call, UnlockedReply r, DateTimeOffset now) =>
        new(
            200,
            new UnlockedBody(
                r.Targets,
                LeaseBody.From(r.Lease, call.Viewer, now),
                LeaseBody.SecondsLeft(r.Lease.Lease, now)
            ),
            Unlocked
        );

    private static Answer HoldOf(HoldReply r) =>
        new(201, HoldBody.From(r.Hold), ApiJson.Of<HoldBody>(), $"{ApiOperations.Root}/targets/holds/{r.Hold.Id}");

    private static Answer PatternOf(ApiCall call, PatternReply r, DateTimeOffset now) =>
        new(
            200,
            call.Host.Engine.Picture.Read(at => PatternBody.From(at, r.Pattern, now, call.Scope)),
            ApiJson.Of<PatternBody>()
        );

    private static Answer ViewOf(ViewReply r) =>
        new(
            r.IsNew ? 201 : 200,
            ViewBody.From(r.View),
            ApiJson.Of<ViewBody>(),
            r.IsNew ? $"{ApiOperations.Root}/views/{Uri.EscapeDataString(r.View.Id)}" : null
        );

    private static Answer PrincipalOf(ApiCall call, PrincipalReply r) =>
        new(
            r.IsNew ? 201 : 200,
            PrincipalEndpoints.BodyOf(call, r.Principal) with
            {
                RevokedApprovals = r.Revoked is { } fell
                    ? [.. fell.Select(e => new RevokedBody(e.Approval.Text, e.Artifact.Text))]
                    : null,
            },
            ApiJson.Of<PrincipalBody>(),
            r.IsNew ? $"{ApiOperations.Root}/principals/{r.Principal.Id.Text}" : null
        );

    private static Answer QueueOf(ApiCall call, QueueReply r, DateTimeOffset now) =>
        new(
            r.Created ? 201 : 200,
            QueueBody.From(r.Queue, QueueEndpoints.FiguresOf(call.Host, r.Queue.Name, now)),
            Queue,
            r.Created ? $"{ApiOperations.Root}/queues/{r.Queue.Name}" : null
        );

    private static Answer RunOf(RunReply r) =>
        new(
            200,
            new EndedRunBody(
                r.Run.Run,
                r.Run.Principal.Text,
                r.Run.Outcome,
                r.Run.Why,
                r.Run.By.Text,
                r.Run.At,
                [.. r.Released.Select(l => new ReleasedBody(l.Lease.Id.Text, l.Lease.Item.Text))]
            ),
            Run
        );

    private static Answer ReopenedRunOf(ReopenedRunReply r) =>
        new(
            200,
            new ReopenedRunBody(r.Run.Run, r.Run.Principal.Text, "open", r.Run.Generation, r.Run.SeenAt),
            ReopenedRun
        );

    private static Answer ContentOf(ApiCall call, ContentReply r) =>
        new(
            201,
            new ContentBody(r.Hash, r.Length, call.Http.Request.ContentType ?? ContentEndpoints.AnyType),
            Content,
            $"{ApiOperations.Root}/contents/{r.Hash}"
        );

    private static Answer ArtifactOf(ApiCall call, ArtifactReply r) =>
        new(
            r.IsNew ? 201 : 200,
            ArtifactBody.From(r.Artifact, call.Host),
            Artifact,
            r.IsNew ? $"{ApiOperations.Root}/artifacts/{r.Artifact.Artifact.Id}" : null
        );

    private static Answer ReviewOf(ReviewReply r) =>
        new(
            r.IsNew ? 201 : 200,
            ReviewBody.From(r.Review),
            Review,
            r.IsNew ? $"{ApiOperations.Root}/reviews/{r.Review.Review.Id}" : null
        );

    private static Answer VerdictOf(VerdictReply r) =>
        new(
            r.IsNew ? 201 : 200,
            new DecisionBody(
                r.Verdict is { } verdict ? VerdictBody.From(verdict) : null,
                r.Artifact.Artifact.Current.Number,
                r.Artifact.Artifact.Current.ContentHash,
                ApprovalBody.From(r.Artifact.Approval)
            ),
            Decision
        );

    private static Answer ActionOf(ActionReply r) =>
        new(
            r.IsNew ? 201 : 200,
            ActionBody.From(r.Action),
            Action,
            r.IsNew ? $"{ApiOperations.Root}/actions/{Uri.EscapeDataString(r.Action.Action.Id)}" : null
        );

    private static Answer ConflictOf(ApiCall call, ConflictReply r, AnswerSource source) =>
        new(
            200,
            ConflictBody.From(
                call.Seen(r.Conflict),
                ConflictEndpoints.PreparedMergeOf(call.Host, source.Asked.Merge, r.Conflict.Conflict),
                call.Host.NameOf
            ),
            Conflict
        );

    private static Answer TargetOf(ApiCall call, TargetReply r) =>
        new(
            r.IsNew ? 201 : 200,
            TargetBody.From(call.Host.Engine.Picture.Read(at => TargetSight.Of(at, call.Scope, r.Target))),
            ApiJson.Of<TargetBody>()
        );

    private static GrantBody Granted(ApiCall call, GrantReply r, DateTimeOffset now) =>
        new(
            ItemBody.From(call.Seen(r.Item), call.Viewer, now),
            LeaseBody.From(r.Lease, call.Viewer, now),
            r.Handover is { } handover ? HandoverBody.Of(handover, r.Item.Item.Id) : null,
            LeaseBody.SecondsLeft(r.Lease.Lease, now),
            NoteBody.From(r.Lease.Notes, r.Item.Item.Id)
        );

    private static RenewalsBody RenewalsOf(ApiCall call, RenewalsReply r, Asked asked, DateTimeOffset now)
    {
        var results = new RenewalBody[r.Results.Count];
        for (var k = 0; k < results.Length; k++)
        {
            var (lease, expiresAt, refusal) = r.Results[k];
            var id = asked.Renewals?[k].LeaseId ?? lease.Text;
            // The request named a text that is no id; the engine was given an id that no lease has. Name the text.
            if (refusal is Refusal.NotFound)
                refusal = new Refusal.NotFound("lease", id);
            var left = expiresAt is { } end ? LeaseBody.SecondsUntil(end, now) : (decimal?)null;
            var (seconds, notes) = LeaseMembers.OfOwn(call, lease, asked.Renewals?[k].Run, now);
            results[k] = new RenewalBody(
                id,
                refusal is null,
                expiresAt,
                left,
                refusal is null ? null : ToHttp.From(refusal, call.Host.NameOf, now, call.Site),
                left ?? seconds,
                notes
            );
        }
        return new RenewalsBody(results, now);
    }

    private static Answer KeyOf(KeyReply r, AnswerSource source, DateTimeOffset now)
    {
        var (issued, text) = (r.Issued, source.IssuedKey);
        var body = new KeyBody(
            issued.Key == 0 ? null : KeyBody.IdOf(issued.Key),
            issued.Owner.Text,
            issued.Name,
            issued.Queues,
            text?[..(text.LastIndexOf('_') + 5)],
            text?[^4..],
            now,
            issued.ExpiresAt,
            RevokedAt: null,
            LastUsedAt: null,
            text
        );
        return new Answer(201, body, ApiJson.Of<KeyBody>());
    }

    private static Answer BulkOf(ApiCall call, Core.Bulk.BulkJob job)
    {
        var (status, body) = BulkEndpoints.BodyOf(call, job);
        return new Answer(status, body, ApiJson.Of<BulkBody>(), $"{ApiOperations.Root}/bulk/{job.Id}");
    }
}
