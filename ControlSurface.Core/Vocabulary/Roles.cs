namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Whether a principal is an agent or a person. A person's lease is longer, and has no limit on quiet renewals or lifetime.
/// </summary>
public enum PrincipalKind
{
    /// <summary>A program. Its leases have a longest life and a limit on quiet renewals.</summary>
    Agent,

    /// <summary>A human being.</summary>
    Person,
}

/// <summary>A principal's roles, as flags. <see cref="Permissions"/> says what each may do (API.md, "Who calls").</summary>
[Flags]
public enum Roles
{
    /// <summary>No role: may do nothing.</summary>
    None = 0,

    /// <summary>May read everything but tokens, permits and keys.</summary>
    Viewer = 1,

    /// <summary>May claim items and do their work: hold leases and locks, publish, prepare and apply actions.</summary>
    Agent = 2,

    /// <summary>May decide on versions, permit publishes and resolve conflicts, besides working on items.</summary>
    Reviewer = 4,

    /// <summary>May take over by force, requeue, cancel, hand off, and end others' runs, in every queue.</summary>
    Support = 8,

    /// <summary>May do what reviewers and support may, and set queue policies, pause, stop the line and run bulk jobs.</summary>
    Manager = 16,

    /// <summary>May do everything, principals, keys, webhooks and workspaces included.</summary>
    Admin = 32,
}
