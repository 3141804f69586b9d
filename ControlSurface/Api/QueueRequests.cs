using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

// What callers send about queues, their policies and the line (see Requests.cs).

/// <summary>A change of a queue's policy, or a new queue.</summary>
/// <remarks>The members of the policy come from <see cref="PolicyMembers.All"/>, by <see cref="PolicyJson"/>.</remarks>
internal sealed record QueueRequest(long? IfSeq = null)
{
    /// <summary>What the request names, as far as it can be read.</summary>
    internal PolicyChange Change { get; set; } = new();

    /// <summary>What is wrong with what it names, by member.</summary>
    internal Faults Faults { get; } = new();
}

/// <summary>One rule of who must approve, within a queue's policy.</summary>
internal sealed record ApprovalRuleRequest(string Name, string Role, int Count, ApprovalWhenRequest? When = null)
{
    /// <summary>The same in Core's types.</summary>
    internal ApprovalRule ToCore() =>
        new(Name, new ApprovalWhen(When?.TargetPrefix, When?.ActionKind, When?.Label, When?.ContentType), Role, Count);
}

/// <summary>When a rule of approval applies; null members do not narrow.</summary>
internal sealed record ApprovalWhenRequest(
    string? TargetPrefix = null,
    string? ActionKind = null,
    string? Label = null,
    string? ContentType = null
);

/// <summary>How many items of a kind may be worked on at once.</summary>
internal sealed record ActiveLimitRequest(int Limit, string? Label = null, string? TargetPrefix = null)
{
    /// <summary>The same in Core's types.</summary>
    internal ActiveLimit ToCore() => new(Label, TargetPrefix, Limit);
}

/// <summary>How long an item waits after a failure.</summary>
internal sealed record BackoffRequest(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    /// <summary>The same in Core's types.</summary>
    internal Backoff ToCore() => new(FirstSeconds, Factor, MaxSeconds);
}

/// <summary>The body of <c>POST /workspace/stop</c>.</summary>
internal sealed record StopRequest(string Why, string Scope);
