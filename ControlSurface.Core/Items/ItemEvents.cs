using System.Text.Json.Serialization;

namespace ControlSurface.Core.Items;

/// <summary>An event of an item's own: its fields, its place in the queue, its end.</summary>
public abstract record ItemEvent(ItemId Item) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ItemEventDescriptions.Of(this, by, nameOf);

    /// <inheritdoc/>
    public override ItemId? ItemId => Item;

    /// <summary>The item exists.</summary>
    /// <param name="Queue">The name of its queue.</param>
    /// <param name="ExternalId">The caller's own id for it; null for none.</param>
    /// <param name="OpenDependencies">Those items that it depends on and that are not completed.</param>
    /// <param name="WaitsUntil">Its <c>notBefore</c> where that is in the future; else null.</param>
    public sealed record Created(
        ItemId Item,
        string Queue,
        string? ExternalId,
        IReadOnlyList<ItemId> OpenDependencies,
        DateTimeOffset? WaitsUntil
    ) : ItemEvent(Item), IHasItemFields
    {
        private ItemFields _fields = ItemFields.Empty;

        /// <summary>The fields that it begins with. Stored flat, beside the other members.</summary>
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

    /// <summary>Somebody changed its fields or its queue. The event carries all of them, changed or not.</summary>
    /// <param name="Queue">The name of its queue from now on.</param>
    public sealed record Edited(ItemId Item, string Queue) : ItemEvent(Item), IHasItemFields
    {
        private ItemFields _fields = ItemFields.Empty;

        /// <summary>All fields as they are from now on. Stored flat, beside the other members.</summary>
        [JsonIgnore]
        public ItemFields Fields
        {
            get => _fields;
            init => _fields = value;
        }

        /// <summary>Those items that it depends on from now on and that are not completed.</summary>
        public IReadOnlyList<ItemId> OpenDependencies { get; init; } = [];

        /// <summary>When it becomes available by itself; null for now.</summary>
        public DateTimeOffset? WaitsUntil { get; init; }

        /// <summary>The names of the fields that changed, in API.md's words; <c>queue</c> too.</summary>
        public IReadOnlyList<string> Changed { get; init; } = [];

        /// <summary>Title, body or targets changed under a lease: the holder's next write must pass this event's seq as <c>acknowledges</c>.</summary>
        public bool MustAcknowledge { get; init; }

        /// <summary>The reason; null where none was given.</summary>
        public string? Why { get; init; }

        /// <inheritdoc/>
        public override string Type => "item.edited";

        void IHasItemFields.Restore(ItemFields fields) => _fields = fields;
    }

    /// <summary>The item is available in its queue again; its place follows from this event.</summary>
    public sealed record Requeued(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.requeued";
    }

    /// <summary>After a failed attempt the item rests, as the queue's <c>backoff</c> says.</summary>
    /// <param name="Until">When it becomes available.</param>
    public sealed record BackedOff(ItemId Item, DateTimeOffset Until) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.backedOff";
    }

    /// <summary>The instant for which the item waited has come.</summary>
    public sealed record BecameReady(ItemId Item) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.becameReady";
    }

    /// <summary>The item was set aside, until somebody unparks it or until an instant.</summary>
    /// <param name="Why">A person's reason, or the word of the rule that parked it.</param>
    /// <param name="Until">When it can be claimed again by itself; null for not before somebody unparks it.</param>
    /// <param name="AttemptsUsedUp">
    /// The rule on attempts parked it, whatever <paramref name="Why"/> says: unparking it sets its attempts to 0.
    /// </param>
    public sealed record Parked(ItemId Item, string Why, DateTimeOffset? Until, bool AttemptsUsedUp = false)
        : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => Until is null ? "item.parked" : "item.snoozed";
    }

    /// <summary>The item is no longer set aside.</summary>
    /// <param name="Why">The reason; null where a snooze ended by itself.</param>
    public sealed record Unparked(ItemId Item, string? Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.unparked";
    }

    /// <summary>The work is done.</summary>
    /// <param name="Result">A JSON value as text; null for none.</param>
    public sealed record Completed(ItemId Item, string? Result) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.completed";
    }

    /// <summary>The work will not be done.</summary>
    public sealed record Cancelled(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.cancelled";
    }

    /// <summary>A settled item is open again, with no attempts counted.</summary>
    public sealed record Reopened(ItemId Item, string Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.reopened";
    }

    /// <summary>One of the items that it waits for was completed.</summary>
    /// <param name="Item">The item that waits.</param>
    /// <param name="Dependency">The completed item.</param>
    public sealed record DependencyCompleted(ItemId Item, ItemId Dependency) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.dependencyCompleted";
    }

    /// <summary>A person should look at the item.</summary>
    /// <param name="What">A reason of <see cref="Items.Item.Attention"/>.</param>
    /// <param name="Detail">The id of the dependency that it is about; null for other reasons.</param>
    public sealed record AskedForAttention(ItemId Item, AttentionKind What, string? Detail) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.attentionAsked";
    }

    /// <summary>A reason to look at the item is gone.</summary>
    /// <param name="What">The reason of <see cref="Items.Item.Attention"/> that no longer applies.</param>
    public sealed record AttentionEnded(ItemId Item, AttentionKind What) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.attentionEnded";
    }

    /// <summary>The holder offered the item to somebody. The lease ended in the same write.</summary>
    /// <param name="Handoff">The offer.</param>
    public sealed record HandedOff(ItemId Item, Handoff Handoff) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "handoff.offered";
    }

    /// <summary>An offer ended without being accepted.</summary>
    /// <param name="How">Who or what ended it.</param>
    /// <param name="Why">The reason; null where none was given.</param>
    public sealed record HandoffEnded(ItemId Item, HandoffEnd How, string? Why) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type =>
            How switch
            {
                HandoffEnd.Declined => "handoff.declined",
                HandoffEnd.Withdrawn => "handoff.withdrawn",
                HandoffEnd.Expired => "handoff.expired",
            };
    }

    /// <summary>A settled item leaves memory; the archive has it from the same write on.</summary>
    public sealed record Archived(ItemId Item) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.archived";
    }

    /// <summary>An archived item is in memory again.</summary>
    /// <param name="Was">The whole item, as it was archived.</param>
    public sealed record Restored(ItemId Item, Item Was) : ItemEvent(Item)
    {
        /// <inheritdoc/>
        public override string Type => "item.restored";
    }
}

/// <summary>How a handoff ended that nobody accepted.</summary>
public enum HandoffEnd
{
    /// <summary>Whom it was offered to did not want it.</summary>
    Declined,

    /// <summary>Who offered it, or support, took it back.</summary>
    Withdrawn,

    /// <summary>Its time passed.</summary>
    Expired,
}
