using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Actions;

namespace ControlSurface.Api;

/// <summary>API.md, Actions.</summary>
internal static class ActionEndpoints
{
    private static readonly string[] Brief = ["id", "kind", "target", "state", "version"];
    private static readonly string[] States = [.. Enum.GetValues<ActionState>().Select(WireNames.Of)];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        PrepareActionOperation,
        ListActionsOperation,
        GetActionOperation,
        BeginActionOperation,
        CompleteActionOperation,
        FailActionOperation,
        VerifyActionOperation,
    ];

    private static ApiOperation PrepareActionOperation =>
        new()
        {
            Id = "prepareAction",
            Method = "PUT",
            Pattern = "/actions/{actionId}",
            Verb = Verb.PrepareAction,
            Tag = "Actions",
            Summary = "Says what is to happen outside, under the caller's own id for it.",
            Body = ApiJson.Of<PrepareRequest>(),
            Replies =
            [
                new(201, Answers.Action, "Prepared."),
                new(
                    200,
                    Answers.Action,
                    "It was prepared already; or, where its version was superseded before it began, prepared again for the new one."
                ),
            ],
            Codes = [.. ArtifactEndpoints.WriteCodes, "version_changed", "action_id_reused"],
            Handle = call => call.SendAsync(ApiJson.Of<PrepareRequest>(), static (c, b) => Prepare(c, b)),
        };

    private static ApiOperation ListActionsOperation =>
        new()
        {
            Id = "listActions",
            Method = "GET",
            Pattern = "/actions",
            Verb = Verb.Read,
            Tag = "Actions",
            Summary = "Actions, by id.",
            Query =
            [
                new("itemId", "string", "Only those of this item."),
                new("artifactId", "string", "Only those that apply a version of this artifact."),
                new("state", "string", "Only in these states, separated by commas.", States),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<ActionBody>>(), "Actions.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetActionOperation =>
        new()
        {
            Id = "getAction",
            Method = "GET",
            Pattern = "/actions/{actionId}",
            Verb = Verb.Read,
            Tag = "Actions",
            Summary = "One action; whoever began it is given its permit again, until it is settled.",
            Query =
            [
                new(
                    "run",
                    "string",
                    "The run that began it; its principal is given the permit then, while it is outstanding."
                ),
            ],
            Replies = [new(200, Answers.Action, "The action.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation BeginActionOperation =>
        new()
        {
            Id = "beginAction",
            Method = "POST",
            Pattern = "/actions/{actionId}/begin",
            Verb = Verb.BeginAction,
            Tag = "Actions",
            Summary =
                "Asks to be let through; at most one caller is, until it is settled. With `waitSeconds` it waits for the version's review.",
            Body = ApiJson.Of<BeginRequest>(),
            Replies = [new(200, Answers.Begin, "The outcome; with `go` a permit.")],
            Codes = [.. ArtifactEndpoints.WriteCodes, "paused"],
            Handle = call => call.SendAsync(ApiJson.Of<BeginRequest>(), static (c, b) => Begin(c, b)),
        };

    private static ApiOperation CompleteActionOperation =>
        new()
        {
            Id = "completeAction",
            Method = "POST",
            Pattern = "/actions/{actionId}/complete",
            Verb = Verb.CompleteAction,
            Tag = "Actions",
            Summary = "It was applied; keeps the receipt.",
            Body = ApiJson.Of<CompleteActionRequest>(),
            Replies = [new(200, Answers.Action, "Applied.")],
            Codes = ["permit_invalid", "action_settled"],
            Handle = call => call.SendAsync(ApiJson.Of<CompleteActionRequest>(), static (c, b) => Complete(c, b)),
        };

    private static ApiOperation FailActionOperation =>
        new()
        {
            Id = "failAction",
            Method = "POST",
            Pattern = "/actions/{actionId}/fail",
            Verb = Verb.FailAction,
            Tag = "Actions",
            Summary = "It had no effect, or nobody knows.",
            Body = ApiJson.Of<FailActionRequest>(),
            Replies = [new(200, Answers.Action, "Prepared again, or ambiguous.")],
            Codes = ["permit_invalid", "action_settled"],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<FailActionRequest>(),
                    static (c, b) =>
                        new ActionCommand.Fail(
                            c.Route("actionId"),
                            b.Permit,
                            b.Run,
                            b.Why,
                            WireNames.Find<FailureEffect>(b.Effect)
                        )
                ),
        };

    private static ApiOperation VerifyActionOperation =>
        new()
        {
            Id = "verifyAction",
            Method = "POST",
            Pattern = "/actions/{actionId}/verify",
            Verb = Verb.VerifyAction,
            Tag = "Actions",
            Summary = "Says what was seen in the real system; settles an ambiguous action.",
            Body = ApiJson.Of<VerifyRequest>(),
            Replies = [new(200, Answers.Action, "Settled.")],
            Codes = ["action_settled"],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<VerifyRequest>(),
                    static (c, b) =>
                        new ActionCommand.Verify(
                            c.Route("actionId"),
                            b.Applied,
                            b.ObservedTargetVersion,
                            b.ContentHash,
                            b.Note
                        )
                ),
        };

    private static Asked Begin(ApiCall call, BeginRequest b)
    {
        var (permit, seed) = call.Host.Permits.Make();
        var begin = new ActionCommand.Begin(call.Route("actionId"), b.Run, b.Token, permit, seed);
        var wait = call.WaitOf(b.WaitSeconds);
        return wait > TimeSpan.Zero && !call.DryRun
            ? new Asked(begin) { Before = request => ReviewWait.UntilMayBeginAsync(call, begin, request, wait) }
            : begin;
    }

    private static ActionCommand Prepare(ApiCall call, PrepareRequest b)
    {
        ItemId? item = b.ItemId is { } text ? ArtifactEndpoints.ItemOf(call, "itemId", text) : null;
        ArtifactId? artifact = null;
        if (b.ArtifactId is { } named)
        {
            if (ArtifactId.TryParse(named, out var id))
                artifact = id;
            else
                call.Missing("artifact", named);
        }
        return new ActionCommand.Prepare(call.Route("actionId"))
        {
            Kind = b.Kind,
            Target = b.Target,
            Item = item,
            Artifact = artifact,
            Version = b.Version,
            ExpectedTargetVersion = b.ExpectedTargetVersion,
            PayloadHash = b.PayloadHash,
            Before = EvidencedOf(b.Before),
            Summary = b.Summary,
            ApplySeconds = b.ApplySeconds,
            Run = b.Run,
            Token = b.Token,
        };
    }

    private static ActionCommand Complete(ApiCall call, CompleteActionRequest b) =>
        new ActionCommand.Complete(
            call.Route("actionId"),
            b.Permit,
            b.Run,
            b.Receipt.GetRawText(),
            b.ObservedTargetVersion,
            EvidencedOf(b.After)
        );

    private static TargetEvidence? EvidencedOf(EvidencedRequest? e) =>
        e is null ? null : new TargetEvidence(e.Text, e.Uri, e.Sha256);

    private static Answer Get(ApiCall call)
    {
        var id = call.Route("actionId");
        var view = call.Host.Engine.Picture.Read(at => at.FindAction(id) is { } a ? ActionView.Of(at, a) : null);
        if (view is null)
            return call.Refuse(CallerChosenId.Check("actionId", id) ?? new Refusal.NotFound("action", id));
        if (call.Hidden(call.Host.Engine.Picture.Read(at => at.QueueOf(view.Action))) is { } hidden)
            return call.Refuse(hidden);
        var run = call.Query("run");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var permit =
            view.Action.Outstanding is { } attempt && attempt.By == call.Caller.Id && attempt.Run == run
                ? call.Host.Permits.Again(attempt)
                : null;
        return Answer.Ok(ActionBody.From(view) with { Permit = permit }, Answers.Action);
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        ItemId? item = null;
        if (call.Query("itemId") is { } text)
        {
            if (ItemId.TryParse(text, out var id))
                item = id;
            else
                call.Faults.Add("itemId", "must be the id of an item");
        }
        ArtifactId? artifact = null;
        if (call.Query("artifactId") is { } named)
        {
            if (ArtifactId.TryParse(named, out var id))
                artifact = id;
            else
                call.Faults.Add("artifactId", "must be the id of an artifact");
        }
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var states = call.Query("state")?.Split(',');
        var after = call.Query("after");
        var (all, seq) = call.Host.Engine.Picture.Read(at =>
            (
                at.Actions.Where(a =>
                        call.Scope.Sees(at.QueueOf(a))
                        && (item is null || a.Item == item)
                        && (artifact is null || a.Artifact == artifact)
                    )
                    .Select(a => ActionView.Of(at, a))
                    .Where(v => states is null || states.Contains(WireNames.Of(v.State), StringComparer.Ordinal))
                    .ToArray(),
                at.Seq
            )
        );
        var page = all.Where(v => after is null || string.CompareOrdinal(v.Action.Id, after) > 0)
            .Take(limit + 1)
            .ToArray();
        var list = new ListBody<ActionBody>(
            [.. page.Take(limit).Select(ActionBody.From)],
            page.Length > limit ? page[limit - 1].Action.Id : null,
            all.Length,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<ActionBody>>());
    }
}
