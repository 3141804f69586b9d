using ControlSurface.Api.Bodies;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Drafting;

namespace ControlSurface.Api;

/// <summary>Follows comments into later versions by the words that they quote (API.md, Reviews and approvals).</summary>
internal static class CommentPlaces
{
    /// <summary>The comments on a version and on those before it, each with where its quote stands in that version. None is left out.</summary>
    internal static async Task<IReadOnlyList<CommentBody>> OfAsync(
        ApiCall call,
        Artifact artifact,
        ArtifactVersion reading
    )
    {
        var comments = artifact.Comments.Where(c => c.Version <= reading.Number).ToList();
        var maps = new Dictionary<int, QuoteMap?>();
        foreach (var comment in comments)
        {
            if (comment.Anchor is not null && !maps.ContainsKey(comment.Version))
                maps[comment.Version] = await MapAsync(call, artifact, artifact.FindVersion(comment.Version), reading);
        }
        return
        [
            .. comments.Select(c =>
                CommentBody.From(c, artifact.Id) with
                {
                    Place = c.Anchor is { } anchor ? PlaceOf(maps[c.Version]?.Find(anchor)) : null,
                }
            ),
        ];
    }

    // Null where one of the two versions is no text: quotes of it cannot be found again.
    private static async Task<QuoteMap?> MapAsync(
        ApiCall call,
        Artifact artifact,
        ArtifactVersion? commented,
        ArtifactVersion reading
    )
    {
        var texts = call.Host.Drafter.Texts;
        return
            commented is not null
            && texts.TryRead(commented.ContentHash, artifact.ContentType) is { } from
            && texts.TryRead(reading.ContentHash, artifact.ContentType) is { } to
            ? await call
                .Http.RequestServices.GetRequiredService<Comparisons>()
                .QuotesAsync(commented.ContentHash, from, reading.ContentHash, to, call.Http.RequestAborted)
            : null;
    }

    private static QuotePlaceBody PlaceOf(QuotePlace? found) =>
        found is { Standing: QuoteStanding.Stands } at ? new QuotePlaceBody("stands", at.Start, at.Start + at.Length)
        : found is { Standing: QuoteStanding.Ambiguous } ? new QuotePlaceBody("ambiguous", Start: null, End: null)
        : new QuotePlaceBody("outdated", Start: null, End: null);
}
