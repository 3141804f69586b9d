using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Everything that a decision depends on besides the workspace and the command. The same workspace, command and context always give the
/// same decision, on any thread.
/// </summary>
/// <param name="Caller">Who sends the command, and the limits of their key.</param>
/// <param name="Now">The instant of the decision, UTC to the millisecond. Decide and evolve first what was due by then.</param>
public sealed record DecisionContext(Caller Caller, DateTimeOffset Now)
{
    /// <summary>Archived items that the command names, read back from the archive; empty where it names none.</summary>
    public IReadOnlyList<Item> Rehydrated { get; init; } = [];
}

/// <summary>
/// A decision with the item records that it computed for its reply, so that evolving by its events need not compute them again.
/// </summary>
internal readonly record struct CachedDecision(Decision Decision, DecisionCache Cache);
