namespace ControlSurface.Core.Reviews;

/// <summary>A review as outsiders see it.</summary>
/// <param name="Eligible">Who of those who are asked may decide now and is not away.</param>
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
