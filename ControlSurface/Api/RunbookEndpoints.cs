using ControlSurface.Api.Bodies;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Runbook;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: what recurs, and what is done about it.</summary>
internal static class RunbookEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [GetRunbookOperation, SetRunbookPatternOperation];

    private static ApiOperation GetRunbookOperation =>
        new()
        {
            Id = "getRunbook",
            Method = "GET",
            Pattern = "/runbook",
            Verb = Verb.Read,
            Tag = "Runbook",
            Summary = "What collides again and again, most time lost in the last seven days first.",
            Replies = [new(200, ApiJson.Of<ListBody<PatternBody>>(), "Patterns.")],
            Query =
            [
                new("queue", "string", "Only of this queue."),
                new("kind", "string", "Only of this kind of conflict, or lock_wait."),
                new("state", "string", "Only in this state.", ["watching", "absorbed"]),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation SetRunbookPatternOperation =>
        new()
        {
            Id = "setRunbookPattern",
            Method = "PUT",
            Pattern = "/runbook/{patternId}",
            Verb = Verb.SetRunbook,
            Tag = "Runbook",
            Summary = "Says what is to be done about a pattern, or that it was.",
            Body = ApiJson.Of<SetPatternRequest>(),
            Replies = [new(200, ApiJson.Of<PatternBody>(), "As it stands now.")],
            Handle = call => call.SendAsync(ApiJson.Of<SetPatternRequest>(), static (c, b) => Set(c, b)),
        };

    private static RunbookCommand.Set Set(ApiCall call, SetPatternRequest b) =>
        new(
            call.Route("patternId"),
            b.Guidance,
            b.Change is null ? null : Word<PatternChange>(call, "change", b.Change),
            b.State is null ? null : Word<PatternState>(call, "state", b.State)
        );

    private static T Word<T>(ApiCall call, string member, string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (WordOf(value) == word)
                return value;
        }
        call.Faults.Add(member, "must be one of " + string.Join(", ", Enum.GetValues<T>().Select(WordOf)));
        return default;
    }

    private static string WordOf<T>(T value)
        where T : struct, Enum =>
        value switch
        {
            PatternChange change => WireNames.Of(change),
            PatternState state => WireNames.Of(state),
            _ => throw new System.Diagnostics.UnreachableException(typeof(T).Name),
        };

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var (queue, kind, state) = (call.Query("queue"), call.Query("kind"), call.Query("state"));
        if (queue is not null && !call.Scope.Sees(queue))
            return call.Refuse(call.Hidden(queue)!);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var now = call.Host.Engine.Now;
        var (all, seq) = call.Host.Engine.Picture.Read(at =>
            (
                RunbookRules
                    .Ranked(
                        at,
                        at.Patterns.Where(p =>
                            call.Scope.Sees(p.Queue)
                            && (queue is null || p.Queue == queue)
                            && (kind is null || p.Kind == kind)
                            && (state is null || WireNames.Of(p.State) == state)
                        ),
                        now
                    )
                    .Select(p => PatternBody.From(at, p, now, call.Scope))
                    .ToList(),
                at.Seq
            )
        );
        var rest = call.Query("after") is { } after ? all.SkipWhile(p => p.Id != after).Skip(1).ToList() : all;
        return Answer.Ok(
            new ListBody<PatternBody>(
                [.. rest.Take(limit)],
                rest.Count > limit ? rest[limit - 1].Id : null,
                all.Count,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<PatternBody>>()
        );
    }
}
