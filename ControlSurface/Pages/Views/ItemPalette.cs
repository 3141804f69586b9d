using ControlSurface.Components;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What the palette offers to do with the item on which it was opened: what the item's own buttons offer.</summary>
public sealed class ItemPalette(LiveFanOut live, ICurrentViewer current, FrameState frame, TimeProvider time)
{
    private const string Item = "item:";

    /// <summary>The acts of the item that have the words in their own; nothing where the palette was opened elsewhere.</summary>
    public async ValueTask<IReadOnlyList<PaletteEntry>> FindAsync(string words, CancellationToken abandoned)
    {
        if (
            frame.PaletteOn is not { } on
            || !on.StartsWith(Item, StringComparison.Ordinal)
            || !ItemId.TryParse(on[Item.Length..], out var id)
        )
            return [];
        var who = await current.FindAsync();
        return live.Read(
            (board, at) =>
            {
                var you = Viewer.On(board, who);
                return at.FindItem(id) is { } item && you.Principal is not null && you.MaySee(item.Queue)
                    ? Entries(ItemActs.Of(at, item, you, time.GetUtcNow()), item.Title, words.Trim())
                    : [];
            }
        );
    }

    private static IReadOnlyList<PaletteEntry> Entries(ItemActs acts, string title, string words) =>
        [
            .. ItemOffer
                .Of(acts)
                .Where(offer => offer.Off is null && offer.Words.Contains(words, StringComparison.OrdinalIgnoreCase))
                .Select(offer => new PaletteEntry(
                    $"{acts.Item} {title}",
                    offer.Icon,
                    null,
                    offer.Words,
                    Keys: Hotkeys.ForDo(offer.Do),
                    Do: offer.Do
                )
                {
                    Item = acts.Item,
                }),
        ];
}
