using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Standing;

/// <summary>A person's edit that holds agents' publishes (<c>human_edit_hold</c>).</summary>
/// <param name="Version">The current version, which an agent would publish on.</param>
/// <param name="By">The person who edits or edited.</param>
/// <param name="At">When they published their edit; null while they are editing.</param>
/// <param name="IsEditing">Whether the person has the artifact open for editing now.</param>
/// <param name="ResolveBy">What lets an agent go on.</param>
/// <param name="Permit">The permit that a person gave for this version; null for none.</param>
public sealed record HumanHold(
    int Version,
    PrincipalId By,
    DateTimeOffset? At,
    bool IsEditing,
    HoldResolution ResolveBy,
    EditPermit? Permit
)
{
    /// <summary>The hold on the artifact now; null for none.</summary>
    /// <param name="editing">A person who has it open for editing, as presence says; null for nobody.</param>
    public static HumanHold? Of(IActions at, Artifact artifact, PrincipalId? editing)
    {
        var policy = at.PolicyOf(artifact.Queue);
        if (policy.OnHumanEdit == OnHumanEdit.Free)
            return null;
        var current = artifact.Current;
        // A first version by a person is there to be worked on; only an edit of an earlier version holds agents.
        var edited = current is { ByKind: PrincipalKind.Person, Base: not null };
        if (!edited && editing is null)
            return null;
        return new HumanHold(
            current.Number,
            editing ?? current.By,
            editing is null ? current.At : null,
            editing is not null,
            policy.OnHumanEdit == OnHumanEdit.Ask ? HoldResolution.Permit : HoldResolution.Acknowledges,
            artifact.Permit?.Version == current.Number ? artifact.Permit : null
        );
    }
}
