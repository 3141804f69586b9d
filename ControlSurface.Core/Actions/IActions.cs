using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Actions;

/// <summary>Actions as rules read them, with the versions of their targets.</summary>
public interface IActions : IArtifacts
{
    /// <summary>All actions, in the ordinal order of their ids.</summary>
    IEnumerable<WorkAction> Actions { get; }

    /// <summary>The action with that id; null where there is none.</summary>
    WorkAction? FindAction(string id);

    /// <summary>The item's actions, in the ordinal order of their ids.</summary>
    IEnumerable<WorkAction> ActionsOf(ItemId item);

    /// <summary>Actions that apply a version of the artifact.</summary>
    IEnumerable<WorkAction> ActionsOn(ArtifactId artifact);

    /// <summary>Actions on exactly this target.</summary>
    IEnumerable<WorkAction> ActionsAt(string target);

    /// <summary>The queue that an action belongs to now: its item's, or its artifact's; null for none.</summary>
    string? QueueOf(WorkAction action);

    /// <summary>The state that the action is in now, given its version and target.</summary>
    ActionState StateOf(WorkAction action);

    /// <summary>Whether the version that the action applies is no longer the current one.</summary>
    bool IsSuperseded(WorkAction action);

    /// <summary>Whether the target is known to be at another version than the action expects.</summary>
    bool HasMoved(WorkAction action);

    /// <summary>The version that the target is known to be at; null where nobody reported one.</summary>
    string? TargetVersion(string target);
}
