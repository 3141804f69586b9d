namespace ControlSurface.Core.Tests.Examples;

/// <summary>How targets are spelled and compared (API.md, Locks and targets).</summary>
public class TargetPathTests
{
    [Theory]
    [InlineData("repo:web/src/app.cs")]
    [InlineData("crm:customer/42#class")]
    [InlineData("crm:a:b")]
    public void A_target_is_a_system_and_a_path(string target)
    {
        Assert.Null(TargetPath.Check(target, out var spelled));
        Assert.Equal(target, spelled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("repo")]
    [InlineData(":a")]
    [InlineData("repo:")]
    [InlineData("repo:a//b")]
    [InlineData("repo:a/../b")]
    [InlineData("repo:./a")]
    [InlineData("repo:a#")]
    [InlineData("repo:a\nb")]
    public void Anything_else_is_refused(string target) => Assert.NotNull(TargetPath.Check(target, out _));

    [Theory]
    [InlineData('\uD800', 'b')]
    [InlineData('\uDC00', '\uD800')]
    public void Half_a_surrogate_pair_is_no_text(char first, char second) =>
        Assert.NotNull(TargetPath.Check($"repo:a{first}{second}", out _));

    [Fact]
    public void Two_spellings_of_one_character_are_one_target()
    {
        Assert.Null(TargetPath.Check("repo:cafe\u0301", out var spelled));
        Assert.Equal("repo:caf\u00E9", spelled);
    }

    [Theory]
    [InlineData("crm:customer/42", "crm:customer/42", true)]
    [InlineData("crm:customer/42/name", "crm:customer/42", true)]
    [InlineData("crm:customer/42#name", "crm:customer/42", true)]
    [InlineData("crm:customer/42", "crm:", true)]
    [InlineData("crm:customer/42", "crm:customer/4", false)]
    [InlineData("crm:customer", "crm:customer/42", false)]
    [InlineData("CRM:customer", "crm:customer", false)]
    public void A_path_covers_what_lies_below_it_segment_by_segment(string target, string prefix, bool covers) =>
        Assert.Equal(covers, TargetPath.IsAtOrBelow(target, prefix));

    [Fact]
    public void In_the_order_from_the_top_all_that_lies_below_a_target_follows_it_at_once()
    {
        string[] ordered =
        [
            "repo:web",
            "repo:web/src",
            "repo:web/src/a",
            "repo:web#title",
            "repo:web-docs",
            "repo:webs",
        ];
        Assert.Equal(ordered, ordered.Reverse().Order(TargetPath.TopDown));
        Assert.NotEqual(ordered, ordered.Order(StringComparer.Ordinal));
    }
}
