namespace ControlSurface.Core.Queues;

/// <summary>What becomes of an item whose lease ran out.</summary>
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
    Never,

    /// <summary>It counts, but somebody who changed nothing has to approve too.</summary>
    WithSecond,
}

/// <summary>What an agent needs before it publishes on a version that a person made or is making.</summary>
public enum OnHumanEdit
{
    /// <summary>A person's leave, for one publish.</summary>
    Ask,

    /// <summary>To name the person's version.</summary>
    Acknowledge,
    Free,
}

/// <summary>What becomes of approvals when a source of the approved version changes.</summary>
public enum OnSourceChange
{
    Flag,
    Invalidate,
}

/// <summary>What becomes of a publish on an older base that merges cleanly.</summary>
public enum MergeClean
{
    /// <summary>It is refused, and the merge is offered.</summary>
    Propose,

    /// <summary>The merge is published as a version of its own.</summary>
    Auto,
}

/// <summary>When a rule of approval applies: all that is named must be so.</summary>
public sealed record ApprovalWhen(string? TargetPrefix, string? ActionKind, string? Label, string? ContentType)
{
    /// <summary>Each condition by its short name, as people write it; null where it is not asked for.</summary>
    public IReadOnlyList<(string Name, string? Value)> Conditions() =>
        [("target", TargetPrefix), ("action", ActionKind), ("label", Label), ("type", ContentType)];
}

/// <summary>Approvals that are needed besides the queue's own number, from people of a role.</summary>
public sealed record ApprovalRule(string Name, ApprovalWhen When, string Role, int Count);

/// <summary>At most <paramref name="Limit"/> live leases on items with the label, or with a target under the prefix.</summary>
public sealed record ActiveLimit(string? Label, string? TargetPrefix, int Limit);

/// <summary>How long failed work rests: first, then times factor each attempt, at most max. Seconds.</summary>
public sealed record Backoff(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    /// <summary>The rest after the given attempt, counted from 1.</summary>
    public int After(int attempts)
    {
        decimal seconds = FirstSeconds;
        for (var k = 1; k < attempts && seconds < MaxSeconds; k++)
            seconds *= Factor;
        return (int)Math.Min(seconds, MaxSeconds);
    }
}
