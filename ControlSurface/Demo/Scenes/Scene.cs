namespace ControlSurface.Demo.Scenes;

/// <summary>One piece of simulated work: the item as it is created, and what its holder has to say along the way.</summary>
internal sealed record Scene
{
    public required string Queue { get; init; }
    public required string Title { get; init; }
    public required string Body { get; init; }
    public required int Priority { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>The number in the system that it came from: unique within the demo.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Notes of the renewals, in order; the last is said just before it is done.</summary>
    public required IReadOnlyList<string> Steps { get; init; }
    public required string Summary { get; init; }
    public required IReadOnlyList<SceneEvidence> Evidence { get; init; }
    public required IReadOnlyList<SceneCheck> Checks { get; init; }
    public required string OpenQuestion { get; init; }
    public required string NextStep { get; init; }

    /// <summary>What the holder asks a person, and what the person says.</summary>
    public required string Question { get; init; }
    public required string Answer { get; init; }
    public required string HandoffNote { get; init; }
    public required string Failure { get; init; }
}

/// <summary>Evidence as a checkpoint takes it (API.md, Claims and leases).</summary>
internal sealed record SceneEvidence(string Label, string? Uri, string? Sha256, string? Text);

/// <summary>A validation as a checkpoint takes it.</summary>
/// <param name="Outcome">passed, failed or skipped.</param>
internal sealed record SceneCheck(string Name, string Outcome, string? Detail);
