namespace ControlSurface.Demo.Scenes;

/// <summary>A kind of work: a queue with its policy, and the tasks that turn up in it.</summary>
internal sealed record Craft
{
    public required string Queue { get; init; }

    /// <summary>The name of the agent that works in it.</summary>
    public required string Agent { get; init; }

    /// <summary>How many runs of the agent work at once.</summary>
    public required int Workers { get; init; }

    /// <summary>The queue's lease in seconds, as the policy says.</summary>
    public required int LeaseSeconds { get; init; }

    /// <summary>The body of <c>PUT /queues/{name}</c>.</summary>
    public required object Policy { get; init; }

    /// <summary>Whether stale work waits for a taker here; elsewhere it goes back to the queue by itself.</summary>
    public required bool HoldsStale { get; init; }

    /// <summary>Whether the customer is told once it is done, by an item that depends on it.</summary>
    public bool PromisesWord { get; init; }

    /// <summary>Whether a run locks what it changes; every second one locks all that is beside it too, and keeps others.</summary>
    public bool LocksTargets { get; init; }

    /// <summary>Most queued items that the demo leaves waiting here.</summary>
    public required int Depth { get; init; }
    public required string Label { get; init; }

    /// <summary>Where the work comes from; {n} is the running number.</summary>
    public required string ExternalId { get; init; }
    public required IReadOnlyList<string> Steps { get; init; }
    public required IReadOnlyList<SceneEvidence> Evidence { get; init; }
    public required IReadOnlyList<SceneCheck> Checks { get; init; }
    public required string HandoffNote { get; init; }
    public required string Failure { get; init; }

    /// <summary>Why the manager sets an item aside.</summary>
    public required string ParkedFor { get; init; }
    public required IReadOnlyList<CraftTask> Tasks { get; init; }
}

/// <summary>
/// One task of a craft. {n} is its running number, {order}, {customer}, {name} and {eur} are drawn for each item.
/// </summary>
/// <param name="Target">What it touches, as a target path.</param>
internal sealed record CraftTask(
    string Title,
    string Body,
    string Target,
    string Summary,
    string OpenQuestion,
    string NextStep,
    string Question,
    string Answer
);
