using ControlSurface.Core.Principals;
using ControlSurface.Core.Texts;

namespace ControlSurface.Access;

/// <summary>What a principal and a key cannot be, whoever writes them.</summary>
internal static class PrincipalChecks
{
    /// <summary>As over HTTP: nobody is limited to nothing, and who may do everything is limited to none (API.md, Limited callers).</summary>
    /// <exception cref="AccessRefusedException">The limit cannot be.</exception>
    internal static void Queues(Roles roles, IReadOnlyList<string>? queues)
    {
        if (queues is null)
            return;
        if (queues.Count == 0)
            throw new AccessRefusedException("Name at least one queue, or none at all for every queue.");
        if (roles.HasFlag(Roles.Admin))
            throw new AccessRefusedException("An admin cannot be limited to queues.");
    }

    /// <exception cref="AccessRefusedException">It is no name.</exception>
    internal static void Name(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || NameText.IsLonger(name, 200))
            throw new AccessRefusedException("A name has 1 to 200 characters.");
        if (NameText.Fault(name) is { } wrong)
            throw new AccessRefusedException($"A name {wrong}.");
    }
}
