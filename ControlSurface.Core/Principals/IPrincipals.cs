namespace ControlSurface.Core.Principals;

/// <summary>Principals as rules read them.</summary>
public interface IPrincipals
{
    /// <summary>Seq of the last event.</summary>
    long Seq { get; }

    /// <summary>All principals, those that have ended too, in the order of their ids.</summary>
    IEnumerable<Principal> Principals { get; }

    /// <summary>The principal with that id; null where there is none.</summary>
    Principal? FindPrincipal(PrincipalId id);

    /// <summary>The principal's name; for <see cref="PrincipalId.System"/> "the system", for an unknown one its id.</summary>
    string NameOf(PrincipalId id);

    /// <summary>The principal's absence; null where they are not away.</summary>
    Absence? FindAbsence(PrincipalId who);
}

/// <summary>The events that follow from the end of a principal.</summary>
internal interface IPrincipalWork : IPrincipals
{
    /// <summary>For each lease that the principal holds, in the order of the items: its end, and where its item goes.</summary>
    IReadOnlyList<Event> EndLeasesOf(PrincipalId who, string? why, DateTimeOffset now);

    /// <summary>The approvals that fall with the principal, each with the event that revokes it.</summary>
    IReadOnlyList<(RevokedApproval Approval, Event Revoked)> RevokeApprovalsOf(PrincipalId who, string why);
}
