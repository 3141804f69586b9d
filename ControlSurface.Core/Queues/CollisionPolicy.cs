using static ControlSurface.Core.Texts.Amounts;

namespace ControlSurface.Core.Queues;

// The members of a policy about collisions. Each member: its value, its name in a change, its descriptor.

public sealed partial record QueuePolicy
{
    /// <summary>What an agent needs before it publishes on a version that a person made or is making.</summary>
    public OnHumanEdit OnHumanEdit { get; init; } = OnHumanEdit.Ask;

    /// <summary>What happens to approvals when a source of the approved version changes.</summary>
    public OnSourceChange OnSourceChange { get; init; } = OnSourceChange.Flag;

    /// <summary>What happens to a publish on an older base that merges cleanly.</summary>
    public MergeClean MergeClean { get; init; } = MergeClean.Propose;

    /// <summary>Whether writing to a target needs an exclusive lock on it, or on a path above it.</summary>
    public bool GuardTargets { get; init; }
}

public sealed partial class PolicyChange
{
    /// <inheritdoc cref="QueuePolicy.OnHumanEdit"/>
    public Optional<OnHumanEdit> OnHumanEdit
    {
        get => Of(PolicyMembers.OnHumanEdit);
        init => Name(PolicyMembers.OnHumanEdit, value);
    }

    /// <inheritdoc cref="QueuePolicy.OnSourceChange"/>
    public Optional<OnSourceChange> OnSourceChange
    {
        get => Of(PolicyMembers.OnSourceChange);
        init => Name(PolicyMembers.OnSourceChange, value);
    }

    /// <inheritdoc cref="QueuePolicy.MergeClean"/>
    public Optional<MergeClean> MergeClean
    {
        get => Of(PolicyMembers.MergeClean);
        init => Name(PolicyMembers.MergeClean, value);
    }

    /// <inheritdoc cref="QueuePolicy.GuardTargets"/>
    public Optional<bool> GuardTargets
    {
        get => Of(PolicyMembers.GuardTargets);
        init => Name(PolicyMembers.GuardTargets, value);
    }
}

public static partial class PolicyMembers
{
    /// <inheritdoc cref="QueuePolicy.OnHumanEdit"/>
    public static ChoiceMember<OnHumanEdit> OnHumanEdit { get; } =
        new()
        {
            Number = 30,
            Name = "onHumanEdit",
            Label = "After a person's edit",
            Meaning = "After a person's edit an agent may publish on `ask`, `acknowledge` or `free`.",
            Get = p => p.OnHumanEdit,
            With = (p, value) => p with { OnHumanEdit = value },
            Consequence = p =>
                p.OnHumanEdit switch
                {
                    Queues.OnHumanEdit.Ask =>
                        "An agent publishes on a person's version only where a person permits it, once.",
                    Queues.OnHumanEdit.Acknowledge =>
                        "An agent publishes on a person's version where it names that version.",
                    Queues.OnHumanEdit.Free => "An agent publishes on a person's version as on any other.",
                },
        };

    /// <inheritdoc cref="QueuePolicy.OnSourceChange"/>
    public static ChoiceMember<OnSourceChange> OnSourceChange { get; } =
        new()
        {
            Number = 31,
            Name = "onSourceChange",
            Label = "When a source changes",
            Meaning = "`flag`, or `invalidate` to let approvals fall.",
            Get = p => p.OnSourceChange,
            With = (p, value) => p with { OnSourceChange = value },
            Consequence = p =>
                p.OnSourceChange == Queues.OnSourceChange.Flag
                    ? "What rests on a source that changed is flagged; approvals stay."
                    : "Approvals of what rests on a source that changed fall.",
        };

    /// <inheritdoc cref="QueuePolicy.MergeClean"/>
    public static ChoiceMember<MergeClean> MergeClean { get; } =
        new()
        {
            Number = 32,
            Name = "mergeClean",
            Label = "Clean merges",
            Meaning = "`propose`, or `auto` to merge what is clean.",
            Get = p => p.MergeClean,
            With = (p, value) => p with { MergeClean = value },
            Consequence = p =>
                p.MergeClean == Queues.MergeClean.Propose
                    ? "A late version that merges cleanly waits for a person, who is offered the merge."
                    : "A late version that merges cleanly is merged into a version of its own.",
        };

    /// <inheritdoc cref="QueuePolicy.GuardTargets"/>
    public static SwitchMember GuardTargets { get; } =
        new()
        {
            Number = 28,
            Name = "guardTargets",
            Label = "Locks are needed",
            Meaning = "Whether a write to a target needs its lock.",
            Get = p => p.GuardTargets,
            With = (p, value) => p with { GuardTargets = value },
            Consequence = p =>
                p.GuardTargets
                    ? "Who writes to a target needs its lock, or one above it."
                    : "Targets may be written without a lock.",
        };

    private static readonly PolicyMember[] OfCollisions = [OnHumanEdit, OnSourceChange, MergeClean, GuardTargets];
}
