using ControlSurface.Core.Items;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Texts;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.Story;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What may stand in names, titles, labels, ids and targets (API.md, Settled since: Text).</summary>
public class NameTextTests
{
    public static TheoryData<string> Taken =>
        [
            "می\u200Cخواهم کتاب\u200Cها را بخوانم",
            "क्\u200Dष और क्\u200Cष",
            "ශ්\u200Dරී ලංකාව",
            "അവന്\u200D",
            "বাংলা র\u200D্যাব",
            "ภาษาไทย",
            "ភាសា\u200Bខ្មែរ",
            "日本語　の題名",
            "한국어",
            "שלום\u200F, עולם",
            "ᠭᠣᠪᠢ\u180Eᠠ ᠮᠠᠨ\u180Bᠠ",
            "👨\u200D👩\u200D👧\u200D👦",
            "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
            "🇩🇪 5\uFE0F\u20E3 ❤\uFE0F 🏳\uFE0F\u200D🌈 👩🏽\u200D🚒 ☎\uFE0E",
            "soft\u00ADhyphen",
            "e\u0301\u0323",
            "𠮷野家",
            "𞤀𞤣𞤤𞤢𞤥",
            "Zalgo t\u0336e\u0336x\u0336t",
            "٣ ستون",
        ];

    public static TheoryData<string, string> Refused =>
        new()
        {
            { "a\u0000b", "U+0000" },
            { "a\tb", "U+0009" },
            { "a\nb", "U+000A" },
            { "a\u0085b", "U+0085" },
            { "a\u2028b", "U+2028" },
            { "a\u2029b", "U+2029" },
            { "a\u202Ab", "U+202A" },
            { "a\u202Eb", "U+202E" },
            { "a\u2066b", "U+2066" },
            { "a\u2069b", "U+2069" },
            { "a\u206Ab", "U+206A" },
            { "a\uFEFFb", "U+FEFF" },
            { "a\uFFF9b", "U+FFF9" },
            { "a\u2062b", "U+2062" },
            { "a\U000E0041b", "U+E0041" },
            { "a\U000E0001b", "U+E0001" },
            { "🏴\U000E0067", "U+E0067" },
            { "🏴\U000E0041\U000E0062\U000E0063\U000E007F", "U+E0041" },
            { "😀\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "U+E0067" },
            { "a\uFE0Fb", "U+FE0F" },
            { "4\uFE0F2", "U+FE0F" },
            { "❤\uFE0F\uFE0F", "U+FE0F" },
            { "a\uFE00b", "U+FE00" },
            { "葛\U000E0100", "U+E0100" },
            { "a\u180Bb", "U+180B" },
            { "a\uE000b", "U+E000" },
            { "a\U000F0000b", "U+F0000" },
            { "a\U0010FFFDb", "U+10FFFD" },
            { "a\u0378b", "U+0378" },
            { "a\uFFFFb", "U+FFFF" },
            { "a\uFDD0b", "U+FDD0" },
            { "a\u034Fb", "U+034F" },
            { "a\u115Fb", "U+115F" },
            { "a\u1160b", "U+1160" },
            { "a\u3164b", "U+3164" },
            { "a\uFFA0b", "U+FFA0" },
            { "a\u2800b", "U+2800" },
            { "a\u17B4b", "U+17B4" },
            { "a\uFFFCb", "U+FFFC" },
        };

    // Not as [InlineData]: a half does not survive the way to the test's name.
    [Fact]
    public void Found_3_3_half_a_pair_is_refused_where_it_stands()
    {
        Assert.Contains("U+D800", NameText.Fault("ab\uD800"), StringComparison.Ordinal);
        Assert.Contains("its character 3", NameText.Fault("ab\uDC00\uD800"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Taken))]
    public void Found_3_3_every_script_and_emoji_is_taken(string text)
    {
        Assert.Null(NameText.Fault(text));
        Assert.Null(TargetPath.Check($"crm:{text}/x#{text}", out _));
    }

    [Theory, MemberData(nameof(Refused))]
    public void Found_3_3_what_hides_is_refused_with_its_code_and_its_place(string text, string code)
    {
        Assert.Contains(code, NameText.Fault("👍" + text), StringComparison.Ordinal);
        Assert.Contains(code, TargetPath.Check("crm:" + text, out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Found_3_3_the_place_is_counted_in_characters() =>
        Assert.Equal(
            "must not contain U+202E (right-to-left override: what follows is shown backwards), its character 3: leave it out",
            NameText.Fault("👍a\u202Eb")
        );

    [Theory]
    [InlineData("\u200B")]
    [InlineData("\u200D\u200C")]
    [InlineData("\u00A0 \u3000")]
    [InlineData("\u00AD")]
    [InlineData("\u200F")]
    [InlineData(" \u2060")]
    public void Found_3_3_nothing_is_blank_to_the_eye(string text)
    {
        Assert.Equal("must not be empty or blank to the eye", NameText.Fault(text));
        Assert.NotNull(TargetPath.Check($"{text}:a", out _));
        Assert.NotNull(TargetPath.Check($"crm:a/{text}/b", out _));
        Assert.NotNull(TargetPath.Check($"crm:a#{text}", out _));
    }

    [Fact]
    public void Found_3_3_a_character_of_two_units_counts_once()
    {
        var longest = string.Concat(Enumerable.Repeat("👍", 200));
        Given().When(Sam, Does(new ItemCommand.Create("crm", longest))).ThenAccepted();
        Given().When(Sam, Does(new ItemCommand.Create("crm", longest + "a"))).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void Found_3_3_titles_labels_and_targets_are_held_to_one_rule()
    {
        var create = new ItemCommand.Create("crm", "a\u3164")
        {
            ExternalId = "x\u034F",
            Labels = new(IsSet: true, ["\uE000"]),
            Targets = new(IsSet: true, ["crm:a\u2066"]),
        };
        var errors = Given().When(Sam, Does(create)).ThenRefused<Refusal.InvalidRequest>().Errors;
        Assert.Equal(["externalId", "labels", "targets", "title"], errors.Keys);
        Assert.All(errors.Values, error => Assert.Contains("U+", Assert.Single(error), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("crm:customer/42", "сrm:customer/42")]
    [InlineData("crm:customer/42", "crm:customer/4\u200D2")]
    [InlineData("crm:customer/42", "crm:customer/４2")]
    [InlineData("crm:customer/42", "crm:customer∕42")]
    [InlineData("crm:customer/42", "crm:cust\u00ADomer/42")]
    [InlineData("crm:customer/l0", "crm:customer/1O")]
    [InlineData("crm:α", "crm:a")]
    public void Found_3_3_what_looks_alike_has_one_skeleton(string one, string other) =>
        Assert.Equal(LookAlikes.Skeleton(one), LookAlikes.Skeleton(other));

    [Theory]
    [InlineData("crm:customer/42", "crm:customer/43")]
    [InlineData("crm:日本", "crm:日木")]
    public void Found_3_3_what_looks_different_has_not(string one, string other) =>
        Assert.NotEqual(LookAlikes.Skeleton(one), LookAlikes.Skeleton(other));
}
