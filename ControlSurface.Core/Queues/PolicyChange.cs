namespace ControlSurface.Core.Queues;

/// <summary>
/// The members of a policy that a request names, each with its new value; the others stay as they are (API.md, Queues).
/// </summary>
/// <remarks>Each member also has a property here, beside its descriptor, so that <c>new() { LeaseSeconds = 60 }</c> reads as it should.</remarks>
public sealed partial class PolicyChange
{
    private readonly List<Entry> _named;

    /// <summary>Names nothing.</summary>
    public PolicyChange() => _named = [];

    private PolicyChange(List<Entry> named) => _named = named;

    /// <summary>The same change with one more member named; the later value counts.</summary>
    public PolicyChange With<T>(PolicyMember<T> member, T value) =>
        new([.. _named.Where(entry => entry.Member != member), new Entry<T>(member, value)]);

    /// <summary>Whether it names the member.</summary>
    public bool Names(PolicyMember member) => _named.Exists(entry => entry.Member == member);

    /// <summary>The policy with the values that are named here. Whether they are allowed is for <see cref="PolicyMembers.Check"/>.</summary>
    public QueuePolicy ApplyTo(QueuePolicy was)
    {
        var policy = was;
        foreach (var entry in _named)
            policy = entry.ApplyTo(policy);
        return policy;
    }

    private Optional<T> Of<T>(PolicyMember<T> member) =>
        _named.Find(entry => entry.Member == member) is Entry<T> entry ? entry.Value : Optional<T>.Unset;

    // Only while the change is being made: properties of an initializer.
    private void Name<T>(PolicyMember<T> member, Optional<T> named)
    {
        if (named.IsSet)
            _named.Add(new Entry<T>(member, named.Value));
    }

    private abstract record Entry(PolicyMember Member)
    {
        internal abstract QueuePolicy ApplyTo(QueuePolicy policy);
    }

    private sealed record Entry<T>(PolicyMember<T> Typed, T Value) : Entry(Typed)
    {
        internal override QueuePolicy ApplyTo(QueuePolicy policy) => Typed.With(policy, Value);
    }
}
