using System.Globalization;
using System.Text;
using ControlSurface.Content;
using CsCheck;

namespace Ui.Tests.Content;

public class What_a_text_hides
{
    public static TheoryData<int> Hidden =>
        [
            .. new[]
            {
                0x00,
                0x08,
                0x0B,
                0x1B,
                0x7F,
                0x85,
                0xAD,
                0x34F,
                0x61C,
                0x115F,
                0x1160,
                0x17B4,
                0x180E,
                0x200B,
                0x200C,
                0x200D,
                0x200E,
                0x200F,
                0x202A,
                0x202B,
                0x202C,
                0x202D,
                0x202E,
                0x2060,
                0x2061,
                0x2064,
                0x2066,
                0x2067,
                0x2068,
                0x2069,
                0x206A,
                0x2800,
                0x3164,
                0xE000,
                0xFE00,
                0xFE0F,
                0xFEFF,
                0xFFA0,
                0xFFF9,
                0xFFFD,
                0xFFFF,
                0x1D173,
                0xE0001,
                0xE0041,
                0xE007F,
                0xE0100,
                0x10FFFF,
            },
        ];

    [Theory, MemberData(nameof(Hidden))]
    public void A_character_that_shows_nothing_is_found_where_it_is_and_must_be_seen(int point)
    {
        var finding = Assert.Single(HiddenText.Of($"first\npay{new Rune(point)}ment\n").Findings);

        Assert.Equal((2, 4, point), (finding.Line, finding.Column, finding.CodePoint));
        Assert.Equal("U+" + point.ToString("X4", CultureInfo.InvariantCulture), finding.Tag);
        Assert.True(finding.MustBeSeen);
        Assert.NotEmpty(finding.Words);
    }

    [Fact]
    public void A_return_inside_a_line_and_half_of_a_pair_are_found()
    {
        Assert.Equal("U+000D", Assert.Single(HiddenText.Of("a\rb\n").Findings).Code);
        Assert.Equal("half of a surrogate pair", Assert.Single(HiddenText.Of("a\uD800b").Findings).Words);
        Assert.Empty(HiddenText.Of("a\r\nb\r\n").Findings);
    }

    [Theory]
    [InlineData("Dear Mr Haverkamp,\n\tthank you.\n")]
    [InlineData("Grüße aus Łódź, où l’été “naît” – 10 €\n")]
    [InlineData("Привет, мир. Он сор.\n")]
    [InlineData("Καλημέρα κόσμε\n")]
    [InlineData("שלום עולם, مرحبا بالعالم\n")]
    [InlineData("日本語とAI技術、한국어API를\n")]
    [InlineData("family 👩‍👩‍👧 ❤️ 1️⃣\n")]
    [InlineData("Δx is 5 μm, 3 kΩ, 20 °C, 5 µs\n")]
    [InlineData("See [the rules](https://example.org/rules) and [README.md](https://example.org/a/README.md).\n")]
    [InlineData("[www.example.org](https://example.org/) <https://example.org>\n")]
    [InlineData("https://user@example.org/path?x=1\n")]
    public void Honest_text_of_many_languages_hides_nothing(string text) => Assert.Empty(HiddenText.Of(text).Findings);

    // Persian, Hindi, Sinhala, Malayalam, Bengali, Khmer, Mongolian, Hebrew, flags: what their writing needs is no finding.
    [Theory]
    [InlineData("می\u200Cخواهم به خانه\u200Cهای ه\u200D. بروم")]
    [InlineData("कार\u200Cक्\u200Dष क्\u200Cष")]
    [InlineData("ශ්\u200Dරී ලංකා")]
    [InlineData("അവന്\u200D")]
    [InlineData("র\u200D্যাব")]
    [InlineData("ភាសា\u200Bខ្មែរ")]
    [InlineData("ᠭᠣᠪᠢ\u180Eᠠ ᠮᠠᠨ\u180Bᠠ")]
    [InlineData("שלום!\u200F עולם\u200F")]
    [InlineData(
        "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F 👨\u200D👩\u200D👧\u200D👦 🏳\uFE0F\u200D🌈 👩🏽\u200D🚒 5\uFE0F\u20E3 🇩🇪 ☎\uFE0F 😀\uFE0F"
    )]
    public void Found_3_4_what_a_script_needs_is_no_finding(string text) =>
        Assert.DoesNotContain(HiddenText.Of(text).Findings, found => found.MustBeSeen || found.Tag is not null);

    [Theory]
    [InlineData("cus\u200Ctomer")]
    [InlineData("4\u200D2")]
    [InlineData("1\uFE0F2")]
    [InlineData("pay\u200Fpal")]
    [InlineData("می\u202Eخواهم")]
    [InlineData("שלום\u2067")]
    [InlineData("x\U000E0067\U000E007F")]
    [InlineData("🏴\U000E0075\U000E0073\U000E0074\U000E0078\U000E007F")]
    [InlineData("a\u180B")]
    public void Found_3_4_a_trick_is_found_in_whatever_script(string text) =>
        Assert.Contains(HiddenText.Of(text).Findings, found => found.MustBeSeen);

    [Theory]
    [InlineData("کار\u200Cها", "U+200C")]
    [InlineData("ភាសា\u200Bខ្មែរ", "U+200B")]
    [InlineData("😀\uFE0F", "U+FE0F")]
    [InlineData("crm:customer/4\u200D2", "U+200D")]
    [InlineData("crm:customer/42\u00AD", "U+00AD")]
    public void Found_3_5_in_a_name_whatever_shows_nothing_is_found(string name, string tag) =>
        Assert.Equal(tag, Assert.Single(HiddenText.OfName(name).Findings).Tag);

    [Theory]
    [InlineData("crm:customer/４2", "“４” (U+FF14) looks like “4”")]
    [InlineData("crm:customer∕42", "“∕” (U+2215) looks like “/”")]
    [InlineData("crm：customer/42", "“：” (U+FF1A) looks like “:”")]
    [InlineData("crm:customer/4‐2", "“‐” (U+2010) looks like “-”")]
    public void Found_3_5_in_a_name_a_sign_that_looks_like_another_is_found(string name, string words) =>
        Assert.Equal(words, Assert.Single(HiddenText.OfName(name).Findings).Words);

    [Theory]
    [InlineData("a\u00A0b", "NBSP")]
    [InlineData("a\u3000b", "U+3000")]
    [InlineData("a\u2028b", "U+2028")]
    public void An_unusual_space_is_shown_and_needs_nobody(string text, string tag)
    {
        var finding = Assert.Single(HiddenText.Of(text).Findings);

        Assert.Equal((FindingKind.Space, tag, false), (finding.Kind, finding.Tag, finding.MustBeSeen));
    }

    [Theory]
    [InlineData("send it to pаypal", "“pаypal” mixes Latin and Cyrillic letters")]
    [InlineData("the αdmin", "“αdmin” mixes Latin and Greek letters")]
    [InlineData("ask іt", "“іt” mixes Latin and Cyrillic letters")]
    [InlineData(
        "the \uFF41\uFF44\uFF4D\uFF49\uFF4E",
        "“ａｄｍｉｎ” is written in styled letters that look like Latin ones"
    )]
    [InlineData("call \u0440\u0430\u0443", "“рау” is written in Cyrillic letters that look like Latin ones")]
    public void A_word_in_letters_of_another_script_is_named(string text, string words)
    {
        var finding = Assert.Single(HiddenText.Of(text).Findings);

        Assert.Equal((FindingKind.LookAlike, words, true), (finding.Kind, finding.Words, finding.MustBeSeen));
    }

    [Fact]
    public void A_short_word_among_others_of_its_language_is_a_word() =>
        Assert.Empty(HiddenText.Of("оно\nЭто рау и сор.\n").Findings);

    [Theory]
    [InlineData("[bank.example](https://evil.example/login)", "the link says bank.example and leads to evil.example")]
    [InlineData(
        "[see https://bank.example/x](https://evil.example)",
        "the link says bank.example and leads to evil.example"
    )]
    [InlineData(
        "[bank.example][1]\n\n[1]: https://evil.example",
        "the link says bank.example and leads to evil.example"
    )]
    [InlineData(
        "<a class=x href=\"https://evil.example\">bank.example</a>",
        "the link says bank.example and leads to evil.example"
    )]
    [InlineData("[bank\u002Eexample\nmore](//evil.example)", "the link says bank.example and leads to evil.example")]
    [InlineData("https://bank.example@evil.example/", "the address begins with bank.example and leads to evil.example")]
    public void A_link_that_says_another_host_than_it_leads_to_is_found(string text, string words)
    {
        var finding = Assert.Single(HiddenText.Of(text).Findings, found => found.Kind == FindingKind.LinkHost);

        Assert.Equal((words, true), (finding.Words, finding.MustBeSeen));
    }

    [Theory]
    [InlineData("https://аррӏе.com/", "Cyrillic")]
    [InlineData("https://xn--80ak6aa92e.com/", "xn--")]
    public void A_host_that_looks_like_another_is_found(string text, string part) =>
        Assert.Contains(
            HiddenText.Of(text).Findings,
            found => found.Kind == FindingKind.LookAlike && found.Words.Contains(part, StringComparison.Ordinal)
        );

    [Fact]
    public void Blanks_that_push_words_out_of_sight_must_be_seen_and_those_at_the_end_need_nobody()
    {
        Assert.Contains(
            HiddenText.Of("safe" + new string(' ', 60) + "rm -rf").Findings,
            f => f is { Kind: FindingKind.Gap, Tag: "60 blanks", MustBeSeen: true }
        );
        Assert.Equal(FindingKind.Trailing, Assert.Single(HiddenText.Of("done  \n").Findings).Kind);
        Assert.Equal(FindingKind.LongLine, Assert.Single(HiddenText.Of(new string('x', 1_000)).Findings).Kind);
    }

    [Fact]
    public void Only_what_was_not_there_before_counts_as_added()
    {
        var (before, after) = ("a\u200Bb\nplain\n", "new\na\u200Bb\npla\u200Bin\n");

        var added = Assert.Single(HiddenText.Added(before, HiddenText.Of(before), after, HiddenText.Of(after)));

        Assert.Equal(3, added.Line);
    }

    [Fact]
    public void One_that_moved_to_another_line_is_new_there()
    {
        var (before, after) = ("x\u202E\nreturn true;\n", "x\nreturn \u202Etrue;\n");

        Assert.Single(HiddenText.Added(before, HiddenText.Of(before), after, HiddenText.Of(after)));
    }

    [Fact]
    public void A_version_adds_nothing_to_itself() =>
        The_difference_of_two_texts.Texts.Sample(text =>
            HiddenText.Added(text, HiddenText.Of(text), text, HiddenText.Of(text)).Count == 0
        );

    [Fact]
    public void The_pieces_that_are_drawn_are_the_line()
    {
        var lines = Gen.Char["ab \u202E\u200B\u00A0а"].Array[0, 30].Select(chars => new string(chars));
        Gen.Select(lines, lines)
            .Sample(
                (old, @new) =>
                {
                    var found = HiddenText.Of(@new);
                    var marks = WordMarks.Of(old, @new).New;
                    var pieces = TextPiece.Of(@new, 0, @new.Length, marks, found.OnLine(1));
                    return string.Concat(pieces.Select(piece => piece.Text)) == @new
                        && pieces.Count(piece => piece.Found?.Tag is not null)
                            == found.Findings.Count(finding => finding.Tag is not null);
                }
            );
    }

    [Fact]
    public void A_megabyte_of_nothing_but_hidden_characters_is_looked_through()
    {
        var text = new string('\u200B', 350_000);

        Assert.Equal(350_001, HiddenText.Of(text).Findings.Count);
    }
}
