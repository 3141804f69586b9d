namespace ControlSurface.Live;

/// <summary>
/// What a listener asked for and may see: topics <c>all</c>, <c>queue:NAME</c>, <c>item:ID</c>, <c>lease:ID</c>,
/// <c>artifact:ID</c>, <c>conflicts</c> (API.md), within the scope of the caller.
/// </summary>
public sealed class TopicFilter
{
    private readonly bool _all;
    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<ItemId> _items = [];
    private readonly HashSet<LeaseId> _leases = [];
    private readonly HashSet<ArtifactId> _artifacts = [];
    private readonly bool _conflicts;
    private readonly Scope _scope;

    private TopicFilter(IReadOnlyList<string> topics, Scope scope)
    {
        _scope = scope;
        foreach (var topic in topics)
        {
            if (topic == "all")
                _all = true;
            else if (topic == "conflicts")
                _conflicts = true;
            else if (topic.StartsWith("queue:", StringComparison.Ordinal))
                _queues.Add(topic[6..]);
            else if (topic.StartsWith("item:", StringComparison.Ordinal) && ItemId.TryParse(topic[5..], out var item))
                _items.Add(item);
            else if (
                topic.StartsWith("lease:", StringComparison.Ordinal) && LeaseId.TryParse(topic[6..], out var lease)
            )
                _leases.Add(lease);
            else if (
                topic.StartsWith("artifact:", StringComparison.Ordinal)
                && ArtifactId.TryParse(topic[9..], out var artifact)
            )
                _artifacts.Add(artifact);
        }
    }

    /// <summary>Everything that the scope allows.</summary>
    public static TopicFilter All(Scope scope) => new(["all"], scope);

    /// <summary>The filter, or what is wrong with the topics in a sentence.</summary>
    public static string? TryParse(IReadOnlyList<string>? topics, Scope scope, out TopicFilter filter)
    {
        filter = new TopicFilter([], scope);
        if (topics is null or { Count: 0 })
            return "Name at least one topic: all, queue:NAME, item:ID, lease:ID, artifact:ID or conflicts.";
        if (topics.Count > 1_000)
            return "At most 1000 topics in one subscription.";
        foreach (var topic in topics)
        {
            if (topic is null)
                return "topics must not contain null: use all, queue:NAME, item:ID, lease:ID, artifact:ID or conflicts.";
            if (!IsTopic(topic))
                return $"There is no topic {topic}: use all, queue:NAME, item:ID, lease:ID, artifact:ID or conflicts.";
            if (topic.StartsWith("queue:", StringComparison.Ordinal) && !scope.Sees(topic[6..]))
                return $"This key is limited to other queues than {topic[6..]}.";
        }
        filter = new TopicFilter(topics, scope);
        return null;
    }

    /// <summary>The event as the listener may see it; null where it did not ask for it or may not.</summary>
    public LiveEvent? Of(LiveEvent happened) => IsAskedFor(happened) ? happened.For(_scope) : null;

    /// <summary>Whether the listener is to hear of it.</summary>
    public bool Touches(LiveEvent happened) => Of(happened) is not null;

    private bool IsAskedFor(LiveEvent happened)
    {
        return _all
            || (happened.Queue is { } queue && _queues.Contains(queue))
            || (happened.Item is { } item && _items.Contains(item))
            || (happened.Lease is { } lease && _leases.Contains(lease))
            || (happened.Artifact is { } artifact && _artifacts.Contains(artifact))
            || (_conflicts && happened.Type.StartsWith("conflict.", StringComparison.Ordinal));
    }

    private static bool IsTopic(string? topic) =>
        topic is "all" or "conflicts"
        || (topic is not null && topic.StartsWith("queue:", StringComparison.Ordinal) && topic.Length > 6)
        || (
            topic is not null
            && topic.StartsWith("item:", StringComparison.Ordinal)
            && ItemId.TryParse(topic[5..], out _)
        )
        || (
            topic is not null
            && topic.StartsWith("lease:", StringComparison.Ordinal)
            && LeaseId.TryParse(topic[6..], out _)
        )
        || (
            topic is not null
            && topic.StartsWith("artifact:", StringComparison.Ordinal)
            && ArtifactId.TryParse(topic[9..], out _)
        );
}
