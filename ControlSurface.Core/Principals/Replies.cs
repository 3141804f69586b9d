namespace ControlSurface.Core.Principals;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record PrincipalReply(Principal Principal, bool IsNew) : Reply
{
    /// <summary>The approvals that fell with them, where this ended them.</summary>
    public IReadOnlyList<RevokedApproval>? Revoked { get; init; }
}

/// <param name="Absence">Null for being there.</param>
public sealed record AbsenceReply(Absence? Absence) : Reply;

/// <param name="Issued">What was asked for, with the number that the key has.</param>
public sealed record KeyReply(PrincipalCommand.IssueKey Issued) : Reply;

/// <summary>An approval that fell because its principal was ended.</summary>
public sealed record RevokedApproval(ApprovalId Approval, ArtifactId Artifact);
