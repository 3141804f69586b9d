using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>
/// Contents on their way in: named, measured against their base, and merged with what is current, so that Decide need know
/// no bytes. What it finds is bound to the hashes that it found it for, and Decide looks whether they still hold.
/// </summary>
internal sealed class ContentEdge(IJournal journal)
{
    /// <summary>The largest content that is kept, in bytes (API.md, Bounds).</summary>
    internal const int LimitBytes = 1024 * 1024;

    /// <summary>The kept content as text; null where there is none, or it is no text.</summary>
    internal string? TextOf(string hash, string contentType) =>
        IsText(contentType) && journal.FindContent(hash) is { } kept
            ? ContentText.Read(contentType, kept.Content.Bytes)
            : null;

    /// <summary>A text that takes the place of a kept content: in its encoding, with its mark.</summary>
    internal ContentData Write(string text, string inPlaceOf, string contentType) =>
        ContentData.Of(
            ContentText.Write(text, contentType, journal.FindContent(inPlaceOf)?.Content.Bytes ?? []),
            contentType
        );

    /// <summary>What a proposal changes against the version that it names as its base.</summary>
    internal int? ChangedLines(Artifact artifact, int baseVersion, ContentData content) =>
        artifact.FindVersion(baseVersion) is { } of
        && TextOf(of.ContentHash, artifact.ContentType) is { } before
        && IsText(artifact.ContentType)
        && ContentText.Read(artifact.ContentType, content.Bytes) is { } after
            ? Texts.ChangedLines(before, after)
            : null;

    /// <summary>
    /// A merge of the proposal with the current version, and of both with all that competes on the same base already; null
    /// where the base is the current version.
    /// </summary>
    /// <param name="others">Hashes of what competes already (<see cref="MergeOffer.OthersOn"/>).</param>
    internal (MergeOffer Offer, IReadOnlyList<ContentData> Merged)? TryMerge(
        Artifact artifact,
        int baseVersion,
        ContentData proposed,
        IReadOnlyList<string> others
    )
    {
        var current = artifact.Current;
        if (baseVersion == current.Number || artifact.FindVersion(baseVersion) is not { } from)
            return null;
        var offer = new MergeOffer(current.ContentHash, MergedHash: null, MergedLength: 0) { Others = others };
        if (
            TextOf(from.ContentHash, artifact.ContentType) is not { } before
            || TextOf(current.ContentHash, artifact.ContentType) is not { } ours
            || ContentText.Read(artifact.ContentType, proposed.Bytes) is not { } theirs
            || Texts.Merge(before, ours, theirs) is not { Text: { } text }
        )
            return (offer, []);
        var merged = Write(text, current.ContentHash, artifact.ContentType);
        offer = offer with { MergedHash = merged.Hash, MergedLength = merged.Bytes.Length };
        if (others.Count == 0)
            return (offer with { JointHash = merged.Hash }, [merged]);
        if (MergeAll(artifact, before, text, others) is not { } joint)
            return (offer, [merged]);
        return (offer with { JointHash = joint.Hash }, [merged, joint]);
    }

    /// <summary>
    /// The current version merged with all that was proposed, one after another; null where they do not merge cleanly
    /// together, are too many, or are no texts.
    /// </summary>
    internal ContentData? MergeAll(Artifact artifact, ArtifactVersion from, IReadOnlyList<string> proposals) =>
        proposals.Count is > 0 and <= MergeOffer.MostTogether
        && TextOf(from.ContentHash, artifact.ContentType) is { } before
        && TextOf(artifact.Current.ContentHash, artifact.ContentType) is { } current
            ? MergeAll(artifact, before, current, proposals)
            : null;

    private ContentData? MergeAll(Artifact artifact, string before, string onto, IReadOnlyList<string> proposals)
    {
        foreach (var hash in proposals)
        {
            if (
                TextOf(hash, artifact.ContentType) is not { } theirs
                || Texts.Merge(before, onto, theirs) is not { Text: { } text }
            )
                return null;
            onto = text;
        }
        return Write(onto, artifact.Current.ContentHash, artifact.ContentType);
    }

    /// <summary>Whether contents of the type are compared and shown as text.</summary>
    internal static bool IsText(string contentType)
    {
        var type = contentType.Split(';')[0].Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("/yaml", StringComparison.OrdinalIgnoreCase);
    }
}
