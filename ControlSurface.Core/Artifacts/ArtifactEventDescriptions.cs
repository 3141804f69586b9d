using System.Diagnostics;

namespace ControlSurface.Core.Artifacts;

/// <summary>Each <see cref="ArtifactEvent"/> as a sentence.</summary>
internal static class ArtifactEventDescriptions
{
    internal static string Of(ArtifactEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ArtifactEvent.Created e => $"{by} started {e.Name} ({e.Artifact}).",
            ArtifactEvent.VersionPublished e => Published(e, by),
            ArtifactEvent.SourcesRecorded e => $"{by} checked the sources of version {e.Version} of {e.Artifact}.",
            ArtifactEvent.PermitGiven e =>
                $"{by} let {(e.Principal is { } to ? nameOf(to) : "an agent")} publish once on version {e.Version} of {e.Artifact}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static string Published(ArtifactEvent.VersionPublished e, string by)
    {
        var how = e.Kind switch
        {
            VersionKind.Publish => $"{by} published",
            VersionKind.Merge => $"{by} merged into",
            VersionKind.Edit => $"{by} edited",
            VersionKind.Suggestion => $"{by} took over a suggestion as",
        };
        return $"{how} version {e.Version} of {e.Artifact}{Phrases.Because(e.Note)}.";
    }
}
