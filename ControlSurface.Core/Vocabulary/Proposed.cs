using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Vocabulary;

/// <summary>A content that a command brings or names: it is stored before, or with, the events that rest on it.</summary>
/// <param name="ChangedLines">Lines that differ from the base that the command names; null where that cannot be said.</param>
/// <param name="Merge">A merge with the version that was current; null where none was tried.</param>
public sealed record Proposed(string Hash, long Length, int? ChangedLines = null, MergeOffer? Merge = null);

/// <summary>
/// A three-way merge that was tried outside Decide, with the versions that it was tried on, so that the rule can see
/// whether it still holds (docs/decisions, merges outside Decide).
/// </summary>
/// <param name="CurrentHash">The content that the proposal was merged with.</param>
/// <param name="MergedHash">The merged content where it is clean; null where it is not, or cannot be merged.</param>
public sealed record MergeOffer(string CurrentHash, string? MergedHash, long MergedLength)
{
    /// <summary>More contents than this are not merged together: the conflict is settled by hand.</summary>
    public const int MostTogether = 8;

    /// <summary>Hashes of the other contents that compete on the same base, in the order in which they came.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>
    /// The clean merge of the current version, <see cref="Others"/> and the proposal; null where they do not merge cleanly.
    /// </summary>
    public string? JointHash { get; init; }
}
