namespace ControlSurface.Core.Queues;

/// <summary>
/// The one description of a policy member. Changes, differences, bounds, the API's bodies and schemas, agents' tools and the
/// queue's page all walk <see cref="PolicyMembers.All"/> instead of naming members.
/// </summary>
/// <remarks>Its kind is one of the classes in this file: code that translates a member switches over them.</remarks>
public abstract class PolicyMember
{
    private protected PolicyMember() { }

    /// <summary>
    /// Its place in a stored policy and in lists of changed members, from 1. A number never changes and is never used again: snapshots
    /// are compared byte by byte.
    /// </summary>
    public required int Number { get; init; }

    /// <summary>Its name in API.md: <c>leaseSeconds</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its name on the queue's page: "Lease".</summary>
    public required string Label { get; init; }

    /// <summary>What it is, in one sentence, for the OpenAPI document and for agents' tools.</summary>
    public required string Meaning { get; init; }

    /// <summary>A sentence for people that says what the policy's value leads to.</summary>
    public required Func<QueuePolicy, string> Consequence { get; init; }

    /// <summary>A sentence that says what the value would have done in the last week; null for a member without such figures.</summary>
    public Func<QueuePolicy, LastWeek, string>? InLastWeek { get; init; }

    /// <summary>What the value must not be beside the other members.</summary>
    internal IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    /// <summary>The consequence, followed by what the value would have done in the last week.</summary>
    public string Say(QueuePolicy policy, LastWeek week) => Consequence(policy) + InLastWeek?.Invoke(policy, week);

    /// <summary>Whether the two policies have different values of this member. Lists are compared by what is in them.</summary>
    public abstract bool Differs(QueuePolicy was, QueuePolicy now);

    /// <summary>Adds a fault for each bound and rule that the policy's value breaks.</summary>
    /// <param name="isNamed">Whether the request names the member: some values are only wrong to ask for.</param>
    internal void Check(Bounds bounds, QueuePolicy policy, bool isNamed)
    {
        CheckValue(bounds, policy);
        foreach (var rule in Rules)
        {
            if (rule.IsBroken(policy, isNamed))
                bounds.Fault(Name, rule.Message);
        }
    }

    private protected abstract void CheckValue(Bounds bounds, QueuePolicy policy);
}

/// <summary>A combination of members that cannot take effect, so that it is refused and never stored (FIELD.md, 26).</summary>
/// <param name="Message">What the refusal says of the member: "only takes effect with onStale requeue".</param>
/// <param name="IsBroken">Whether the policy breaks it; the second argument says whether the request names the member.</param>
internal sealed record PolicyRule(string Message, Func<QueuePolicy, bool, bool> IsBroken);

/// <summary>A member whose value is a <typeparamref name="T"/>.</summary>
public abstract class PolicyMember<T> : PolicyMember
{
    private protected PolicyMember() { }

    /// <summary>The member's value in a policy.</summary>
    public required Func<QueuePolicy, T> Get { get; init; }

    /// <summary>The policy with another value.</summary>
    public required Func<QueuePolicy, T, QueuePolicy> With { get; init; }

    /// <summary>The value of a queue that was given no other.</summary>
    public T Default => Get(QueuePolicy.Default);

    /// <inheritdoc/>
    public override bool Differs(QueuePolicy was, QueuePolicy now) =>
        !EqualityComparer<T>.Default.Equals(Get(was), Get(now));

    private protected override void CheckValue(Bounds bounds, QueuePolicy policy) { }
}

/// <summary>What a number in a policy counts; it decides how people type it.</summary>
public enum PolicyUnit
{
    /// <summary>A length of time in whole seconds.</summary>
    Seconds,

    /// <summary>How many.</summary>
    Count,
}

/// <summary>A whole number that always has a value.</summary>
public sealed class NumberMember : PolicyMember<int>
{
    /// <summary>What the number counts.</summary>
    public required PolicyUnit Unit { get; init; }

    /// <summary>The smallest value that is accepted.</summary>
    public required int Least { get; init; }

    /// <summary>The largest value that is accepted.</summary>
    public required int Most { get; init; }

    private protected override void CheckValue(Bounds bounds, QueuePolicy policy) =>
        bounds.Range(Name, Get(policy), Least, Most);
}

/// <summary>A whole number, or null for none.</summary>
public sealed class OptionalNumberMember : PolicyMember<int?>
{
    /// <summary>What the number counts.</summary>
    public required PolicyUnit Unit { get; init; }

    /// <summary>The smallest value that is accepted.</summary>
    public required int Least { get; init; }

    /// <summary>The largest value that is accepted.</summary>
    public required int Most { get; init; }

    private protected override void CheckValue(Bounds bounds, QueuePolicy policy)
    {
        if (Get(policy) is { } number)
            bounds.Range(Name, number, Least, Most);
    }
}

/// <summary>Yes or no.</summary>
public sealed class SwitchMember : PolicyMember<bool>;

/// <summary>One of a few words, whatever the enumeration behind them.</summary>
public interface IChoiceMember
{
    /// <summary>The words to choose from, in the order of the enumeration.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>The word that the policy has.</summary>
    string WordIn(QueuePolicy policy);

    /// <summary>The change with this member named too; null where it is none of the words.</summary>
    PolicyChange? Named(PolicyChange change, string word);
}

/// <summary>One value of an enumeration, written as its word (<see cref="WireNames"/>).</summary>
public sealed class ChoiceMember<T> : PolicyMember<T>, IChoiceMember
    where T : struct, Enum
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Words => WireNames.All<T>();

    /// <inheritdoc/>
    public string WordIn(QueuePolicy policy) => WireNames.Of(Get(policy));

    /// <inheritdoc/>
    public PolicyChange? Named(PolicyChange change, string word) =>
        WireNames.TryRead<T>(word, out var value) ? change.With(this, value) : null;
}

/// <summary>A list, empty for none.</summary>
public sealed class ListMember<T> : PolicyMember<IReadOnlyList<T>>
{
    /// <summary>Adds a fault for each bound that its entries break.</summary>
    internal Action<Bounds, QueuePolicy> CheckEntries { get; init; } = static (_, _) => { };

    // Lists of one content are equal, whichever list it is.

    /// <inheritdoc/>
    public override bool Differs(QueuePolicy was, QueuePolicy now) => !Get(was).SequenceEqual(Get(now));

    private protected override void CheckValue(Bounds bounds, QueuePolicy policy) => CheckEntries(bounds, policy);
}

/// <summary>Several figures that belong together, or null for none.</summary>
public sealed class RecordMember<T> : PolicyMember<T?>
    where T : class
{
    /// <summary>Adds a fault for each bound that its entries break.</summary>
    internal Action<Bounds, QueuePolicy> CheckEntries { get; init; } = static (_, _) => { };

    private protected override void CheckValue(Bounds bounds, QueuePolicy policy) => CheckEntries(bounds, policy);
}
