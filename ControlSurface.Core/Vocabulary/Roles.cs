namespace ControlSurface.Core.Vocabulary;

/// <summary>Whether an agent or a person acts. People's leases are longer and have no quiet-renewal limit.</summary>
public enum PrincipalKind
{
    Agent,
    Person,
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
