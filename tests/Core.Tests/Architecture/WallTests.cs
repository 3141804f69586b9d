using System.Text.RegularExpressions;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// The walls of Core: which room may know of which. The table is in docs/ARCHITECTURE.md, "Walls of Core", and nowhere else; it is
/// compared with every reference that the compiler wrote.
/// </summary>
public partial class WallTests
{
    private const string Document = "docs/ARCHITECTURE.md";
    private static readonly Lazy<IReadOnlyCollection<Reference>> References = new(() =>
        RoomArrows.Read(typeof(Workspace).Assembly.Location, "ControlSurface.Core")
    );

    private static readonly Lazy<SortedDictionary<string, SortedSet<string>>> Table = new(ReadTable);

    [Fact]
    public void No_room_knows_of_one_that_the_table_does_not_allow() =>
        Assert.Empty(
            References
                .Value.Where(r => !Allows(r.FromRoom, r.ToRoom))
                .Select(r => $"{r.Arrow}: {r.From}.{r.Member} names {r.To}")
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_arrow_of_the_table_is_used()
    {
        var used = References.Value.Select(r => r.Arrow).ToHashSet(StringComparer.Ordinal);
        var allowed = Table.Value.SelectMany(row => row.Value.Select(to => $"{row.Key} -> {to}"));
        Assert.Equal([], allowed.Except(used));
    }

    [Fact]
    public void Each_room_knows_only_of_rooms_in_rows_above_its_own()
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (room, knows) in Rows())
        {
            Assert.True(above.IsSupersetOf(knows), $"{room} knows of a room that is not above it in the table");
            Assert.True(above.Add(room), $"{room} has two rows");
        }
    }

    [Fact]
    public void Every_room_has_a_row()
    {
        var rooms = References.Value.SelectMany(r => new[] { r.FromRoom, r.ToRoom }).Distinct(StringComparer.Ordinal);
        Assert.Equal(rooms.Order(StringComparer.Ordinal), Table.Value.Keys);
    }

    [Fact]
    public void The_picture_has_no_arrow_that_the_table_does_not_have()
    {
        var drawn = Arrow().Matches(Section()).Select(m => (From: m.Groups[1].Value, To: m.Groups[2].Value)).ToList();
        Assert.NotEmpty(drawn);
        Assert.DoesNotContain(drawn, arrow => !Allows(arrow.From, arrow.To));
    }

    // Without this the tests above could pass because bodies, locals or generic arguments are not read.
    [Theory]
    [InlineData("Workspace", "Dispatch", "ActionRules")]
    [InlineData("LeaseRules", "Unsettled", "ApprovalStanding")]
    [InlineData("Item", "get_Past", "Lease")]
    [InlineData("ItemId", "get_Text", null)]
    public void References_are_found_in_signatures_fields_and_method_bodies(string from, string member, string? to) =>
        Assert.Equal(
            to is not null,
            References.Value.Any(r =>
                r.From == from && r.Member.Contains(member, StringComparison.Ordinal) && (to is null || r.To == to)
            )
        );

    private static bool Allows(string from, string to) =>
        Table.Value.TryGetValue(from, out var knows) && knows.Contains(to);

    private static SortedDictionary<string, SortedSet<string>> ReadTable()
    {
        var table = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (room, knows) in Rows())
            table[room] = new SortedSet<string>(knows, StringComparer.Ordinal);
        return table;
    }

    private static IEnumerable<(string Room, string[] Knows)> Rows() =>
        Row()
            .Matches(Section())
            .Select(m => (m.Groups[1].Value, Name().Matches(m.Groups[2].Value).Select(n => n.Value).ToArray()));

    private static string Section()
    {
        var text = File.ReadAllText(Path.Combine(Root(), Document));
        var from = text.IndexOf("## Walls of Core", StringComparison.Ordinal);
        Assert.True(from >= 0, $"{Document} has no section \"Walls of Core\"");
        var to = text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return to < 0 ? text[from..] : text[from..to];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ControlSurface.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^\| `(\w+)` \| [^|]+ \| ([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s+(\w+) --> (\w+)", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
