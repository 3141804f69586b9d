using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Vocabulary;

/// <summary>A content that a command brings or names. It is stored before the events that rest on it, or in the same write.</summary>
/// <param name="Hash">The content hash (<see cref="ContentHash"/>).</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="ChangedLines">
/// Lines that differ from the base version that the command names; null where the two cannot be compared.
/// </param>
/// <param name="Merge">A merge with the version that was current; null where none was tried.</param>
public sealed record Proposed(string Hash, long Length, int? ChangedLines = null, MergeOffer? Merge = null);

/// <summary>
/// A three-way merge that was computed before the decision, with the contents that it merged. The rule uses it only where those are
/// still the current ones (docs/decisions, merges outside Decide).
/// </summary>
/// <param name="CurrentHash">The current version's content hash, which the proposal was merged with.</param>
/// <param name="MergedHash">The merged content's hash; null where the merge is not clean, or the contents are no text.</param>
/// <param name="MergedLength">The merged content's length in bytes.</param>
public sealed record MergeOffer(string CurrentHash, string? MergedHash, long MergedLength)
{
    /// <summary>The most contents that are merged together; where more compete, a person settles the conflict by hand.</summary>
    public const int MostTogether = 8;

    /// <summary>Hashes of the other contents that compete on the same base, in the order in which they came.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>
    /// The clean merge of the current version, <see cref="Others"/> and the proposal; null where they do not merge cleanly.
    /// </summary>
    public string? JointHash { get; init; }
}
