using ControlSurface.Content;

namespace Ui.Tests.Content;

/// <summary>"Both" and what is written by hand, where two versions contradict each other.</summary>
public class Both_sides_of_a_place
{
    private static MergeChoices.Place Only(string from, string current, string proposed, out MergeChoices choices)
    {
        choices = new MergeChoices(ThreeWay.Merge(from, current, proposed), current, proposed);
        return Assert.Single(choices.Places);
    }

    [Theory]
    [InlineData("a\nz\n", "a\nnew\nmine\nz\n", "a\nnew\ntheirs\nz\n", "a\nnew\nmine\ntheirs\nz\n")]
    [InlineData("a\nz\n", "a\nmine\nend\nz\n", "a\ntheirs\nend\nz\n", "a\nmine\ntheirs\nend\nz\n")]
    [InlineData("a\nz\n", "a\nnew\nmine\nend\nz\n", "a\nnew\ntheirs\nend\nz\n", "a\nnew\nmine\ntheirs\nend\nz\n")]
    [InlineData("a\nz\n", "a\nnew\nz\n", "a\nnew\nmore\nz\n", "a\nnew\nmore\nz\n")]
    [InlineData("a", "a\nmine", "a\ntheirs", "a\nmine\ntheirs")]
    [InlineData("a\r\n", "a\r\nmine", "a\r\ntheirs", "a\r\nmine\r\ntheirs")]
    [InlineData(
        "a\r\nz\r\n",
        "a\r\nnew\r\nmine\r\nz\r\n",
        "a\r\nnew\r\ntheirs\r\nz\r\n",
        "a\r\nnew\r\nmine\r\ntheirs\r\nz\r\n"
    )]
    [InlineData("a\nx\nx\nz\n", "a\nx\nmine\nx\nz\n", "a\nx\ntheirs\nx\nz\n", "a\nx\nmine\ntheirs\nx\nz\n")]
    public void Found_2_14_both_has_each_line_once_and_the_second_on_a_line_of_its_own(
        string from,
        string current,
        string proposed,
        string both
    )
    {
        var place = Only(from, current, proposed, out var choices);
        place.Choose(PlaceChoice.Both);
        Assert.Equal(both, choices.Text);
    }

    [Fact]
    public void Found_2_14_what_is_written_by_hand_ends_its_lines_as_the_file_does()
    {
        var place = Only("a\r\nz\r\n", "a\r\nmine\r\nz\r\n", "a\r\ntheirs\r\nz\r\n", out var choices);
        place.Write("one\ntwo");
        Assert.Equal("a\r\none\r\ntwo\r\nz\r\n", choices.Text);
    }
}
