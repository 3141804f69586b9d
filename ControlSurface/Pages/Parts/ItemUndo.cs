using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Pages.Views;

namespace ControlSurface.Pages.Parts;

/// <summary>
/// Takes back what was done quietly to items, as whoever did it. What somebody has changed since is left as it is: each says in a
/// sentence what came of it.
/// </summary>
internal static class ItemUndo
{
    private const string Why = "Undone";

    // One write waits for the disk: those of so many wait together.
    private const int AtOnce = 100;

    /// <summary>Makes an item available again that was parked or snoozed, or lets it rest as it did before.</summary>
    /// <param name="before">The item as it was before.</param>
    /// <param name="rests">How it rests by what is taken back.</param>
    internal static async Task<string?> RestAsync(Engine engine, Caller caller, Item before, Parking rests)
    {
        var id = before.Id;
        if (engine.Picture.Read(at => at.FindItem(id)?.Parked) != rests)
            return $"{id.Text} has changed since; nothing was undone.";
        ItemCommand command = before.Parked switch
        {
            null => new ItemCommand.Unpark(id, Why),
            { Until: { } until } was => new ItemCommand.Snooze(id, until, was.Why),
            { } was => new ItemCommand.Park(id, was.Why),
        };
        var outcome = await engine.SendAsync(new Request(command, caller));
        return outcome.Refusal is null
            ? $"{id.Text} is as it was before."
            : $"{id.Text}: {RefusalSaid(engine, outcome)}. Nothing was undone.";
    }

    /// <summary>Gives items the priority and the labels that they had, each by itself.</summary>
    /// <param name="were">The items as they were before.</param>
    /// <param name="became">What was made of the priority and the labels of one; another value of now was given since.</param>
    internal static async Task<string> FieldsAsync(
        Engine engine,
        Caller caller,
        IReadOnlyCollection<Item> were,
        Func<Item, (int Priority, IReadOnlyList<string> Labels)> became
    )
    {
        var (undone, changed, refused) = (0, 0, 0);
        foreach (var some in were.Chunk(AtOnce))
        {
            var edits = engine.Picture.Read(at =>
                some.Select(was => Back(at.FindItem(was.Id), was, became(was))).ToList()
            );
            changed += edits.Count(edit => edit is null);
            var outcomes = await Task.WhenAll(
                edits.OfType<ItemCommand.Edit>().Select(edit => engine.SendAsync(new Request(edit, caller)))
            );
            undone += outcomes.Count(outcome => outcome.Refusal is null);
            changed += outcomes.Count(outcome => outcome.Refusal is ItemRefusal.ItemChanged);
            refused += outcomes.Count(outcome => outcome.Refusal is not null and not ItemRefusal.ItemChanged);
        }
        return Said(were, undone, changed, refused);
    }

    /// <summary>The priority and the labels that an edit makes of an item's.</summary>
    internal static (int Priority, IReadOnlyList<string> Labels) After(ItemCommand.Edit edit, Item was) =>
        (edit.Priority.IsSet ? edit.Priority.Value : was.Priority, edit.Labels.IsSet ? edit.Labels.Value : was.Labels);

    private static ItemCommand.Edit? Back(Item? now, Item was, (int Priority, IReadOnlyList<string> Labels) became)
    {
        if (
            now is null
            || now.Priority != became.Priority
            || !now.Labels.SequenceEqual(became.Labels, StringComparer.Ordinal)
        )
            return null;
        return new ItemCommand.Edit(was.Id, now.Seq)
        {
            Priority = now.Priority == was.Priority ? default : new(true, was.Priority),
            Labels = now.Labels.SequenceEqual(was.Labels, StringComparer.Ordinal)
                ? default
                : new(true, [.. was.Labels]),
            Why = Why,
        };
    }

    private static string Said(IReadOnlyCollection<Item> were, int undone, int changed, int refused)
    {
        if (were.Count == 1)
        {
            var id = were.First().Id.Text;
            return undone == 1 ? $"{id} is as it was before."
                : changed == 1 ? $"{id} has changed since; nothing was undone."
                : $"{id} could not be changed back.";
        }
        var words = $"{Words.Plural(undone, "item")} {(undone == 1 ? "is" : "are")} as before.";
        if (changed > 0)
            words +=
                changed == 1
                    ? " 1 has changed since and stays so."
                    : $" {Words.Count(changed)} have changed since and stay so.";
        return refused == 0 ? words : $"{words} {Words.Count(refused)} could not be changed back.";
    }

    private static string RefusalSaid(Engine engine, Outcome outcome) =>
        engine.Picture.Read(at => RefusalNotes.Of(outcome.Refusal!, at.NameOf, outcome.Now).Happened);
}
