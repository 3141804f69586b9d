using ControlSurface.Core.Actions;

namespace ControlSurface.Core.Runbook;

/// <summary>The runbook's patterns as rules read them.</summary>
public interface IPatterns : IActions
{
    /// <summary>The pattern with this id; null where nothing of its kind collided there.</summary>
    Pattern? FindPattern(string id);
}
