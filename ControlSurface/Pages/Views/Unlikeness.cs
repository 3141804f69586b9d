using System.Collections.Concurrent;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;

namespace ControlSurface.Pages.Views;

/// <summary>
/// How unlike a version is what was approved of its artifact before: the part of the lines that differ, words counted where a line has
/// another in its place. Two contents never change, so what was compared once is known for the whole process.
/// </summary>
public static class Unlikeness
{
    /// <summary>That of a version of which nothing was approved before, or that cannot be compared.</summary>
    public const double Wholly = 1;

    // A hundred bytes each. Where there are more, all are compared anew as they are asked for.
    private const int MostKnown = 20_000;

    private static readonly ConcurrentDictionary<(string Approved, string Current), double> Known = new();

    /// <summary>The version that was approved last before the current one; null where none was.</summary>
    public static ArtifactVersion? ApprovedBefore(Artifact artifact)
    {
        var last = 0;
        foreach (var approval in artifact.Approvals)
        {
            if (approval.Version < artifact.Current.Number)
                last = Math.Max(last, approval.Version);
        }
        return last == 0 ? null : artifact.FindVersion(last);
    }

    /// <summary>From 0 for the same to 1; 1 also where it was not compared yet.</summary>
    public static double Of(Artifact artifact) =>
        ApprovedBefore(artifact) is { } before
        && Known.TryGetValue((before.ContentHash, artifact.Current.ContentHash), out var share)
            ? share
            : Wholly;

    /// <summary>Those of which it is not known yet.</summary>
    public static IReadOnlyList<Artifact> NotKnown(IEnumerable<Artifact> artifacts) =>
        [
            .. artifacts.Where(artifact =>
                ApprovedBefore(artifact) is { } before
                && !Known.ContainsKey((before.ContentHash, artifact.Current.ContentHash))
            ),
        ];

    /// <summary>Compares each with what was approved of it; whoever opens the version finds the comparison made.</summary>
    /// <param name="leaving">Ends it between two artifacts.</param>
    public static async Task CompareAsync(
        IJournal journal,
        Comparisons comparisons,
        IEnumerable<Artifact> artifacts,
        CancellationToken leaving
    )
    {
        foreach (var artifact in artifacts)
        {
            if (ApprovedBefore(artifact) is not { } before)
                continue;
            var (from, to) = (before.ContentHash, artifact.Current.ContentHash);
            var (old, @new) = await ContentWork.RunAsync(
                () => (Text(journal, artifact, before), Text(journal, artifact, artifact.Current)),
                leaving
            );
            var share =
                old is null || @new is null
                    ? Wholly
                    : Share((await comparisons.GetAsync(from, old, to, @new, DiffOptions.Exact, leaving)).Diff);
            if (Known.Count >= MostKnown)
                Known.Clear();
            Known[(from, to)] = share;
        }
    }

    /// <summary>The part of two texts that differs.</summary>
    internal static double Share(TextDiff diff) => diff.Pairs.Count == 0 ? 0 : diff.Pairs.Sum(Part) / diff.Pairs.Count;

    private static double Part(DiffPair pair) =>
        pair.Kind switch
        {
            PairKind.Same => 0,
            PairKind.Added or PairKind.Removed => 1,
            PairKind.Changed => pair.OldMarks.Count + pair.NewMarks.Count == 0
                ? 1
                : (double)(pair.OldMarks.Sum(mark => mark.Length) + pair.NewMarks.Sum(mark => mark.Length))
                    / Math.Max(1, pair.Old.Text.Length + pair.New.Text.Length),
        };

    private static string? Text(IJournal journal, Artifact artifact, ArtifactVersion version) =>
        journal.TryFindContent(version.ContentHash) is { } kept
        && ContentShape.Of(artifact.ContentType, kept.Content.Bytes).Text is { } text
        && ContentBudget.Why(text) is null
            ? text
            : null;
}
