namespace ControlSurface.Core.Principals;

/// <summary>The principal after the command.</summary>
/// <param name="Principal">The principal as it is now.</param>
/// <param name="IsNew">True where this command added it: 201 instead of 200.</param>
public sealed record PrincipalReply(Principal Principal, bool IsNew) : Reply
{
    /// <summary>The approvals that were revoked because the principal was ended; null where it was not.</summary>
    public IReadOnlyList<RevokedApproval>? Revoked { get; init; }
}

/// <summary>The caller's absence after the command.</summary>
/// <param name="Absence">Null where they are not away.</param>
public sealed record AbsenceReply(Absence? Absence) : Reply;

/// <summary>The key that the store may write now.</summary>
/// <param name="Issued">The command that was accepted, with the key's number where the store gave one.</param>
public sealed record KeyReply(PrincipalCommand.IssueKey Issued) : Reply;

/// <summary>An approval that was revoked because its approver was ended.</summary>
/// <param name="Artifact">The artifact that it is of.</param>
public sealed record RevokedApproval(ApprovalId Approval, ArtifactId Artifact);
