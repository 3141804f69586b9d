namespace ControlSurface.Core.Reviews;

/// <summary>A review as callers read it: the record, and who may decide now. Values only.</summary>
/// <param name="Review">The stored record.</param>
/// <param name="Artifact">The artifact that is reviewed.</param>
/// <param name="Name">The artifact's name.</param>
/// <param name="Item">The artifact's item; null for none.</param>
/// <param name="Queue">The queue that it belongs to; null for none.</param>
/// <param name="Eligible">Those of the people asked who may decide now and are not away.</param>
/// <param name="Attention"><c>ok</c>, <c>overdue</c> or <c>nobody_eligible</c>.</param>
/// <param name="BackAt">Where nobody is eligible only because they are away: when the first of them is back. Else null.</param>
public sealed record ReviewView(
    Review Review,
    ArtifactId Artifact,
    string Name,
    ItemId? Item,
    string? Queue,
    IReadOnlyList<PrincipalId> Eligible,
    string Attention,
    DateTimeOffset? BackAt
);
