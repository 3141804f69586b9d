using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>What can be asked of an item itself (API.md, Items).</summary>
public abstract record ItemCommand : Command
{
    private ItemCommand() { }

    public sealed record Create(
        string Queue,
        string Title,
        string? Body = null,
        int? Priority = null,
        IReadOnlyList<string>? Labels = null,
        IReadOnlyList<string>? Targets = null,
        string? ExternalId = null,
        DateTimeOffset? NotBefore = null,
        DateTimeOffset? DueAt = null,
        IReadOnlyList<string>? DependsOn = null
    ) : ItemCommand
    {
        public override Verb Verb => Verb.CreateItem;
    }

    /// <summary>Changes what it names. <c>ifSeq</c> is what the caller saw.</summary>
    public sealed record Edit(ItemId Item, long IfSeq) : ItemCommand
    {
        public Named<string> Title { get; init; }
        public Named<string> Body { get; init; }
        public Named<int> Priority { get; init; }
        public Named<IReadOnlyList<string>> Labels { get; init; }
        public Named<IReadOnlyList<string>> Targets { get; init; }
        public Named<string> Queue { get; init; }
        public Named<DateTimeOffset?> NotBefore { get; init; }
        public Named<DateTimeOffset?> DueAt { get; init; }
        public Named<IReadOnlyList<string>> DependsOn { get; init; }
        public string? Why { get; init; }

        public override Verb Verb => Verb.EditItem;
    }

    public sealed record Requeue(ItemId Item, string Why) : ItemCommand
    {
        public override Verb Verb => Verb.RequeueItem;
    }

    public sealed record Cancel(ItemId Item, string Why) : ItemCommand
    {
        public override Verb Verb => Verb.CancelItem;
    }

    public sealed record Park(ItemId Item, string Why) : ItemCommand
    {
        public override Verb Verb => Verb.ParkItem;
    }

    public sealed record Unpark(ItemId Item, string Why) : ItemCommand
    {
        public override Verb Verb => Verb.UnparkItem;
    }

    public sealed record Snooze(ItemId Item, DateTimeOffset Until, string Why) : ItemCommand
    {
        public override Verb Verb => Verb.SnoozeItem;
    }
}
