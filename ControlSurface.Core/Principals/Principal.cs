using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Principals;

/// <summary>Whether an agent or a person acts. People's leases are longer and have no quiet-renewal limit.</summary>
public enum PrincipalKind
{
    Agent,
    Person,
}

/// <summary>Paused: may do nothing for now. Ended: holds nothing and never comes back.</summary>
public enum PrincipalState
{
    Active,
    Paused,
    Ended,
}

/// <summary>The roles of API.md, "Who calls"; a principal may have several.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Viewer = 1,
    Agent = 2,
    Reviewer = 4,
    Support = 8,
    Manager = 16,
    Admin = 32,
}

/// <summary>Somebody who may call, as the workspace knows them. Keys and sign-ins are kept outside the journal.</summary>
/// <param name="Queues">The only queues that they may read and work in; null for all (API.md, "Who calls").</param>
public sealed record Principal(
    PrincipalId Id,
    string Name,
    PrincipalKind Kind,
    Roles Roles,
    IReadOnlyList<string>? Queues,
    PrincipalState State
)
{
    /// <summary>Who paused or ended them, and why; null while active.</summary>
    public string? Why { get; init; }

    /// <summary>Whether this principal may touch the queue at all.</summary>
    public bool MayTouch(string queue) => Queues is null || Queues.Contains(queue, StringComparer.Ordinal);
}

/// <summary>What can happen to a principal, as far as the workspace is concerned.</summary>
public abstract record PrincipalEvent : Event
{
    private PrincipalEvent() { }

    /// <summary>Added, or changed in name, roles, queues or state: the whole new record.</summary>
    public sealed record Set(Principal Principal) : PrincipalEvent
    {
        public override string Type => "principal.set";
    }
}

/// <summary>What the access store asks of the workspace.</summary>
public abstract record PrincipalCommand : Command
{
    private PrincipalCommand() { }

    /// <summary>
    /// Makes the workspace's record equal to the access store's. Whoever becomes <see cref="PrincipalState.Ended"/>
    /// loses every lease in the same write (DESIGN.md, 11).
    /// </summary>
    public sealed record Sync(Principal Principal) : PrincipalCommand
    {
        public override Verb Verb => Verb.SyncPrincipal;
    }
}
