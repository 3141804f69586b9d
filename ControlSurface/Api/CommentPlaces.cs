using ControlSurface.Api.Bodies;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>The comments of a version with where the words that they quote stand in it (API.md, Reviews and approvals).</summary>
internal static class CommentPlaces
{
    /// <summary>Comments of so many earlier versions, the newest, are followed in one call: each is a comparison of two texts.</summary>
    internal const int MostVersions = 20;

    /// <summary>The comments on a version and on those before it, each with where its quote stands in that version. None is left out.</summary>
    internal static async Task<IReadOnlyList<CommentBody>> OfAsync(
        ApiCall call,
        Artifact artifact,
        ArtifactVersion reading
    )
    {
        var comments = artifact.Comments.Where(c => c.Version <= reading.Number).ToList();
        var places = await FollowedAsync(call, artifact, reading, comments);
        return
        [
            .. comments.Select(c =>
                CommentBody.From(c, artifact.Id) with
                {
                    Place = c.Anchor is null ? null : places.GetValueOrDefault(c.Id, QuotePlaceBody.NotFollowed),
                }
            ),
        ];
    }

    private static async Task<Dictionary<CommentId, QuotePlaceBody>> FollowedAsync(
        ApiCall call,
        Artifact artifact,
        ArtifactVersion reading,
        List<Comment> comments
    )
    {
        var places = new Dictionary<CommentId, QuotePlaceBody>();
        // Who asks for other members only waits for no comparison.
        if (call.Values.Mask is { } mask && !mask.Names.Contains("comments", StringComparer.Ordinal))
            return places;
        var follower = new QuoteFollower(
            call.Host.Drafter.Texts,
            call.Http.RequestServices.GetRequiredService<Comparisons>(),
            artifact,
            reading
        );
        var quoting = comments.Where(c => c.Anchor is not null).GroupBy(c => c.Version).OrderByDescending(g => g.Key);
        foreach (var ofVersion in quoting.Take(MostVersions))
        {
            if (await follower.MapAsync(ofVersion.Key, call.Http.RequestAborted) is not { } map)
            {
                foreach (var comment in ofVersion)
                    places[comment.Id] = QuotePlaceBody.Outdated;
                continue;
            }
            foreach (var (comment, place) in await QuoteFollower.FindAsync(map, ofVersion, call.Http.RequestAborted))
                places[comment.Id] = QuotePlaceBody.Of(place);
        }
        return places;
    }
}
