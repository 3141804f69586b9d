using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Standing;

/// <summary>A person's edit, made or being made, that holds agents' publishes.</summary>
/// <param name="Version">The version that an agent would write on.</param>
/// <param name="ResolveBy"><c>permit</c> or <c>acknowledges</c>.</param>
/// <param name="Permit">The leave that is given for this version; null for none.</param>
public sealed record HumanHold(
    int Version,
    PrincipalId By,
    DateTimeOffset? At,
    bool IsEditing,
    string ResolveBy,
    EditPermit? Permit
)
{
    /// <summary>Null where nothing holds.</summary>
    public static HumanHold? Of(IActions at, Artifact artifact, PrincipalId? editing)
    {
        var policy = at.PolicyOf(artifact.Queue);
        if (policy.OnHumanEdit == OnHumanEdit.Free)
            return null;
        var current = artifact.Current;
        // What a person started is there to be worked on; what they changed is not to be written over.
        var edited = current is { ByKind: PrincipalKind.Person, Base: not null };
        if (!edited && editing is null)
            return null;
        return new HumanHold(
            current.Number,
            editing ?? current.By,
            editing is null ? current.At : null,
            editing is not null,
            policy.OnHumanEdit == OnHumanEdit.Ask ? "permit" : "acknowledges",
            artifact.Permit?.Version == current.Number ? artifact.Permit : null
        );
    }
}
