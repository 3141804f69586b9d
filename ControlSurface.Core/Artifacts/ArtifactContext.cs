using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Artifacts;

/// <summary>Helpers that rules about artifacts share.</summary>
internal static class ArtifactContext
{
    /// <summary>Finds the artifact; the refusal is 404 where there is none, and 403 where the caller may not touch its queue.</summary>
    internal static Refusal? Find(IRuleContext<IArtifacts> context, ArtifactId id, out Artifact artifact)
    {
        artifact = context.At.FindArtifact(id)!;
        return artifact is null ? new Refusal.NotFound("artifact", id.Text) : context.Outside(artifact.Queue);
    }

    /// <summary>The artifact after events that are not recorded yet.</summary>
    internal static Artifact After(
        IRuleContext<IArtifacts> context,
        Artifact? artifact,
        ArtifactId id,
        IReadOnlyList<Event> events
    )
    {
        var seq = context.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is OnArtifact on && on.Artifact == id)
                artifact = ArtifactEvolution.Evolve(artifact, new Recorded(seq, context.Now, context.Who.Id, happened));
        }
        return artifact!;
    }
}
