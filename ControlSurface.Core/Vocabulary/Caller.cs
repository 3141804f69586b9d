namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The sender of a command. It carries no roles: the workspace looks up what the principal may do at the moment of the decision
/// (OPERATIONS.md, B18).
/// </summary>
/// <param name="Id">The principal.</param>
/// <param name="KeyQueues">Queues that the key is limited to; null for no limit beyond the principal's own.</param>
public sealed record Caller(PrincipalId Id, IReadOnlyList<string>? KeyQueues = null)
{
    /// <summary>The process itself, for what timers, start-up and the access store do.</summary>
    public static readonly Caller System = new(PrincipalId.System);
}
