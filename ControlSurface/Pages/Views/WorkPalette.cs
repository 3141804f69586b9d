using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>What the palette finds in the work: items by id, word, run, person or target; queues by name; and what can be made.</summary>
public sealed class WorkPalette(LiveFanOut live, ICurrentViewer current, FrameState frame)
{
    // Together with the places they leave room for the way to everything else that has the words.
    private const int Most = 7;

    /// <summary>What the reader may see that has the words; nothing for nobody.</summary>
    public async ValueTask<IReadOnlyList<PaletteEntry>> FindAsync(string words, CancellationToken abandoned)
    {
        var board = live.BoardAt();
        var you = Viewer.On(board, await current.FindAsync());
        var text = words.Trim();
        return you.Principal is null ? [] : From(board, you, text, frame.PaletteOn);
    }

    /// <summary>The same in a board. Without words, what can be made alone.</summary>
    /// <param name="on">On what the palette was opened (<see cref="FrameState.PaletteOn"/>).</param>
    public static IReadOnlyList<PaletteEntry> From(Board board, Viewer you, string text, string? on = null)
    {
        var terms = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (terms.Length == 0)
            return [.. Makes(you, terms, on)];
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name) && terms.All(term => Has(queue.Name, term)));
        var items = board
            .Items.Where(item => you.MaySee(item.Queue) && Array.TrueForAll(terms, term => IsFound(item, term)))
            // The exact id first, then what somebody holds, then the newest.
            .OrderByDescending(item => string.Equals(item.Id.Text, text, StringComparison.OrdinalIgnoreCase))
            .ThenByDescending(item => item.Lease is not null)
            .ThenByDescending(item => item.Id)
            .Take(Most)
            .Select(Entry);
        return
        [
            .. items,
            .. Artifacts(board, you, text, terms),
            .. queues
                .Take(Most)
                .Select(queue => new PaletteEntry(
                    "Queues",
                    Icons.Layers,
                    null,
                    queue.Name,
                    Href: $"queues/{Uri.EscapeDataString(queue.Name)}"
                )),
            .. Makes(you, terms, on),
            .. Acts(board, you, terms),
            // What is settled, conflicts, targets, people and runs are found there, and more than fits here.
            new PaletteEntry("Search", Icons.Search, null, $"All that has “{text}”", Href: SearchView.Address(text))
            {
                IsLast = true,
            },
        ];
    }

    // On a queue's page a new item is meant for that queue.
    private static IEnumerable<PaletteEntry> Makes(Viewer you, string[] terms, string? on)
    {
        const string Queue = "queue:";
        var into = on?.StartsWith(Queue, StringComparison.Ordinal) == true ? on[Queue.Length..] : null;
        if (you.May(Verb.CreateItem) && Array.TrueForAll(terms, term => Has("New item…", term)))
            yield return new PaletteEntry(
                "Do",
                Icons.Plus,
                null,
                "New item…",
                into,
                Keys: "n",
                Href: into is null ? "items/new" : $"items/new?queue={Uri.EscapeDataString(into)}"
            );
        if (you.May(Verb.SetQueue) && Array.TrueForAll(terms, term => Has("New queue…", term)))
            yield return new PaletteEntry("Do", Icons.Layers, null, "New queue…", Href: Queues.AddressOfNew);
    }

    // The question is asked on Queues, which says what would follow.
    private static IEnumerable<PaletteEntry> Acts(Board board, Viewer you, string[] terms)
    {
        var (words, verb) = board.Stopped is null
            ? ("Stop the line…", Verb.StopLine)
            : ("Let the line go on…", Verb.GoLine);
        if (you.May(verb) && Array.TrueForAll(terms, term => Has($"{words} stop", term)))
            yield return new PaletteEntry(
                "Do",
                board.Stopped is null ? Icons.CirclePause : Icons.Play,
                null,
                words,
                Href: Parts.LineConsole.Address
            );
    }

    // What waits for the reader's own decision first.
    private static IEnumerable<PaletteEntry> Artifacts(Board board, Viewer you, string text, string[] terms)
    {
        var waits = board
            .OpenReviews.Where(review => board.IsFor(review, you))
            .ToDictionary(review => review.Artifact, review => review.Review.Version);
        return board
            .Artifacts.Where(artifact =>
                you.MaySee(artifact.Queue)
                && Array.TrueForAll(
                    terms,
                    term =>
                        Has(artifact.Id.Text, term)
                        || Has(artifact.Name, term)
                        || Has(artifact.Target, term)
                        || Has(artifact.Item?.Text, term)
                        || (waits.ContainsKey(artifact.Id) && Has("review", term))
                )
            )
            .OrderByDescending(artifact => string.Equals(artifact.Id.Text, text, StringComparison.OrdinalIgnoreCase))
            .ThenByDescending(artifact => waits.ContainsKey(artifact.Id))
            .ThenByDescending(artifact => artifact.Id)
            .Take(Most)
            .Select(artifact => new PaletteEntry(
                "Artifacts",
                waits.ContainsKey(artifact.Id) ? Icons.Eye : Icons.FileText,
                artifact.Id.Text,
                artifact.Name,
                waits.ContainsKey(artifact.Id)
                    ? $"v{artifact.Current.Number}, waits for you"
                    : $"v{artifact.Current.Number}",
                Href: ArtifactWords.Address(artifact.Id, artifact.Current.Number),
                Hue: waits.ContainsKey(artifact.Id) ? Hue.Wait : null
            ));
    }

    private static PaletteEntry Entry(Item item)
    {
        var look = States.Of(StateKind.Item, WireNames.Of(item.State));
        var who = item.Lease is { } lease ? LeaseWords.Full(lease.Holder) : look.Word;
        return new PaletteEntry(
            "Work",
            look.Icon,
            item.Id.Text,
            item.Title,
            who,
            Href: $"items/{item.Id.Text}",
            Hue: look.Hue
        );
    }

    private static bool IsFound(Item item, string term) =>
        Has(item.Id.Text, term)
        || Has(item.Title, term)
        || Has(item.Lease?.Holder.Name, term)
        || Has(item.Lease?.Holder.Run, term)
        || Has(item.Lease?.Id.Text, term)
        || item.Targets.Any(target => Has(target, term));

    private static bool Has(string? text, string term) =>
        text?.Contains(term, StringComparison.OrdinalIgnoreCase) == true;
}
