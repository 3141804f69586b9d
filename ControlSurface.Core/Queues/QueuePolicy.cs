namespace ControlSurface.Core.Queues;

/// <summary>
/// A queue's policy: API.md, Queues. Durations in seconds. A lease keeps the policy that it was granted under.
/// </summary>
/// <remarks>
/// Its members stand in four files, each with its descriptor: <c>LeasePolicy.cs</c>, <c>ClaimPolicy.cs</c>,
/// <c>ReviewPolicy.cs</c> and <c>CollisionPolicy.cs</c>.
/// </remarks>
public sealed partial record QueuePolicy
{
    /// <summary>The policy of artifacts and actions that belong to no queue, and of a queue before anybody set a member.</summary>
    public static readonly QueuePolicy Default = new();
}

/// <summary>Every member of a policy, once.</summary>
public static partial class PolicyMembers
{
    private const int Day = 86_400;

    /// <summary>The longest time that a policy may name, 30 days, in seconds.</summary>
    internal const int Month = 30 * Day;

    /// <summary>The largest number that a policy may name where it has no bound of its own.</summary>
    internal const int Million = 1_000_000;

    // Made when first asked for: the order in which the static members of several files are set is not ours to know.
    private static readonly Lazy<PolicyMember[]> Numbered = new(() =>
        [.. OnPage.OrderBy(static member => member.Number)]
    );

    /// <summary>All of them by number: the order of replies, of stored policies and of lists of changes.</summary>
    public static IReadOnlyList<PolicyMember> All => Numbered.Value;

    /// <summary>All of them in the order in which a page shows them: a lease's life, claims, reviews, collisions.</summary>
    public static IReadOnlyList<PolicyMember> OnPage => [.. OfLeases, .. OfClaims, .. OfReviews, .. OfCollisions];

    /// <summary>The member of that name; null where there is none.</summary>
    public static PolicyMember? Find(string name)
    {
        foreach (var member in Numbered.Value)
        {
            if (member.Name == name)
                return member;
        }
        return null;
    }

    /// <summary>The names of the members whose values differ, by number.</summary>
    internal static IReadOnlyList<string> Differences(QueuePolicy was, QueuePolicy now) =>
        [.. Numbered.Value.Where(member => member.Differs(was, now)).Select(static member => member.Name)];

    /// <summary>Adds a fault for everything that the policy may not be. A combination that cannot take effect is refused, never stored.</summary>
    internal static void Check(Bounds bounds, QueuePolicy policy, PolicyChange change)
    {
        foreach (var member in Numbered.Value)
            member.Check(bounds, policy, change.Names(member));
    }
}
