using System.Globalization;
using ControlSurface.Api.Bodies;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Api;

/// <summary>One box for everything: items, artifacts, conflicts, targets, principals and runs.</summary>
internal static class SearchEndpoints
{
    private const int MostLetters = 200;

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [SearchOperation];

    private static ApiOperation SearchOperation =>
        new()
        {
            Id = "search",
            Method = "GET",
            Pattern = "/search",
            Verb = Verb.Read,
            Tag = "Search",
            Summary = "Finds things by their words, newest first; what has the very id that is asked for comes first.",
            Query =
            [
                new("q", "string", "Words, each of which has to be there or begin a longer one; or an id."),
                new("kind", "string", "Only these kinds, separated by commas.", [.. FoundThing.Kinds.Keys]),
                new("queue", "string", "Only what is of this queue."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies =
            [
                new(200, ApiJson.Of<ListBody<FoundBody>>(), "What was found, up to the `seq` that was written down."),
            ],
            Brief = ["kind", "id", "title", "state"],
            Codes = ["unavailable"],
            Handle = call => call.ReadAsync(FindAsync),
        };

    private static async Task<Answer> FindAsync(ApiCall call)
    {
        var limit = call.Limit;
        var (words, queue) = (call.Query("q"), call.Query("queue"));
        if (string.IsNullOrWhiteSpace(words))
            call.Faults.Add("q", "is needed: words of a title, a body or a target, or an id");
        else if (words.Length > MostLetters)
            call.Faults.Add("q", $"may be at most {MostLetters} characters");
        long? after = null;
        if (call.Query("after") is { } from)
        {
            if (long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                after = position;
            else
                call.Faults.Add("after", "must be the next of a page before");
        }
        if (queue is not null && !call.Scope.Sees(queue))
            return call.Refuse(call.Hidden(queue)!);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        FoundPage page;
        try
        {
            page = await call
                .Host.Projections.SearchAsync(
                    new SearchQuery(
                        words!,
                        [.. (call.Query("kind")?.Split(',') ?? []).Select(kind => FoundThing.Kinds[kind])],
                        queue is not null ? [queue] : call.Scope.Queues,
                        after,
                        limit
                    ),
                    call.Http.RequestAborted
                )
                .ConfigureAwait(false);
        }
        catch (ProjectionsNotReadyException)
        {
            return call.Refuse(new Refusal.Unavailable("What can be found is being written down.", RetryAfter: 2));
        }
        var things = FoundThing.All(page.Found, call.Host.Engine.Picture, call.Host.Journal.FindArchived, call.Scope);
        return Answer.Ok(
            new ListBody<FoundBody>(
                [.. things.Select(FoundBody.From)],
                page.Next?.ToString(CultureInfo.InvariantCulture),
                (int)Math.Min(page.Total, int.MaxValue),
                limit,
                page.Seq
            ),
            ApiJson.Of<ListBody<FoundBody>>()
        );
    }
}
