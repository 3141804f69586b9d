namespace ControlSurface.Core.Reviews;

/// <summary>Whether a person has to look after an open review.</summary>
public enum ReviewAttention
{
    /// <summary>Nobody has to.</summary>
    Ok,

    /// <summary>It was due, and somebody may still decide.</summary>
    Overdue,

    /// <summary>Nobody of those asked may decide now.</summary>
    NobodyEligible,
}

/// <summary>A review as callers read it: the record, and who may decide now. Values only.</summary>
/// <param name="Review">The stored record.</param>
/// <param name="Artifact">The artifact that is reviewed.</param>
/// <param name="Name">The artifact's name.</param>
/// <param name="Item">The artifact's item; null for none.</param>
/// <param name="Queue">The queue that it belongs to; null for none.</param>
/// <param name="Eligible">Those of the people asked who may decide now and are not away.</param>
/// <param name="Attention">Whether a person has to look after it.</param>
/// <param name="BackAt">Where nobody is eligible only because they are away: when the first of them is back. Else null.</param>
public sealed record ReviewView(
    Review Review,
    ArtifactId Artifact,
    string Name,
    ItemId? Item,
    string? Queue,
    IReadOnlyList<PrincipalId> Eligible,
    ReviewAttention Attention,
    DateTimeOffset? BackAt
);
