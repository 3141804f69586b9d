using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// All that a decision rests on besides the workspace and the command. The same workspace, command and context always come to the
/// same decision, on any thread.
/// </summary>
/// <param name="Caller">Who asks, and what their key limits them to.</param>
/// <param name="Now">The instant of the decision, UTC to the millisecond. What was due by then has been decided before.</param>
public sealed record DecisionContext(Caller Caller, DateTimeOffset Now)
{
    /// <summary>Items read back from the archive because the command names them; empty where it names none.</summary>
    public IReadOnlyList<Item> Rehydrated { get; init; } = [];
}

/// <summary>A decision, and the records that were foreseen for its reply: recording its events need not make them again.</summary>
internal readonly record struct Deliberation(Decision Decision, DecisionCache Cache);
