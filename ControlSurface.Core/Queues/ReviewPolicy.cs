using static ControlSurface.Core.Texts.Amounts;

namespace ControlSurface.Core.Queues;

// The members of a policy about reviews and approvals. Each member: its value, its name in a change, its descriptor.

public sealed partial record QueuePolicy
{
    /// <summary>Approvals by different people that a version needs; 0 where actions need none.</summary>
    public int RequiredApprovals { get; init; } = 1;

    /// <summary>Approvals that are needed besides the queue's own number; empty for none.</summary>
    public IReadOnlyList<ApprovalRule> Approvals { get; init; } = [];

    /// <summary>How long an approval holds; null for until something makes it fall.</summary>
    public int? ApprovalTtlSeconds { get; init; }

    /// <summary>How many actions the approvals of a version let through.</summary>
    public int ApprovalUses { get; init; } = 1;

    /// <summary>Whether somebody may approve what they changed themselves.</summary>
    public SelfApproval SelfApproval { get; init; } = SelfApproval.SmallEdit;

    /// <summary>The most changed lines of a small edit.</summary>
    public int SmallEditLines { get; init; } = 20;

    /// <summary>Whether agents with the role may approve.</summary>
    public bool AgentsMayApprove { get; init; }

    /// <summary>Whether an open blocking comment keeps a version from being approved.</summary>
    public bool BlockOnComments { get; init; } = true;

    /// <summary>When a review is due, from its request; null for never.</summary>
    public int? ReviewDueSeconds { get; init; }

    /// <summary>No claims while so many items wait on a review; null for no limit.</summary>
    public int? MaxWaitingReview { get; init; }
}

public sealed partial class PolicyChange
{
    /// <inheritdoc cref="QueuePolicy.RequiredApprovals"/>
    public Optional<int> RequiredApprovals
    {
        get => Of(PolicyMembers.RequiredApprovals);
        init => Name(PolicyMembers.RequiredApprovals, value);
    }

    /// <inheritdoc cref="QueuePolicy.Approvals"/>
    public Optional<IReadOnlyList<ApprovalRule>> Approvals
    {
        get => Of(PolicyMembers.Approvals);
        init => Name(PolicyMembers.Approvals, value);
    }

    /// <inheritdoc cref="QueuePolicy.ApprovalTtlSeconds"/>
    public Optional<int?> ApprovalTtlSeconds
    {
        get => Of(PolicyMembers.ApprovalTtlSeconds);
        init => Name(PolicyMembers.ApprovalTtlSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.ApprovalUses"/>
    public Optional<int> ApprovalUses
    {
        get => Of(PolicyMembers.ApprovalUses);
        init => Name(PolicyMembers.ApprovalUses, value);
    }

    /// <inheritdoc cref="QueuePolicy.SelfApproval"/>
    public Optional<SelfApproval> SelfApproval
    {
        get => Of(PolicyMembers.SelfApproval);
        init => Name(PolicyMembers.SelfApproval, value);
    }

    /// <inheritdoc cref="QueuePolicy.SmallEditLines"/>
    public Optional<int> SmallEditLines
    {
        get => Of(PolicyMembers.SmallEditLines);
        init => Name(PolicyMembers.SmallEditLines, value);
    }

    /// <inheritdoc cref="QueuePolicy.AgentsMayApprove"/>
    public Optional<bool> AgentsMayApprove
    {
        get => Of(PolicyMembers.AgentsMayApprove);
        init => Name(PolicyMembers.AgentsMayApprove, value);
    }

    /// <inheritdoc cref="QueuePolicy.BlockOnComments"/>
    public Optional<bool> BlockOnComments
    {
        get => Of(PolicyMembers.BlockOnComments);
        init => Name(PolicyMembers.BlockOnComments, value);
    }

    /// <inheritdoc cref="QueuePolicy.ReviewDueSeconds"/>
    public Optional<int?> ReviewDueSeconds
    {
        get => Of(PolicyMembers.ReviewDueSeconds);
        init => Name(PolicyMembers.ReviewDueSeconds, value);
    }

    /// <inheritdoc cref="QueuePolicy.MaxWaitingReview"/>
    public Optional<int?> MaxWaitingReview
    {
        get => Of(PolicyMembers.MaxWaitingReview);
        init => Name(PolicyMembers.MaxWaitingReview, value);
    }
}

public static partial class PolicyMembers
{
    /// <inheritdoc cref="QueuePolicy.RequiredApprovals"/>
    public static NumberMember RequiredApprovals { get; } =
        new()
        {
            Number = 20,
            Name = "requiredApprovals",
            Label = "Approvals",
            Meaning = "How many approvals a version needs; 0 for none.",
            Get = p => p.RequiredApprovals,
            With = (p, value) => p with { RequiredApprovals = value },
            Unit = PolicyUnit.Count,
            Least = 0,
            Most = 20,
            Consequence = p =>
                p.RequiredApprovals == 0
                    ? "An action needs no approval but what the rules below ask for."
                    : $"A version needs {Plural(p.RequiredApprovals, "approval")}{(p.RequiredApprovals == 1 ? "" : " by different people")} before an action of it begins.",
            InLastWeek = (p, week) => week.OfApprovals(p.RequiredApprovals),
        };

    /// <inheritdoc cref="QueuePolicy.Approvals"/>
    public static ListMember<ApprovalRule> Approvals { get; } =
        new()
        {
            Number = 21,
            Name = "approvals",
            Label = "Rules of approval",
            Meaning = "Rules of who has to approve what; or the approvals that were given.",
            Get = p => p.Approvals,
            With = (p, value) => p with { Approvals = value },
            CheckEntries = PolicyBounds.CheckApprovals,
            Consequence = p =>
                p.Approvals.Count == 0 ? "No rule asks for more." : string.Join(" ", p.Approvals.Select(RuleInWords)),
        };

    /// <inheritdoc cref="QueuePolicy.ApprovalTtlSeconds"/>
    public static OptionalNumberMember ApprovalTtlSeconds { get; } =
        new()
        {
            Number = 22,
            Name = "approvalTtlSeconds",
            Label = "Approval is good for",
            Meaning = "How long an approval is good; null for no limit.",
            Get = p => p.ApprovalTtlSeconds,
            With = (p, value) => p with { ApprovalTtlSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p =>
                p.ApprovalTtlSeconds is { } good
                    ? $"An approval that is not used in {Span(good)} has to be given again."
                    : "An approval holds until something makes it fall.",
            Rules =
            [
                new(
                    "only takes effect where approvals are required",
                    (p, isNamed) =>
                        isNamed && p is { ApprovalTtlSeconds: not null, RequiredApprovals: 0, Approvals.Count: 0 }
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.ApprovalUses"/>
    public static NumberMember ApprovalUses { get; } =
        new()
        {
            Number = 23,
            Name = "approvalUses",
            Label = "Actions for an approval",
            Meaning = "How many actions an approval lets through.",
            Get = p => p.ApprovalUses,
            With = (p, value) => p with { ApprovalUses = value },
            Unit = PolicyUnit.Count,
            Least = 1,
            Most = 1_000,
            Consequence = p => $"The approvals of a version let {Plural(p.ApprovalUses, "action")} begin.",
            Rules =
            [
                new(
                    "only takes effect where approvals are required",
                    (p, isNamed) => isNamed && p is { ApprovalUses: > 1, RequiredApprovals: 0, Approvals.Count: 0 }
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.SelfApproval"/>
    public static ChoiceMember<SelfApproval> SelfApproval { get; } =
        new()
        {
            Number = 24,
            Name = "selfApproval",
            Label = "Own changes",
            Meaning = "Who may approve a change of their own: `small_edit`, `never` or `with_second`.",
            Get = p => p.SelfApproval,
            With = (p, value) => p with { SelfApproval = value },
            Consequence = p =>
                p.SelfApproval switch
                {
                    Queues.SelfApproval.SmallEdit =>
                        $"Whoever corrected at most {Plural(p.SmallEditLines, "line")} may approve it themselves.",
                    Queues.SelfApproval.Never => "Nobody approves what they changed.",
                    Queues.SelfApproval.WithSecond =>
                        "Whoever changed it may approve, and somebody who changed nothing has to as well.",
                },
        };

    /// <inheritdoc cref="QueuePolicy.SmallEditLines"/>
    public static NumberMember SmallEditLines { get; } =
        new()
        {
            Number = 25,
            Name = "smallEditLines",
            Label = "Lines of a small edit",
            Meaning = "How many lines a small edit has at most.",
            Get = p => p.SmallEditLines,
            With = (p, value) => p with { SmallEditLines = value },
            Unit = PolicyUnit.Count,
            Least = 0,
            Most = 10_000,
            Consequence = p =>
                p.SelfApproval == Queues.SelfApproval.SmallEdit
                    ? $"{Plural(p.SmallEditLines, "changed line")} at most are a small edit."
                    : "Has an effect only where own small edits may be approved.",
            Rules =
            [
                new(
                    "only takes effect with selfApproval small_edit",
                    (p, isNamed) => isNamed && p.SelfApproval != Queues.SelfApproval.SmallEdit
                ),
            ],
        };

    /// <inheritdoc cref="QueuePolicy.AgentsMayApprove"/>
    public static SwitchMember AgentsMayApprove { get; } =
        new()
        {
            Number = 26,
            Name = "agentsMayApprove",
            Label = "Agents approve",
            Meaning = "Whether agents may approve.",
            Get = p => p.AgentsMayApprove,
            With = (p, value) => p with { AgentsMayApprove = value },
            Consequence = p => p.AgentsMayApprove ? "Agents with the role may approve too." : "Only people approve.",
        };

    /// <inheritdoc cref="QueuePolicy.BlockOnComments"/>
    public static SwitchMember BlockOnComments { get; } =
        new()
        {
            Number = 27,
            Name = "blockOnComments",
            Label = "Comments block",
            Meaning = "Whether open comments that block keep a version from being approved.",
            Get = p => p.BlockOnComments,
            With = (p, value) => p with { BlockOnComments = value },
            Consequence = p =>
                p.BlockOnComments
                    ? "A version with an open comment that blocks cannot be approved."
                    : "Open comments keep nobody from approving.",
        };

    /// <inheritdoc cref="QueuePolicy.ReviewDueSeconds"/>
    public static OptionalNumberMember ReviewDueSeconds { get; } =
        new()
        {
            Number = 29,
            Name = "reviewDueSeconds",
            Label = "Review due",
            Meaning = "When a review is due; null for never.",
            Get = p => p.ReviewDueSeconds,
            With = (p, value) => p with { ReviewDueSeconds = value },
            Unit = PolicyUnit.Seconds,
            Least = 1,
            Most = Month,
            Consequence = p =>
                p.ReviewDueSeconds is { } due
                    ? $"A review that waits {Span(due)} is overdue and says so."
                    : "No review is ever overdue.",
            InLastWeek = (p, week) => p.ReviewDueSeconds is { } due ? week.OfReview(due) : "",
        };

    /// <inheritdoc cref="QueuePolicy.MaxWaitingReview"/>
    public static OptionalNumberMember MaxWaitingReview { get; } =
        new()
        {
            Number = 19,
            Name = "maxWaitingReview",
            Label = "Most in review",
            Meaning = "The most items that wait for review; null for no limit.",
            Get = p => p.MaxWaitingReview,
            With = (p, value) => p with { MaxWaitingReview = value },
            Unit = PolicyUnit.Count,
            Least = 1,
            Most = Million,
            Consequence = p =>
                p.MaxWaitingReview is { } most
                    ? $"Nothing is claimed while {Plural(most, "item")} wait for a review."
                    : "Work is claimed however much waits for a review.",
            InLastWeek = (p, week) => p.MaxWaitingReview is { } most ? week.OfWaitingReview(most) : "",
        };

    private static readonly PolicyMember[] OfReviews =
    [
        RequiredApprovals,
        Approvals,
        ApprovalTtlSeconds,
        ApprovalUses,
        SelfApproval,
        SmallEditLines,
        AgentsMayApprove,
        BlockOnComments,
        ReviewDueSeconds,
        MaxWaitingReview,
    ];

    private static string RuleInWords(ApprovalRule rule)
    {
        var when = string.Join(
            " and ",
            rule.When.Conditions().Where(one => one.Value is not null).Select(one => $"its {one.Name} is {one.Value}")
        );
        return $"{rule.Name} asks for {Plural(rule.Count, "approval")} of a {rule.Role}{(when.Length == 0 ? "" : $" where {when}")}.";
    }
}
