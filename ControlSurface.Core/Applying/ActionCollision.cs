using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Applying;

/// <summary>The conflict that an action opens, and the version of an artifact that competes in it.</summary>
internal static class ActionCollision
{
    /// <summary>The event that opens the conflict. A second one for the same attempt is the same conflict.</summary>
    internal static ConflictEvent.Opened Of(
        ITargets at,
        WorkAction action,
        ConflictKind kind,
        string what,
        IReadOnlyList<Competing> competing
    ) =>
        new(default, at.InMemory(action.Item))
        {
            Kind = kind,
            Queue = action.Queue,
            Target = action.Target,
            Artifact = action.Artifact,
            Action = action.Id,
            Key = $"{WireNames.Of(kind)}|{action.Id}|{action.Attempts.Count}",
            Base = action.Version,
            What = what,
            MergedHash = null,
            Competing = competing,
        };

    /// <summary>The version that the action applies, as one side of the conflict; none where it applies no artifact.</summary>
    /// <param name="role">The side's word for a person who reads the conflict, e.g. <c>to be applied</c>.</param>
    internal static List<Competing> VersionOf(ITargets at, WorkAction action, string role) =>
        action is { Artifact: { } of, Version: { } n } && at.FindArtifact(of) is { } artifact
            ? [ArtifactCollision.Of(artifact, artifact.Versions[n - 1], role)]
            : [];
}
