using System.Globalization;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Reviews and approvals: deciding on a version, and what the decisions come to.</summary>
internal static class ApprovalEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ConsequencesOperation,
        DecideOperation,
        ListDecisionsOperation,
        LiftBlockOperation,
        ReviewOutcomeOperation,
        ApprovalsOperation,
        RevokeApprovalOperation,
    ];

    private static ApiOperation ConsequencesOperation =>
        new()
        {
            Id = "consequences",
            Method = "GET",
            Pattern = "/artifacts/{id}/versions/{n}/consequences",
            Verb = Verb.Read,
            Tag = "Approvals",
            Summary = "What approving would let happen, found by trying.",
            Replies = [new(200, ApiJson.Of<ConsequencesBody>(), "The consequences, and their hash.")],
            Brief = ["actions", "consequencesHash"],
            Handle = call => call.OnArtifact().ReadAsync(GetConsequences),
        };

    private static ApiOperation DecideOperation =>
        new()
        {
            Id = "decide",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/decisions",
            Verb = Verb.Decide,
            Tag = "Approvals",
            Summary = "Approves exactly what was read, or says why not.",
            Body = ApiJson.Of<DecideRequest>(),
            Replies =
            [
                new(201, Answers.Decision, "Decided."),
                new(200, Answers.Decision, "It was so already: nothing changed."),
            ],
            Codes = ["version_changed", "consequences_changed", "self_approval", "comments_open", "too_large"],
            LimitBytes = ArtifactEndpoints.BodyLimit,
            ReadsContents = true,
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<DecideRequest>(), static (c, b) => Decide(c, b)),
        };

    private static ApiOperation ListDecisionsOperation =>
        new()
        {
            Id = "listDecisions",
            Method = "GET",
            Pattern = "/artifacts/{id}/versions/{n}/decisions",
            Verb = Verb.Read,
            Tag = "Approvals",
            Summary = "Decisions on a version; waits for one where there is none.",
            Query = [CommonParameters.WaitSeconds, new("after", "integer", "Only decisions after this seq.")],
            Replies = [new(200, ApiJson.Of<ListBody<VerdictBody>>(), "Decisions, oldest first.")],
            Brief = ["decision", "by", "at"],
            Handle = call => call.OnArtifact().ReadAsync(DecisionsAsync),
        };

    private static ApiOperation LiftBlockOperation =>
        new()
        {
            Id = "liftBlock",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/decisions/{decisionId}/lift",
            Verb = Verb.OverrideReview,
            Tag = "Approvals",
            Summary = "Lifts the block of somebody who was ended or may no longer decide; a manager, with a reason.",
            Body = ApiJson.Of<WhyRequest>(),
            Replies = [new(200, Answers.Decision, "What the approvals come to now.")],
            Codes = ["version_changed"],
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<WhyRequest>(), static (c, b) => Lift(c, b)),
        };

    private static ApiOperation ReviewOutcomeOperation =>
        new()
        {
            Id = "reviewOutcome",
            Method = "GET",
            Pattern = "/artifacts/{id}/versions/{n}/outcome",
            Verb = Verb.Read,
            Tag = "Approvals",
            Summary = "What the review of a version has come to; waits until that is settled.",
            Query =
            [
                CommonParameters.WaitSeconds,
                new("run", "string", "The run that the item's lease was granted to; its holder sees the token then."),
            ],
            Replies = [new(200, ApiJson.Of<OutcomeBody>(), "The outcome, with what reviewers said.")],
            Brief = ["outcome", "currentVersion", "comments"],
            Handle = call => call.OnArtifact().ReadAsync(OutcomeAsync),
        };

    private static ApiOperation ApprovalsOperation =>
        new()
        {
            Id = "approvals",
            Method = "GET",
            Pattern = "/artifacts/{id}/approvals",
            Verb = Verb.Read,
            Tag = "Approvals",
            Summary = "What the approvals of the artifact come to.",
            Replies = [new(200, ApiJson.Of<ApprovalBody>(), "The approvals.")],
            Brief = ["version", "state", "required", "given"],
            Handle = call => call.OnArtifact().ReadAsync(GetApprovals),
        };

    private static ApiOperation RevokeApprovalOperation =>
        new()
        {
            Id = "revokeApproval",
            Method = "POST",
            Pattern = "/artifacts/{id}/approvals/{approvalId}/revoke",
            Verb = Verb.RevokeApproval,
            Tag = "Approvals",
            Summary = "Takes an approval back; its approver, or a manager.",
            Body = ApiJson.Of<WhyRequest>(),
            Replies = [new(200, Answers.Decision, "What the approvals come to now.")],
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<WhyRequest>(), static (c, b) => Revoke(c, b)),
        };

    private static Asked Decide(ApiCall call, DecideRequest b)
    {
        var id = call.Target.Artifact!.Value;
        Proposed? edited = null;
        ContentData? content = null;
        if (b.Edited is { } edit && ArtifactEndpoints.Find(call, id) is { } artifact)
        {
            content = ContentEndpoints.Take(call, edit.Content, hash: null, artifact.ContentType);
            if (content is not null)
                edited = call.Host.Drafter.Texts.Propose(artifact, ArtifactEndpoints.VersionOf(call), content);
        }
        var decide = new ApprovalCommand.Decide
        {
            Artifact = id,
            Version = ArtifactEndpoints.VersionOf(call),
            Decision = WireNames.Find<ReviewDecision>(b.Decision),
            ContentHash = b.ContentHash,
            ConsequencesHash = b.ConsequencesHash,
            Comment = b.Comment,
            Comments =
            [
                .. (b.Comments ?? []).Select(c => new NewComment(
                    c.Body,
                    CommentEndpoints.AnchorOf(c.Anchor),
                    c.Suggestion,
                    c.Blocks ?? false
                )),
            ],
            Edited = edited,
            Override = b.Override?.Why,
            Confirmed = b.Confirmed,
        };
        return new Asked(decide) { Contents = content is null ? [] : [content] };
    }

    private static ApprovalCommand Lift(ApiCall call, WhyRequest b)
    {
        var text = call.Route("decisionId");
        var digits = text.StartsWith("D-", StringComparison.Ordinal) ? text[2..] : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            call.Missing("decision", text);
        return new ApprovalCommand.Lift(call.Target.Artifact!.Value, ArtifactEndpoints.VersionOf(call), seq, b.Why);
    }

    private static ApprovalCommand Revoke(ApiCall call, WhyRequest b)
    {
        if (!ApprovalId.TryParse(call.Route("approvalId"), out var approval))
            call.Missing("approval", call.Route("approvalId"));
        return new ApprovalCommand.Revoke(call.Target.Artifact!.Value, approval, b.Why);
    }

    private static Answer GetConsequences(ApiCall call)
    {
        if (!ArtifactEndpoints.TryFindVersion(call, out var artifact, out var version, out var refused))
            return refused;
        var (id, who, now) = (artifact.Id, call.Caller.Id, call.Host.Engine.Now);
        var (found, like) = call.Host.Engine.Picture.Read(at =>
        {
            var tried = Consequences.Of(at, at.FindArtifact(id)!, version, who, now);
            var targets = tried.Actions.Select(one => one.Target).ToList();
            return (tried, LookAlikeTargets.Of(at, targets, call.Scope.Sees));
        });
        return Answer.Ok(ConsequencesBody.From(found, version, like), ApiJson.Of<ConsequencesBody>());
    }

    private static Answer GetApprovals(ApiCall call)
    {
        if (!ArtifactEndpoints.TryFind(call, out var artifact, out var refused))
            return refused;
        var standing = call.Host.Engine.Picture.Read(at => ApprovalStanding.Of(at, at.FindArtifact(artifact.Id)!));
        return Answer.Ok(ApprovalBody.From(standing), ApiJson.Of<ApprovalBody>());
    }

    private static async Task<Answer> OutcomeAsync(ApiCall call)
    {
        var wait = call.WaitOfQuery();
        call = call with { Run = call.Query("run") };
        if (!ArtifactEndpoints.TryFindVersion(call, out var artifact, out var version, out var refused))
            return refused;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var (id, number) = (artifact.Id, version.Number);
        // A question wakes the holder too, though the review goes on: the caller should hear it now.
        var asked = Questions(artifact, number);
        bool IsOver(Workspace at) =>
            ReviewWait.IsSettled(at, id, number) || Questions(at.FindArtifact(id)!, number) > asked;
        if (await ReviewWait.UntilAsync(call, id, IsOver, wait) is { } over)
            return call.Refuse(over);
        return Answer.Ok(call.Host.Engine.Picture.Read(at => BodyOf(call, at, id, number)), ApiJson.Of<OutcomeBody>());
    }

    private static int Questions(Artifact artifact, int version) =>
        artifact.Verdicts.Count(v => v.Version == version && v.Decision == ReviewDecision.Ask);

    private static OutcomeBody BodyOf(ApiCall call, Workspace at, ArtifactId id, int version)
    {
        var artifact = at.FindArtifact(id)!;
        var now = call.Host.Engine.Now;
        var outcome = ReviewOutcome.Of(at, artifact, version);
        var item = artifact.Item is { } of ? at.FindItem(of) : null;
        return new OutcomeBody(
            WireNames.Of(outcome.State),
            id.Text,
            version,
            artifact.Current.Number,
            OutcomeCommentBody.From(
                artifact,
                version,
                who => at.FindPrincipal(who) is { } known ? WireNames.Of(known.Kind) : "person"
            ),
            [.. artifact.Verdicts.Where(v => v.Version == version).Select(VerdictBody.From)],
            ApprovalBody.From(outcome.Standing),
            outcome.Review is { } review ? ReviewBody.From(ReviewView.Of(at, artifact, review)) : null,
            item?.Lease is { } lease ? LeaseBody.From(LeaseView.Of(lease, item), call.Viewer, now) : null,
            item?.Lease is { } same ? LeaseBody.SecondsLeft(same, now) : null,
            at.Seq
        );
    }

    // A decision can be waited for, so that nobody polls; a newer version ends the wait, since none comes for this one then.
    private static async Task<Answer> DecisionsAsync(ApiCall call)
    {
        var wait = call.WaitOfQuery();
        var after = call.Query("after") is { } past ? call.WholeNumber("after", past, 0, long.MaxValue) : 0;
        if (!ArtifactEndpoints.TryFindVersion(call, out var artifact, out var version, out var refused))
            return refused;
        var (id, number) = (artifact.Id, version.Number);
        if (await ReviewWait.UntilAsync(call, id, at => IsThere(at, id, number, after), wait) is { } over)
            return call.Refuse(over);
        var (now, seq) = call.Host.Engine.Picture.Read(at => (at.FindArtifact(id)!, at.Seq));
        var verdicts = now.Verdicts.Where(v => v.Version == number && v.Seq > after).ToArray();
        return Answer.Ok(
            new ListBody<VerdictBody>(
                [.. verdicts.Select(VerdictBody.From)],
                Next: null,
                verdicts.Length,
                Math.Max(50, verdicts.Length),
                seq
            ),
            ApiJson.Of<ListBody<VerdictBody>>()
        );
    }

    private static bool IsThere(Workspace at, ArtifactId id, int version, long after) =>
        at.FindArtifact(id) is { } artifact
        && (artifact.Current.Number != version || artifact.Verdicts.Any(v => v.Version == version && v.Seq > after));
}
