namespace ControlSurface.Core.Queues;

/// <summary>What happens to an item whose lease was not renewed in time.</summary>
public enum OnStale
{
    /// <summary>It stays stale until somebody takes it over, its holder revives it, or support requeues it.</summary>
    Hold,

    /// <summary>It goes back to the queue once the grace is over.</summary>
    Requeue,
}

/// <summary>What a second item with the same <c>externalId</c> does, where the first is settled.</summary>
public enum OnDuplicate
{
    /// <summary>Answers with the first, settled or not.</summary>
    Return,

    /// <summary>Opens the first again.</summary>
    Reopen,

    /// <summary>Makes a new one.</summary>
    New,
}

/// <summary>Whether somebody may approve what they changed themselves since the last approved version.</summary>
public enum SelfApproval
{
    /// <summary>Only where all of their changes are small edits.</summary>
    SmallEdit,

    /// <summary>Not at all.</summary>
    Never,

    /// <summary>It counts, but somebody who changed nothing has to approve too.</summary>
    WithSecond,
}

/// <summary>What an agent needs before it publishes on a version that a person made or is making.</summary>
public enum OnHumanEdit
{
    /// <summary>A person's permit, for one publish.</summary>
    Ask,

    /// <summary>To name the person's version as read.</summary>
    Acknowledge,

    /// <summary>Nothing: it publishes as on any other version.</summary>
    Free,
}

/// <summary>What happens to approvals when a source of the approved version changes.</summary>
public enum OnSourceChange
{
    /// <summary>They stay, and the version is flagged.</summary>
    Flag,

    /// <summary>They no longer hold.</summary>
    Invalidate,
}

/// <summary>What happens to a publish on an older base that merges cleanly.</summary>
public enum MergeClean
{
    /// <summary>It is refused, and the merge is offered.</summary>
    Propose,

    /// <summary>The merge is published as a version of its own.</summary>
    Auto,
}

/// <summary>The conditions of an approval rule. All that are set must hold.</summary>
/// <param name="TargetPrefix">The action's target is on or below this path, or in this system (<c>crm:</c>); null for any.</param>
/// <param name="ActionKind">The action's kind; null for any.</param>
/// <param name="Label">A label of the item; null for any.</param>
/// <param name="ContentType">The artifact's media type; null for any.</param>
public sealed record ApprovalWhen(string? TargetPrefix, string? ActionKind, string? Label, string? ContentType)
{
    /// <summary>Each condition by its short name, as people write it; null where it is not asked for.</summary>
    public IReadOnlyList<(string Name, string? Value)> Conditions() =>
        [("target", TargetPrefix), ("action", ActionKind), ("label", Label), ("type", ContentType)];
}

/// <summary>Approvals that a version needs besides the queue's own number.</summary>
/// <param name="Name">The rule's name, unique in its queue.</param>
/// <param name="When">When it applies.</param>
/// <param name="Role">The role whose members may give them: <c>reviewer</c>, <c>manager</c> or <c>admin</c>.</param>
/// <param name="Count">How many, 1 to 20.</param>
public sealed record ApprovalRule(string Name, ApprovalWhen When, string Role, int Count);

/// <summary>A limit of live leases on some items of a queue. It names a label or a prefix, never both.</summary>
/// <param name="Label">Items with this label; null for a prefix.</param>
/// <param name="TargetPrefix">Items with a target on or below this path, or in this system; null for a label.</param>
/// <param name="Limit">How many leases at most, claimed and active ones; at least 1.</param>
public sealed record ActiveLimit(string? Label, string? TargetPrefix, int Limit);

/// <summary>How long an item rests after a failed attempt: longer after each, up to a bound.</summary>
/// <param name="FirstSeconds">Seconds after the first attempt; 1 to 30 days.</param>
/// <param name="Factor">How many times longer after each further attempt; 1 to 100.</param>
/// <param name="MaxSeconds">The longest rest in seconds; not less than the first, at most 30 days.</param>
public sealed record Backoff(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    /// <summary>The rest in whole seconds after so many attempts.</summary>
    /// <param name="attempts">From 1.</param>
    public int After(int attempts)
    {
        decimal seconds = FirstSeconds;
        for (var k = 1; k < attempts && seconds < MaxSeconds; k++)
            seconds *= Factor;
        return (int)Math.Min(seconds, MaxSeconds);
    }
}
