using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Drafting;

/// <summary>Knows who has an artifact open for editing.</summary>
public interface IEditors
{
    /// <summary>A person who edits the artifact now, other than <paramref name="besides"/>; null for nobody.</summary>
    PrincipalId? EditorOf(ArtifactId artifact, PrincipalId besides);
}
