namespace ControlSurface.Core.Vocabulary;

/// <summary>Whose lease it is: the principal and, where it was granted to one, the run inside it.</summary>
/// <param name="Name">The principal's name at the grant.</param>
public sealed record Holder(PrincipalId Id, string Name, PrincipalKind Kind, string? Run)
{
    /// <summary>The same principal in the same run: only they may write under the lease (API.md, Who calls).</summary>
    public bool Is(PrincipalId id, string? run) => Id == id && string.Equals(Run, run, StringComparison.Ordinal);
}
