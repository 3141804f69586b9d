namespace ControlSurface.Components;

/// <summary>Finds what the palette can offer for the words typed: items, people, runs, targets.</summary>
public delegate ValueTask<IReadOnlyList<PaletteEntry>> PaletteSource(string words, CancellationToken abandoned);

/// <summary>
/// Everything the palette asks, in order: first what the page itself can do (<see cref="Page"/>), then what the house knows (each
/// registered <see cref="PaletteSource"/>), then the places there are, and the way out; and after all of it the search for the words.
/// </summary>
public sealed class PaletteSources(IEnumerable<PaletteSource> house)
{
    private static readonly PaletteEntry SignOut = new(
        "Leave",
        Icons.LogOut,
        Lead: null,
        "Sign out",
        Href: "signout",
        IsWhole: true
    );
    private const int Most = 40; // nobody reads on; a longer word finds it

    /// <summary>What can be done with the row or thing that the page has selected; the page sets and clears it.</summary>
    public PaletteSource? Page { get; set; }

    /// <summary>What is found for the words, the page's own first, then the house's, then places: at most 40 entries.</summary>
    public async ValueTask<IReadOnlyList<PaletteEntry>> FindAsync(string words, CancellationToken abandoned)
    {
        var found = new List<PaletteEntry>();
        var sources = Page is null ? house : house.Prepend(Page);
        foreach (var source in sources)
            found.AddRange(await source(words, abandoned));
        found.AddRange(Places(words));
        if (SignOut.Text.Contains(words.Trim(), StringComparison.OrdinalIgnoreCase))
            found.Add(SignOut);
        return [.. found.OrderBy(one => one.IsLast).Take(Most)];
    }

    private static IEnumerable<PaletteEntry> Places(string words) =>
        Navigation
            .Places.Where(place => place.Name.Contains(words.Trim(), StringComparison.OrdinalIgnoreCase))
            .Select(place => new PaletteEntry(
                "Go to",
                place.Icon,
                Lead: null,
                place.Name,
                Keys: $"g {place.Key}",
                Href: place.Href
            ));
}
