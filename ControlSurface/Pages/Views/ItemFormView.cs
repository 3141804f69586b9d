using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>A form for an item.</summary>
/// <param name="Source">The item that is edited; null for a new one.</param>
/// <param name="Queues">Where it may lie, by name.</param>
/// <param name="Follows">What a change leads to for whoever works on it; null for nothing.</param>
/// <param name="WhyNot">Why there is no form, in a sentence; null where there is.</param>
public sealed record ItemFormView(Item? Source, IReadOnlyList<string> Queues, string? Follows, string? WhyNot)
    : IView<ItemFormView>
{
    /// <summary>The form; null where the reader sees no such item. Under the picture's lock.</summary>
    /// <param name="id">The item as its address has it; null for a new one.</param>
    public static ItemFormView? From(Workspace at, string? id, Viewer you, DateTimeOffset now) =>
        id is null ? New(at, you)
        : ItemId.TryParse(id, out var item) ? Edit(at, item, you, now)
        : null;

    private static ItemFormView New(Workspace at, Viewer you)
    {
        var queues = QueuesOf(at, you);
        return new ItemFormView(
            Source: null,
            queues,
            Follows: null,
            !you.May(Verb.CreateItem)
                    ? "Your role reads here. Agents, reviewers, support, managers and admins add items."
                : queues.Count == 0 ? "There is no queue yet. A manager makes the first."
                : null
        );
    }

    private static ItemFormView? Edit(Workspace at, ItemId id, Viewer you, DateTimeOffset now)
    {
        if (at.FindItem(id) is not { } item || !at.IsInMemory(id) || !you.MaySee(item.Queue))
            return null;
        var may = ItemActs.Of(at, item, you, now).MayEdit;
        var holder = item.Lease is { IsLive: true } lease && lease.Holder.Id != you.Id ? lease.Holder : null;
        return new ItemFormView(
            item,
            QueuesOf(at, you),
            holder is null
                ? null
                : $"{LeaseWords.Full(holder)} works on it and is told. After a change of title, text or targets they have to say that they have seen it before they can go on. It moves to another queue only when nobody holds it.",
            may ? null
                : item.Settled is not null ? "It is settled; what was done stays as it was."
                : "Your role does not change it. Reviewers, support, managers and admins do."
        );
    }

    private static List<string> QueuesOf(Workspace at, Viewer you) =>
        [.. at.Queues.Select(room => room.Queue.Name).Where(you.MaySee)];
}
