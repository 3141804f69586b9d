using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Artifacts;

/// <summary>A collision on an artifact, as the conflict that it opens.</summary>
internal static class ArtifactCollision
{
    /// <summary>A collision on an artifact.</summary>
    /// <param name="place">What makes it one, after the kind: artifact and base, or action.</param>
    internal static ConflictEvent.Opened Conflict(
        IRuleContext<IArtifacts> context,
        Artifact artifact,
        ConflictKind kind,
        string place,
        int? baseVersion,
        string what,
        string? merged,
        IReadOnlyList<Competing> competing,
        string? action = null
    ) =>
        new(default, context.At.InMemory(artifact.Item))
        {
            Kind = kind,
            Queue = artifact.Queue,
            Target = artifact.Target,
            Artifact = artifact.Id,
            Action = action,
            Key = $"{WireNames.Of(kind)}|{place}",
            Base = baseVersion,
            What = what,
            MergedHash = merged,
            Competing = competing,
        };

    internal static Competing Of(Artifact artifact, ArtifactVersion version, string label) =>
        new(
            label,
            artifact.Id,
            version.Number,
            version.ContentHash,
            version.By,
            version.ByName,
            version.At,
            version.Length
        );
}
