namespace ControlSurface.Core.Artifacts;

/// <summary>What lets an agent publish on a version that a person edited or edits (<c>resolveBy</c>).</summary>
public enum HoldResolution
{
    /// <summary>A person permits it.</summary>
    Permit,

    /// <summary>The agent says which version it read (<c>acknowledges</c>).</summary>
    Acknowledges,
}
