namespace ControlSurface.Core.Principals;

/// <summary>Principals as rules read them.</summary>
public interface IPrincipals
{
    /// <summary>Seq of the last event.</summary>
    long Seq { get; }

    IEnumerable<Principal> Principals { get; }

    Principal? FindPrincipal(PrincipalId id);

    /// <summary>A principal's name, or a word for who is not one.</summary>
    string NameOf(PrincipalId id);

    /// <summary>Whether and until when somebody is away; null where they are not.</summary>
    Absence? FindAbsence(PrincipalId who);
}

/// <summary>What the end of a principal means for their work and for what they approved.</summary>
internal interface IPrincipalWork : IPrincipals
{
    /// <summary>The end of each lease that the principal holds, and what becomes of its item, in the order of the items.</summary>
    IReadOnlyList<Event> EndLeasesOf(PrincipalId who, string? why, DateTimeOffset now);

    /// <summary>The approvals that fall with the principal, each with the event that revokes it.</summary>
    IReadOnlyList<(RevokedApproval Approval, Event Revoked)> RevokeApprovalsOf(PrincipalId who, string why);
}
