using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>API.md, Reviews and approvals: asking people to decide on a version.</summary>
internal static class ReviewEndpoints
{
    private static readonly string[] Brief = ["id", "artifactId", "version", "state", "attention", "dueAt"];
    private static readonly string[] States = [.. Enum.GetValues<ReviewState>().Select(WireNames.Of)];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        RequestReviewOperation,
        ListReviewsOperation,
        GetReviewOperation,
        TakeReviewOperation,
        RemindReviewOperation,
        WithdrawReviewOperation,
        ReassignReviewOperation,
    ];

    private static ApiOperation RequestReviewOperation =>
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
                                ArtifactEndpoints.VersionOf(c),
                                b.Run,
                                b.Token,
                                b.Note,
                                b.Reviewers ?? [],
                                b.DueSeconds
                            )
                    ),
        };

    private static ApiOperation ListReviewsOperation =>
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
        };

    private static ApiOperation GetReviewOperation =>
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
        };

    private static ApiOperation TakeReviewOperation =>
        OnReview(
            "takeReview",
            "take",
            Verb.TakeReview,
            "Takes the review, so that others see who reads it.",
            id => new ReviewCommand.Take(id)
        );

    private static ApiOperation RemindReviewOperation =>
        OnReview(
            "remindReview",
            "remind",
            Verb.RemindReview,
            "Reminds whoever was asked.",
            id => new ReviewCommand.Remind(id)
        );

    private static ApiOperation WithdrawReviewOperation =>
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
        };

    private static ApiOperation ReassignReviewOperation =>
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
        };

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

    private static ReviewId Id(ApiCall call)
    {
        if (!ReviewId.TryParse(call.Route("id"), out var id))
            call.Missing("review", call.Route("id"));
        return id;
    }

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
                    .Where(v => attention is null || WireNames.Of(v.Attention) == attention)
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
}
