using ControlSurface.Content;

namespace ControlSurface.Api;

/// <summary>What the API asks of two or three texts; how they are compared is decided in one place, with the pages.</summary>
internal static class Texts
{
    /// <summary>Lines that are new, gone, or other than they were.</summary>
    internal static int ChangedLines(string before, string after) =>
        ChangedLines(TextDiff.Of(before, after, DiffOptions.Exact));

    internal static int ChangedLines(TextDiff diff) => diff.Pairs.Count(p => p.Kind != PairKind.Same);

    internal static MergeResult Merge(string from, string current, string proposed) =>
        ThreeWay.Merge(from, current, proposed);
}
