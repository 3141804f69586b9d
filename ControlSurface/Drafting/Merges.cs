using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;

namespace ControlSurface.Drafting;

/// <summary>What merging the contents of a conflict would give.</summary>
/// <param name="Text">The merge of all that competes; null where it is not clean.</param>
/// <param name="ConflictCount">Places that somebody has to settle; 0 where the merge is clean.</param>
public sealed record ConflictMerge(string? Text, int ConflictCount)
{
    /// <summary>All that competes goes together.</summary>
    public bool IsClean => Text is not null;
}

/// <summary>A text with proposals merged into it.</summary>
/// <param name="LeftOut">Hashes of the proposals that did not go together with the others, or are no texts.</param>
public sealed record JointText(string Text, IReadOnlyList<string> LeftOut);

/// <summary>
/// One proposal laid beside the current version, and merged with it and with all others that go together: what a person sees
/// who settles the conflict by hand.
/// </summary>
/// <param name="Merge">The proposal merged into <paramref name="Onto"/>; not clean where somebody has to choose.</param>
/// <param name="Rows">The proposal beside the current version and their base, without the others.</param>
/// <param name="Onto">The current version with the others merged into it.</param>
/// <param name="LeftOut">Hashes of the others that do not go together.</param>
public sealed record MergeTogether(
    MergeResult Merge,
    IReadOnlyList<ThreeRow> Rows,
    string Onto,
    IReadOnlyList<string> LeftOut
)
{
    /// <param name="others">Hashes of the other proposals, in the order in which they came.</param>
    /// <param name="read">Reads a content by its hash; null where it is no text.</param>
    public static MergeTogether Of(
        string before,
        string current,
        string proposed,
        IReadOnlyList<string> others,
        Func<string, string?> read
    )
    {
        var joint = Merges.Together(before, current, others, read);
        var alone = ThreeWay.Merge(before, current, proposed);
        return new MergeTogether(
            others.Count == 0 ? alone : ThreeWay.Merge(before, joint.Text, proposed),
            ThreeRows.Of(alone, before, current, proposed),
            joint.Text,
            joint.LeftOut
        );
    }
}

/// <summary>
/// Merges proposals with the current version of an artifact. Decide knows no bytes (docs/decisions/0005): an offer names the
/// hashes that it was made from, and the rule refuses one that no longer holds.
/// </summary>
public sealed class Merges(ContentTexts texts)
{
    /// <summary>
    /// A merge of the proposal with the current version, and of both with all that competes on the same base; null where the
    /// base is the current version.
    /// </summary>
    /// <param name="others">Hashes of what competes already.</param>
    public (MergeOffer Offer, IReadOnlyList<ContentData> Merged)? TryOffer(
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
            texts.TryRead(from.ContentHash, artifact.ContentType) is not { } before
            || texts.TryRead(current.ContentHash, artifact.ContentType) is not { } ours
            || ContentText.Read(artifact.ContentType, proposed.Bytes) is not { } theirs
            || ThreeWay.Merge(before, ours, theirs) is not { Text: { } text }
            || TryWrite(artifact, text) is not { } merged
        )
            return (offer, []);
        offer = offer with { MergedHash = merged.Hash, MergedLength = merged.Bytes.Length };
        if (others.Count == 0)
            return (offer with { JointHash = merged.Hash }, [merged]);
        var together = Together(before, text, others, hash => texts.TryRead(hash, artifact.ContentType));
        return together.LeftOut.Count == 0 && TryWrite(artifact, together.Text) is { } joint
            ? (offer with { JointHash = joint.Hash }, [merged, joint])
            : (offer, [merged]);
    }

    /// <summary>
    /// The current version merged with all that competes; null where that is not clean, too large, too many
    /// (<see cref="MergeOffer.MostTogether"/>), or no texts.
    /// </summary>
    public ContentData? TryMergeAll(Conflict conflict, Artifact artifact)
    {
        List<string> proposals = [.. conflict.Proposals.Select(p => p.ContentHash!)];
        if (
            proposals.Count is 0 or > MergeOffer.MostTogether
            || BaseOf(conflict, artifact) is not { } from
            || texts.TryRead(from.ContentHash, artifact.ContentType) is not { } before
            || texts.TryRead(artifact.Current.ContentHash, artifact.ContentType) is not { } current
        )
            return null;
        var together = Together(before, current, proposals, hash => texts.TryRead(hash, artifact.ContentType));
        return together.LeftOut.Count == 0 ? TryWrite(artifact, together.Text) : null;
    }

    /// <summary>What merging the conflict would give now; null where there is nothing to merge.</summary>
    public ConflictMerge? Preview(Conflict conflict, Artifact artifact)
    {
        if (TryMergeAll(conflict, artifact) is { } all)
            return new ConflictMerge(ContentText.Read(artifact.ContentType, all.Bytes), 0);
        if (
            BaseOf(conflict, artifact) is not { } from
            || conflict.Proposals.LastOrDefault()?.ContentHash is not { } last
            || texts.TryRead(from.ContentHash, artifact.ContentType) is not { } before
            || texts.TryRead(artifact.Current.ContentHash, artifact.ContentType) is not { } current
            || texts.TryRead(last, artifact.ContentType) is not { } proposed
        )
            return null;
        // Each may merge with the current version alone but not with the others: then at least one place is to be settled.
        return new ConflictMerge(Text: null, Math.Max(ThreeWay.Merge(before, current, proposed).ConflictCount, 1));
    }

    /// <summary>Merges proposals into a text, one after another; leaves out what does not merge cleanly.</summary>
    /// <param name="before">The text that all proposals began from.</param>
    /// <param name="onto">The text to merge into.</param>
    /// <param name="proposals">Hashes, in the order in which they came.</param>
    /// <param name="read">Reads a proposal; null where it is no text.</param>
    public static JointText Together(
        string before,
        string onto,
        IReadOnlyList<string> proposals,
        Func<string, string?> read
    )
    {
        var leftOut = new List<string>();
        foreach (var hash in proposals)
        {
            if (read(hash) is { } theirs && ThreeWay.Merge(before, onto, theirs) is { Text: { } merged })
                onto = merged;
            else
                leftOut.Add(hash);
        }
        return new JointText(onto, leftOut);
    }

    private static ArtifactVersion? BaseOf(Conflict conflict, Artifact artifact) =>
        conflict.Base is { } number ? artifact.FindVersion(number) : null;

    // Two texts under the bound can merge into one above it; such a merge is not offered.
    private ContentData? TryWrite(Artifact artifact, string text) =>
        texts.Write(text, artifact.Current.ContentHash, artifact.ContentType) is var merged
        && merged.Bytes.Length <= ContentTexts.LimitBytes
            ? merged
            : null;
}
