using System.Text.Json.Serialization;

namespace ControlSurface.Core.Items;

/// <summary>What can happen to an item itself.</summary>
public abstract record ItemEvent(ItemId Item) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ItemEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    public sealed record Created(
        ItemId Item,
        string Queue,
        string? ExternalId,
        IReadOnlyList<ItemId> OpenDependencies,
        DateTimeOffset? WaitsUntil
    ) : ItemEvent(Item), IHasItemFields
    {
        private ItemFields _fields = ItemFields.Empty;

        /// <summary>The fields that it begins with; stored flat.</summary>
        [JsonIgnore]
        public ItemFields Fields
        {
            get => _fields;
            init => _fields = value;
        }

        /// <inheritdoc/>
        public override string Type => "item.created";

        void IHasItemFields.Restore(ItemFields fields) => _fields = fields;
    }

    /// <summary>Queue and fields as they are now; <see cref="Changed"/> names those that differ.</summary>
    public sealed record Edited(ItemId Item, string Queue) : ItemEvent(Item), IHasItemFields
    {
        private ItemFields _fields = ItemFields.Empty;

        /// <summary>The fields as they are now; stored flat.</summary>
        [JsonIgnore]
        public ItemFields Fields
        {
            get => _fields;
            init => _fields = value;
        }

        public IReadOnlyList<ItemId> OpenDependencies { get; init; } = [];
        public DateTimeOffset? WaitsUntil { get; init; }

        /// <summary>Names of the fields that differ, and <c>queue</c>.</summary>
        public IReadOnlyList<string> Changed { get; init; } = [];

        /// <summary>The holder's next write needs <c>acknowledges</c> with this event's seq.</summary>
        public bool MustAcknowledge { get; init; }
        public string? Why { get; init; }

        /// <inheritdoc/>
        public override string Type => "item.edited";

        void IHasItemFields.Restore(ItemFields fields) => _fields = fields;
    }

    /// <summary>Back in its queue, available again. Its place in the order is that of this event.</summary>
    public sealed record Requeued(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.requeued";
    }

    /// <summary>Rests after a failure.</summary>
    public sealed record BackedOff(ItemId Item, DateTimeOffset Until) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.backedOff";
    }

    /// <summary>What it waited for in time has come.</summary>
    public sealed record BecameReady(ItemId Item) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.becameReady";
    }

    /// <summary>Set aside until somebody takes it up again, or until an instant.</summary>
    /// <param name="Why">A person's reason, or the word of the rule that parked it.</param>
    /// <param name="Until">When it can be claimed again by itself; null for not before somebody unparks it.</param>
    /// <param name="AttemptsUsedUp">
    /// The rule on attempts parked it, whatever <paramref name="Why"/> says: unparking gives it new attempts.
    /// </param>
    public sealed record Parked(ItemId Item, string Why, DateTimeOffset? Until, bool AttemptsUsedUp = false)
        : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => Until is null ? "item.parked" : "item.snoozed";
    }

    public sealed record Unparked(ItemId Item, string? Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.unparked";
    }

    public sealed record Completed(ItemId Item, string? Result) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.completed";
    }

    public sealed record Cancelled(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.cancelled";
    }

    public sealed record Reopened(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.reopened";
    }

    public sealed record DependencyCompleted(ItemId Item, ItemId Dependency) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.dependencyCompleted";
    }

    /// <summary>Something that a person should look at (<c>attention</c>).</summary>
    public sealed record AskedForAttention(ItemId Item, string What, string? Detail) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.attentionAsked";
    }

    /// <summary>It asks for attention no longer: what it waits for can come again.</summary>
    public sealed record AttentionEnded(ItemId Item, string What) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.attentionEnded";
    }

    /// <summary>Owned by nobody, addressed to somebody.</summary>
    public sealed record HandedOff(ItemId Item, Handoff Handoff) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "handoff.offered";
    }

    /// <param name="How"><c>declined</c>, <c>withdrawn</c> or <c>expired</c>.</param>
    public sealed record HandoffEnded(ItemId Item, string How, string? Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
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
        /// <inheritdoc/>
        public override string Type => "item.archived";
    }

    /// <summary>Brought back from the archive, whole.</summary>
    public sealed record Restored(ItemId Item, Item Was) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.restored";
    }
}
