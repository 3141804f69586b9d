using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>A call on one item (API.md, Items).</summary>
public abstract partial record ItemCommand : Command
{
    private ItemCommand() { }

    /// <summary>Creates an item. An <c>externalId</c> that the queue has already follows the queue's <c>onDuplicate</c>.</summary>
    public sealed record Create : WithFields
    {
        /// <summary>An item with its title; everything else may be left out.</summary>
        public Create(string queue, string title)
        {
            Queue = queue;
            Title = title;
        }

        /// <summary>The name of the queue.</summary>
        public string Queue { get; init; }

        /// <summary>The caller's own id for it, up to 200 characters; null for none.</summary>
        public string? ExternalId { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.CreateItem;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.Queue(Queue) ?? (DependsOn.IsSet ? gate.Items(DependsOn.Value) : null);
    }

    /// <summary>Changes the fields that it names. The holder is told, and after some changes has to acknowledge them.</summary>
    /// <param name="IfSeq">The item's seq that the caller read; another is <see cref="ItemRefusal.ItemChanged"/>.</param>
    public sealed record Edit(ItemId Item, long IfSeq) : WithFields
    {
        /// <summary>The queue to move it to. An item with a current lease cannot be moved.</summary>
        public Optional<string> Queue { get; init; }

        /// <summary>The reason, up to 4,000 characters; null for none.</summary>
        public string? Why { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.EditItem;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.Item(Item)
            ?? (Queue.IsSet ? gate.Queue(Queue.Value) : null)
            ?? (DependsOn.IsSet ? gate.Items(DependsOn.Value) : null);
    }

    /// <summary>Puts an item back into its queue; a current lease or handoff ends.</summary>
    /// <param name="Item">The item. Settled and parked ones are refused.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Requeue(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.RequeueItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Ends an item without completing it; a current lease ends too. Items that depend on it ask for attention.</summary>
    /// <param name="Item">The item; a completed one is refused.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Cancel(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.CancelItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Sets an item aside until somebody unparks it. A stale lease or a handoff ends.</summary>
    /// <param name="Item">The item. One with a live lease is refused.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Park(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ParkItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Makes a parked or snoozed item available again.</summary>
    /// <param name="Item">The item; one that is not parked stays as it is.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Unpark(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.UnparkItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    /// <summary>Sets an item aside until an instant. A stale lease or a handoff ends.</summary>
    /// <param name="Item">The item. One with a live lease is refused.</param>
    /// <param name="Until">When it can be claimed again; in the future, cut to the millisecond.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Snooze(ItemId Item, DateTimeOffset Until, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SnoozeItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}
