namespace ControlSurface.Core.Vocabulary;

/// <summary>The holder of a lease: a principal and, where the lease was granted to a run, that run.</summary>
/// <param name="Id">The principal.</param>
/// <param name="Name">The principal's name at the time of the grant; it is not updated when they are renamed.</param>
/// <param name="Kind">The principal's kind at the time of the grant.</param>
/// <param name="Run">The principal's run; null where the lease belongs to the principal without a run.</param>
public sealed record Holder(PrincipalId Id, string Name, PrincipalKind Kind, string? Run)
{
    /// <summary>Whether this is the same principal in the same run. Nobody else may write under the lease (API.md, Who calls).</summary>
    public bool Is(PrincipalId id, string? run) => Id == id && string.Equals(Run, run, StringComparison.Ordinal);
}
