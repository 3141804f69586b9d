using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Artifacts;

/// <summary>What rules about artifacts share.</summary>
internal static class ArtifactContext
{
    /// <summary>The artifact, or why it cannot be had: 403 by queue before anything else about it.</summary>
    internal static Refusal? Find(IRuleContext<IArtifacts> context, ArtifactId id, out Artifact artifact)
    {
        artifact = context.At.FindArtifact(id)!;
        return artifact is null ? new Refusal.NotFound("artifact", id.Text) : context.Outside(artifact.Queue);
    }

    /// <summary>What the artifact would be after the events.</summary>
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
