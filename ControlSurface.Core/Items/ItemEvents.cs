using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>What can happen to an item itself.</summary>
public abstract record ItemEvent(ItemId Item) : Event
{
    public override ItemId? ItemId => Item;

    public sealed record Created(
        ItemId Item,
        string Queue,
        string Title,
        string Body,
        int Priority,
        IReadOnlyList<string> Labels,
        IReadOnlyList<string> Targets,
        string? ExternalId,
        DateTimeOffset? NotBefore,
        DateTimeOffset? DueAt,
        IReadOnlyList<ItemId> DependsOn,
        IReadOnlyList<ItemId> OpenDependencies,
        DateTimeOffset? WaitsUntil
    ) : ItemEvent(Item)
    {
        public override string Type => "item.created";
    }

    /// <summary>The members as they are now; <paramref name="Changed"/> names those that differ.</summary>
    /// <param name="MustAcknowledge">The holder's next write needs <c>acknowledges</c> with this event's seq.</param>
    public sealed record Edited(
        ItemId Item,
        string Queue,
        string Title,
        string Body,
        int Priority,
        IReadOnlyList<string> Labels,
        IReadOnlyList<string> Targets,
        DateTimeOffset? NotBefore,
        DateTimeOffset? DueAt,
        IReadOnlyList<ItemId> DependsOn,
        IReadOnlyList<ItemId> OpenDependencies,
        DateTimeOffset? WaitsUntil,
        IReadOnlyList<string> Changed,
        bool MustAcknowledge,
        string? Why
    ) : ItemEvent(Item)
    {
        public override string Type => "item.edited";
    }

    /// <summary>Back in its queue, available again. Its place in the order is that of this event.</summary>
    public sealed record Requeued(ItemId Item, string Why) : ItemEvent(Item)
    {
        public override string Type => "item.requeued";
    }

    /// <summary>Rests after a failure.</summary>
    public sealed record BackedOff(ItemId Item, DateTimeOffset Until) : ItemEvent(Item)
    {
        public override string Type => "item.backedOff";
    }

    /// <summary>What it waited for in time has come.</summary>
    public sealed record BecameReady(ItemId Item) : ItemEvent(Item)
    {
        public override string Type => "item.becameReady";
    }

    public sealed record Parked(ItemId Item, string Why, DateTimeOffset? Until) : ItemEvent(Item)
    {
        public override string Type => Until is null ? "item.parked" : "item.snoozed";
    }

    public sealed record Unparked(ItemId Item, string? Why) : ItemEvent(Item)
    {
        public override string Type => "item.unparked";
    }

    public sealed record Completed(ItemId Item, string? Result) : ItemEvent(Item)
    {
        public override string Type => "item.completed";
    }

    public sealed record Cancelled(ItemId Item, string Why) : ItemEvent(Item)
    {
        public override string Type => "item.cancelled";
    }

    public sealed record Reopened(ItemId Item, string Why) : ItemEvent(Item)
    {
        public override string Type => "item.reopened";
    }

    public sealed record DependencyCompleted(ItemId Item, ItemId Dependency) : ItemEvent(Item)
    {
        public override string Type => "item.dependencyCompleted";
    }

    /// <summary>Something that a person should look at (<c>attention</c>).</summary>
    public sealed record AskedForAttention(ItemId Item, string What, string? Detail) : ItemEvent(Item)
    {
        public override string Type => "item.attentionAsked";
    }

    /// <summary>It asks for attention no longer: what it waits for can come again.</summary>
    public sealed record AttentionEnded(ItemId Item, string What) : ItemEvent(Item)
    {
        public override string Type => "item.attentionEnded";
    }

    /// <summary>Owned by nobody, addressed to somebody.</summary>
    public sealed record HandedOff(ItemId Item, Handoff Handoff) : ItemEvent(Item)
    {
        public override string Type => "handoff.offered";
    }

    /// <param name="How"><c>declined</c>, <c>withdrawn</c> or <c>expired</c>.</param>
    public sealed record HandoffEnded(ItemId Item, string How, string? Why) : ItemEvent(Item)
    {
        public override string Type =>
            How switch
            {
                "declined" => "handoff.declined",
                "withdrawn" => "handoff.withdrawn",
                _ => "handoff.expired",
            };
    }

    /// <summary>Settled long enough to leave memory: it is in the archive from the same write on (DESIGN.md).</summary>
    public sealed record Archived(ItemId Item) : ItemEvent(Item)
    {
        public override string Type => "item.archived";
    }

    /// <summary>Brought back from the archive, whole.</summary>
    public sealed record Restored(ItemId Item, Item Was) : ItemEvent(Item)
    {
        public override string Type => "item.restored";
    }
}
