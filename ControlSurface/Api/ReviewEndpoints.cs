using System.Globalization;
using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Content;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>API.md, Reviews and approvals.</summary>
internal static class ReviewEndpoints
{
    private static readonly string[] Brief = ["id", "artifactId", "version", "state", "attention", "dueAt"];
    private static readonly string[] States = [.. Enum.GetValues<ReviewState>().Select(WireNames.Of)];

    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        new()
        {
            Id = "requestReview",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/review",
            Verb = Verb.RequestReview,
            Tag = "Reviews",
            Summary = "Asks people or roles to decide on the current version; the caller's lease waits for it.",
            Body = ApiJson.Of<ReviewRequest>(),
            Replies = [new(201, Answers.Review, "Asked."), new(200, Answers.Review, "It was asked already.")],
            Codes = [.. ArtifactEndpoints.WriteCodes, "version_changed"],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<ReviewRequest>(),
                        static (c, b) =>
                            new ReviewCommand.Request(
                                c.Target.Artifact!.Value,
                                Number(c),
                                b.Run,
                                b.Token,
                                b.Note,
                                b.Reviewers ?? [],
                                b.DueSeconds
                            )
                    ),
        },
        new()
        {
            Id = "listReviews",
            Method = "GET",
            Pattern = "/reviews",
            Verb = Verb.Read,
            Tag = "Reviews",
            Summary = "Reviews, the oldest due first.",
            Query =
            [
                new(
                    "state",
                    "string",
                    "Only in these states, separated by commas; open where left out; `all` for all.",
                    [.. States, "all"]
                ),
                new("reviewer", "string", "Only those that ask this principal: an id, or `me`."),
                new("attention", "string", "Only with this attention.", ["ok", "overdue", "nobody_eligible"]),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<ReviewBody>>(), "Reviews.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        },
        new()
        {
            Id = "getReview",
            Method = "GET",
            Pattern = "/reviews/{id}",
            Verb = Verb.Read,
            Tag = "Reviews",
            Summary = "One review.",
            Replies = [new(200, Answers.Review, "The review.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(Get),
        },
        OnReview(
            "takeReview",
            "take",
            Verb.TakeReview,
            "Takes the review, so that others see who reads it.",
            id => new ReviewCommand.Take(id)
        ),
        OnReview(
            "remindReview",
            "remind",
            Verb.RemindReview,
            "Reminds whoever was asked.",
            id => new ReviewCommand.Remind(id)
        ),
        new()
        {
            Id = "withdrawReview",
            Method = "POST",
            Pattern = "/reviews/{id}/withdraw",
            Verb = Verb.WithdrawReview,
            Tag = "Reviews",
            Summary = "Asks no longer.",
            Body = ApiJson.Of<WithdrawRequest>(),
            Replies = [new(200, Answers.Review, "Withdrawn.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<WithdrawRequest>(),
                    static (c, b) => new ReviewCommand.Withdraw(Id(c), b.Why)
                ),
        },
        new()
        {
            Id = "reassignReview",
            Method = "POST",
            Pattern = "/reviews/{id}/reassign",
            Verb = Verb.ReassignReview,
            Tag = "Reviews",
            Summary = "Asks somebody else.",
            Body = ApiJson.Of<ReassignRequest>(),
            Replies = [new(200, Answers.Review, "Reassigned.")],
            Codes = ["version_changed"],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<ReassignRequest>(),
                    static (c, b) => new ReviewCommand.Reassign(Id(c), Names(c, b.To), b.Why)
                ),
        },
        new()
        {
            Id = "addComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Comments on a version, or on a quote of it, and may suggest what is to stand there.",
            Body = ApiJson.Of<CommentRequest>(),
            Replies = [new(201, Answers.Comment, "Kept.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<CommentRequest>(),
                        static (c, b) =>
                            new ReviewCommand.AddComment(
                                c.Target.Artifact!.Value,
                                Number(c),
                                b.Body,
                                AnchorOf(b.Anchor),
                                b.Suggestion,
                                b.Blocks ?? false
                            )
                    ),
        },
        new()
        {
            Id = "replyToComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/reply",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Answers a comment.",
            Body = ApiJson.Of<CommentReplyRequest>(),
            Replies = [new(201, Answers.Comment, "Kept.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<CommentReplyRequest>(),
                        static (c, b) =>
                            new ReviewCommand.Reply(c.Target.Artifact!.Value, Number(c), CommentOf(c), b.Body)
                    ),
        },
        new()
        {
            Id = "resolveComment",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/resolve",
            Verb = Verb.Comment,
            Tag = "Comments",
            Summary = "Settles a comment.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Comment, "Settled.")],
            Handle = call =>
                call.OnArtifact()
                    .SendAsync(
                        ApiJson.Of<EmptyRequest>(),
                        static (c, _) => new ReviewCommand.Resolve(c.Target.Artifact!.Value, Number(c), CommentOf(c))
                    ),
        },
        new()
        {
            Id = "acceptSuggestion",
            Method = "POST",
            Pattern = "/artifacts/{id}/versions/{n}/comments/{k}/accept",
            Verb = Verb.AcceptSuggestion,
            Tag = "Comments",
            Summary = "Publishes what a comment suggests, as a version by the caller.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies =
            [
                new(201, Answers.Artifact, "There is a new version."),
                new(200, Answers.Artifact, "It was accepted already."),
            ],
            Codes = ["lease_required", "human_edit_hold", "version_changed"],
            ReadsContents = true,
            Handle = call => call.OnArtifact().SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => Accept(c)),
        },
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
        },
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
        },
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
        },
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
        },
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
        },
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
        },
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
        },
    ];

    private static ApiOperation OnReview(
        string id,
        string verb,
        Verb asked,
        string summary,
        Func<ReviewId, Command> command
    ) =>
        new()
        {
            Id = id,
            Method = "POST",
            Pattern = "/reviews/{id}/" + verb,
            Verb = asked,
            Tag = "Reviews",
            Summary = summary,
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(200, Answers.Review, "The review as it is now.")],
            Codes = ["version_changed"],
            Handle = call => call.SendAsync(ApiJson.Of<EmptyRequest>(), (c, _) => command(Id(c))),
        };

    private static int Number(ApiCall call)
    {
        var number = ArtifactEndpoints.NumberOf(call);
        if (number == 0)
            call.Missing("version", call.Route("n"));
        return number;
    }

    private static ReviewId Id(ApiCall call)
    {
        if (!ReviewId.TryParse(call.Route("id"), out var id))
            call.Missing("review", call.Route("id"));
        return id;
    }

    private static CommentId CommentOf(ApiCall call)
    {
        if (!CommentId.TryParse(call.Route("k"), out var id))
            call.Missing("comment", call.Route("k"));
        return id;
    }

    private static Anchor? AnchorOf(AnchorRequest? a) => a is null ? null : new Anchor(a.Quote, a.Start, a.End);

    // One name, or several: "to" is written as people say it.
    private static IReadOnlyList<string> Names(ApiCall call, JsonElement to)
    {
        if (to.ValueKind == JsonValueKind.String)
            return [to.GetString()!];
        if (to.ValueKind == JsonValueKind.Array && to.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
            return [.. to.EnumerateArray().Select(e => e.GetString()!)];
        call.Faults.Add("to", "must be the id of a principal or the name of a role, or a list of them");
        return [];
    }

    private static Asked Accept(ApiCall call)
    {
        var (id, number, comment) = (call.Target.Artifact!.Value, Number(call), CommentOf(call));
        return call.Drafted(() => call.Host.Drafter.Accept(id, number, comment));
    }

    private static Asked Decide(ApiCall call, DecideRequest b)
    {
        var id = call.Target.Artifact!.Value;
        Proposed? edited = null;
        ContentData? content = null;
        if (b.Edited is { } edit && ArtifactEndpoints.Find(call, id) is { } artifact)
        {
            content = ContentEndpoints.Take(call, edit.Content, hash: null, artifact.ContentType);
            if (content is not null)
                edited = call.Host.Drafter.Texts.Propose(artifact, Number(call), content);
        }
        var decide = new ApprovalCommand.Decide(
            id,
            Number(call),
            WireNames.Find<ReviewDecision>(b.Decision),
            b.ContentHash,
            b.ConsequencesHash,
            b.Comment,
            [
                .. (b.Comments ?? []).Select(c => new NewComment(
                    c.Body,
                    AnchorOf(c.Anchor),
                    c.Suggestion,
                    c.Blocks ?? false
                )),
            ],
            edited,
            b.Override?.Why,
            b.Confirmed
        );
        return new Asked(decide) { Contents = content is null ? [] : [content] };
    }

    private static ApprovalCommand Lift(ApiCall call, WhyRequest b)
    {
        var text = call.Route("decisionId");
        var digits = text.StartsWith("D-", StringComparison.Ordinal) ? text[2..] : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            call.Missing("decision", text);
        return new ApprovalCommand.Lift(call.Target.Artifact!.Value, Number(call), seq, b.Why);
    }

    private static ApprovalCommand Revoke(ApiCall call, WhyRequest b)
    {
        if (!ApprovalId.TryParse(call.Route("approvalId"), out var approval))
            call.Missing("approval", call.Route("approvalId"));
        return new ApprovalCommand.Revoke(call.Target.Artifact!.Value, approval, b.Why);
    }

    private static Answer Get(ApiCall call)
    {
        if (!ReviewId.TryParse(call.Route("id"), out var id))
            return call.Refuse(new Refusal.NotFound("review", call.Route("id")));
        var view = call.Host.Engine.Picture.Read(at =>
            at.FindReviewed(id) is { } artifact
                ? ReviewView.Of(at, artifact, artifact.Reviews.Find(r => r.Id == id)!)
                : null
        );
        if (view is null)
            return call.Refuse(new Refusal.NotFound("review", id.Text));
        return call.Hidden(view.Queue) is { } hidden
            ? call.Refuse(hidden)
            : Answer.Ok(ReviewBody.From(view), Answers.Review);
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var states = (call.Query("state") ?? "open").Split(',');
        var wantsAll = states.Contains("all", StringComparer.Ordinal);
        var after = ArtifactEndpoints.After<ReviewId>(call, ReviewId.TryParse);
        PrincipalId? reviewer = null;
        if (call.Query("reviewer") is { } named)
        {
            if (named == "me")
                reviewer = call.Caller.Id;
            else if (PrincipalId.TryParse(named, out var id))
                reviewer = id;
            else
                call.Faults.Add("reviewer", "must be the id of a principal, or me");
        }
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var attention = call.Query("attention");
        var onlyOpen = states is ["open"];
        var (all, seq) = call.Host.Engine.Picture.Read(at =>
        {
            var who = reviewer is { } one ? at.FindPrincipal(one) : null;
            return (
                (onlyOpen ? at.InReview : at.Artifacts)
                    .Where(a => call.Scope.Sees(a.Queue))
                    .SelectMany(a => a.Reviews.Select(r => (a, r)))
                    .Where(x => wantsAll || states.Contains(WireNames.Of(x.r.State), StringComparer.Ordinal))
                    .Where(x => reviewer is null || (who is not null && x.r.Reviewers.Any(r => r.Asks(who))))
                    .Select(x => ReviewView.Of(at, x.a, x.r))
                    .Where(v => attention is null || v.Attention == attention)
                    .ToArray(),
                at.Seq
            );
        });
        var ordered = all.OrderBy(v => v.Review.DueAt ?? DateTimeOffset.MaxValue)
            .ThenBy(v => v.Review.RequestedAt)
            .ThenBy(v => v.Review.Id)
            .ToArray();
        var start = after.Number == 0 ? 0 : Array.FindIndex(ordered, v => v.Review.Id == after) + 1;
        var page = ordered.Skip(start).Take(limit).ToArray();
        var list = new ListBody<ReviewBody>(
            [.. page.Select(ReviewBody.From)],
            start + page.Length < ordered.Length ? page[^1].Review.Id.Text : null,
            ordered.Length,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<ReviewBody>>());
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
