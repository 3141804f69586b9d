using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Drafting;

/// <summary>
/// Follows the quotes of comments into the version that is read: the page and the API show a comment where its words stand now (API.md,
/// Reviews and approvals). The text that is read is fetched once.
/// </summary>
internal sealed class QuoteFollower(
    ContentTexts texts,
    Comparisons comparisons,
    Artifact artifact,
    ArtifactVersion reading
)
{
    // Texts of so many characters are matched at once, in about a millisecond; longer ones wait for their turn.
    private const int Small = 32 * 1024;
    private readonly Lazy<string?> _to = new(() => texts.TryRead(reading.ContentHash, artifact.ContentType));

    /// <summary>Where quotes of the commented version stand in the one that is read; null where one of the two is no text.</summary>
    /// <param name="waiting">Ends the wait for a turn.</param>
    internal async Task<QuoteMap?> MapAsync(int commented, CancellationToken waiting = default) =>
        artifact.FindVersion(commented) is { } version
        && texts.TryRead(version.ContentHash, artifact.ContentType) is { } from
        && _to.Value is { } to
            ? from.Length + to.Length <= Small
                ? QuoteMap.Of(from, to)
                : await comparisons.QuotesAsync(version.ContentHash, from, reading.ContentHash, to, waiting)
            : null;

    /// <summary>The comments with their places, once there is a turn for it.</summary>
    internal static Task<List<(Comment Comment, QuotePlace Place)>> FindAsync(
        QuoteMap map,
        IEnumerable<Comment> quoting,
        CancellationToken waiting = default
    ) => ContentWork.RunAsync(() => quoting.Select(one => (one, map.Find(one.Anchor!))).ToList(), waiting);
}
