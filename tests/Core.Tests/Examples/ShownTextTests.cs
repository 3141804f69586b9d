using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Core.Tests.Examples;

public class ShownTextTests
{
    [Theory]
    [InlineData("queue", 5, "queue", "queue")]
    [InlineData("queues", 5, "queue", "queue…")]
    [InlineData("abcd\U0001F600", 5, "abcd", "abcd…")]
    [InlineData("abc\U0001F600d", 5, "abc\U0001F600", "abc\U0001F600…")]
    public void A_text_is_cut_to_a_length_and_never_within_a_character(
        string text,
        int most,
        string cut,
        string shown
    ) => Assert.Equal((cut, shown), (ShownText.Cut(text, most), ShownText.Short(text, most)));

    [Fact]
    public void A_name_that_is_empty_is_called_by_what_it_should_have_been_a_part_of() =>
        Assert.Equal("query", ShownText.Name("", "query"));
}
