using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>What can be asked of an item itself (API.md, Items).</summary>
public abstract partial record ItemCommand : Command
{
    private ItemCommand() { }

    /// <summary>Makes an item, once for each <c>externalId</c> of a queue.</summary>
    public sealed record Create : SaysFields
    {
        /// <summary>An item with its title; everything else may be left out.</summary>
        public Create(string queue, string title)
        {
            Queue = queue;
            Title = title;
        }

        public string Queue { get; init; }
        public string? ExternalId { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.CreateItem;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.Queue(Queue) ?? (DependsOn.IsNamed ? gate.Items(DependsOn.Value) : null);
    }

    /// <summary>Changes what it names. <c>ifSeq</c> is what the caller saw.</summary>
    public sealed record Edit(ItemId Item, long IfSeq) : SaysFields
    {
        /// <summary>The queue to move it to.</summary>
        public Named<string> Queue { get; init; }
        public string? Why { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.EditItem;

        internal override Refusal? Outside(IQueueGate gate) =>
            gate.Item(Item)
            ?? (Queue.IsNamed ? gate.Queue(Queue.Value) : null)
            ?? (DependsOn.IsNamed ? gate.Items(DependsOn.Value) : null);
    }

    public sealed record Requeue(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.RequeueItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Cancel(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.CancelItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Park(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ParkItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Unpark(ItemId Item, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.UnparkItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }

    public sealed record Snooze(ItemId Item, DateTimeOffset Until, string Why) : ItemCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SnoozeItem;

        internal override Refusal? Outside(IQueueGate gate) => gate.Item(Item);
    }
}
