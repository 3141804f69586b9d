namespace ControlSurface.Core.Vocabulary;

/// <summary>What is paused where a call is refused as <c>paused</c>.</summary>
public enum PauseScope
{
    /// <summary>The queue.</summary>
    Queue,

    /// <summary>The caller.</summary>
    Principal,

    /// <summary>The whole line.</summary>
    Workspace,
}
