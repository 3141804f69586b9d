using System.Text.RegularExpressions;

namespace Server.Tests.Architecture;

/// <summary>What a page draws at once is of one moment: it reads the picture only by <c>LivePage.ReadPicture</c>, with the board of that seq.</summary>
public partial class PageMomentTests
{
    // The file, and why it reads the picture for something that it does and not for what it draws.
    private static readonly Dictionary<string, string> Acts = new(StringComparer.Ordinal)
    {
        ["Bulk.razor.cs"] = "tries a job in many short looks, when somebody presses a button",
        ["BulkView.cs"] = "the same",
        ["ItemConsole.razor.cs"] = "remembers how an item was parked, to take that back",
        ["ItemUndo.cs"] = "looks what became of an item, to take back no more than was done",
        ["SelectionConsole.razor.cs"] = "tries a job, as Bulk does",
        ["Pictures.cs"] = "serves a file, and is no page",
    };

    [Fact]
    public void No_page_reads_the_picture_apart_from_its_board()
    {
        var reading = Repository
            .Files("ControlSurface/Pages")
            .Where(file => ReadsPicture().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetFileName(file)!)
            .Order(StringComparer.Ordinal);

        Assert.Equal(Acts.Keys.Order(StringComparer.Ordinal), reading);
    }

    [GeneratedRegex(@"\bEngine\.Picture\b|\bpicture\.Read\b|\bPicture\.Read\b")]
    private static partial Regex ReadsPicture();
}
