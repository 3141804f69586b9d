namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Whoever sends a command: the principal, and what narrows them for this call. Authority is looked up in the
/// workspace when the command is decided, never taken from here (OPERATIONS.md, B18).
/// </summary>
/// <param name="KeyQueues">Queues that the key is limited to; null for no limit beyond the principal's own.</param>
public sealed record Caller(PrincipalId Id, IReadOnlyList<string>? KeyQueues = null)
{
    /// <summary>The process itself: timers, start-up and the access store.</summary>
    public static readonly Caller System = new(PrincipalId.System);
}
