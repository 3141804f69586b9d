namespace Server.Tests.Architecture;

/// <summary>
/// The rooms of the web project and which of them may know which (docs/ARCHITECTURE.md, Walls of the web project), held against
/// the references that the compiler wrote. What is between a page and a rule of Core is for this table; Core has one of its own.
/// </summary>
public sealed class WallTests
{
    private const string Section = "## Walls of the web project";

    private static readonly IReadOnlyCollection<Reference> References = RoomArrows.Read(
        typeof(ControlSurface.Content.ThreeWay).Assembly.Location,
        "ControlSurface"
    );

    // Folders within a room, such as Api.Bodies, are no rooms of their own.
    private static IEnumerable<(string From, string To, Reference By)> Arrows =>
        References
            .Select(r => (From: RoomOf(r.FromRoom), To: RoomOf(r.ToRoom), By: r))
            .Where(arrow => arrow.From != arrow.To);

    private static string RoomOf(string name) => name.Split('.')[0];

    // | `Api` | `Access`, `Content` | why |
    private static Dictionary<string, string[]> Table() =>
        Lines()
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => Names(cells[1])[0], cells => Names(cells[2]), StringComparer.Ordinal);

    private static IEnumerable<string> Lines() =>
        File.ReadLines(Path.Combine(Repository.Folder, "docs", "ARCHITECTURE.md"))
            .SkipWhile(line => line != Section)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    private static string[] Names(string cell) =>
        [.. cell.Split('`').Where((_, k) => k % 2 == 1).Order(StringComparer.Ordinal)];

    [Fact]
    public void A_room_knows_only_the_rooms_that_the_table_allows()
    {
        var table = Table();
        var faults = Arrows
            .Where(a => !table.GetValueOrDefault(a.From, []).Contains(a.To, StringComparer.Ordinal))
            .Select(a => $"{a.From} -> {a.To}: {a.By.From}.{a.By.Member} names {a.By.To}")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(faults.Count == 0, "Not in the table:\n" + string.Join('\n', faults));
    }

    [Fact]
    public void Every_arrow_of_the_table_is_used()
    {
        var used = Arrows.Select(a => (a.From, a.To)).ToHashSet();
        Assert.NotEmpty(used);
        var unused = Table()
            .SelectMany(row => row.Value.Select(to => (From: row.Key, To: to)))
            .Where(arrow => !used.Contains(arrow))
            .ToList();
        Assert.True(unused.Count == 0, "No longer used: " + string.Join(", ", unused));
    }

    [Fact]
    public void Every_room_has_its_row() =>
        Assert.Equal(
            Arrows.SelectMany(a => new[] { a.From, a.To }).Distinct().Order(StringComparer.Ordinal),
            Table().Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void No_rooms_form_a_circle()
    {
        var open = Table().ToDictionary(row => row.Key, row => row.Value.ToList(), StringComparer.Ordinal);
        // Rooms that know none of those that are left go first; a circle is what stays.
        while (open.FirstOrDefault(row => !row.Value.Exists(open.ContainsKey)).Key is { } free)
            open.Remove(free);
        Assert.True(open.Count == 0, "These form a circle: " + string.Join(", ", open.Keys));
    }

    [Fact]
    public void The_picture_draws_the_arrows_of_the_table()
    {
        var drawn = Lines()
            .Select(line => line.Trim().Split(" --> "))
            .Where(ends => ends.Length == 2)
            .SelectMany(ends => ends[1].Split(" & ").Select(to => $"{ends[0]} -> {to}"));
        Assert.Equal(
            Table().SelectMany(row => row.Value.Select(to => $"{row.Key} -> {to}")).Order(StringComparer.Ordinal),
            drawn.Order(StringComparer.Ordinal)
        );
    }
}
