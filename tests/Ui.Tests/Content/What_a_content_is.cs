using System.Text;
using ControlSurface.Content;

namespace Ui.Tests.Content;

public class What_a_content_is
{
    private static readonly byte[] Png =
    [
        0x89,
        0x50,
        0x4E,
        0x47,
        0x0D,
        0x0A,
        0x1A,
        0x0A,
        0,
        0,
        0,
        13,
        0x49,
        0x48,
        0x44,
        0x52,
        0,
        0,
        2,
        0x80,
        0,
        0,
        1,
        0xE0,
    ];

    [Fact]
    public void A_picture_is_known_by_its_bytes_and_measured()
    {
        Assert.Equal(
            new ContentShape(ContentKind.Image, null, "image/png", 640, 480),
            ContentShape.Of("image/png", Png)
        );
        byte[] gif = [.. "GIF89a"u8, 0x40, 0x01, 0xF0, 0x00];
        Assert.Equal((320, 240), (ContentShape.Of("image/gif", gif).Width, ContentShape.Of("image/gif", gif).Height));
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 100, 0, 200, 3, 0, 0, 0];
        Assert.Equal(
            (200, 100),
            (ContentShape.Of("image/jpeg", jpeg).Width, ContentShape.Of("image/jpeg", jpeg).Height)
        );
        byte[] webp = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0x1F, 3, 0, 0x57, 2, 0];
        Assert.Equal(
            (800, 600),
            (ContentShape.Of("image/webp", webp).Width, ContentShape.Of("image/webp", webp).Height)
        );
    }

    [Fact]
    public void A_picture_in_disguise_is_shown_as_what_it_is_and_says_so()
    {
        var shape = ContentShape.Of("application/pdf", Png);

        Assert.Equal((ContentKind.Image, "image/png"), (shape.Kind, shape.Type));
        Assert.Equal("It says it is application/pdf; its bytes are image/png.", shape.Why);
    }

    [Theory]
    [InlineData("image/svg+xml", "<svg onload='x()'/>")]
    [InlineData("text/html", "<script>x()</script>")]
    [InlineData("image/png", "not a picture")]
    [InlineData("text/javascript; charset=utf-8", "x()")]
    public void What_could_run_or_is_no_picture_is_shown_as_its_source(string type, string text) =>
        Assert.Equal(
            (ContentKind.Text, text),
            (
                ContentShape.Of(type, Encoding.UTF8.GetBytes(text)).Kind,
                ContentShape.Of(type, Encoding.UTF8.GetBytes(text)).Text
            )
        );

    [Theory]
    [InlineData("text/markdown; charset=utf-8", ContentKind.Markdown)]
    [InlineData("Application/JSON", ContentKind.Json)]
    [InlineData("application/problem+json", ContentKind.Json)]
    [InlineData("text/plain", ContentKind.Text)]
    [InlineData("application/octet-stream", ContentKind.Text)]
    public void Text_is_text_whatever_it_is_called(string type, ContentKind kind) =>
        Assert.Equal(kind, ContentShape.Of(type, "{}"u8).Kind);

    [Fact]
    public void What_is_neither_text_nor_a_picture_is_only_handed_out()
    {
        var pdf = ContentShape.Of("text/plain", "%PDF-1.7 hello"u8);
        Assert.Equal((ContentKind.Pdf, "application/pdf", null), (pdf.Kind, pdf.Type, pdf.Text));
        Assert.Contains("its bytes are a PDF", pdf.Why, StringComparison.Ordinal);
        Assert.Null(ContentShape.Of("application/pdf", "%PDF-1.7\0"u8).Why);
        Assert.Equal(ContentKind.Other, ContentShape.Of("application/zip", [0x50, 0x4B, 3, 4, 0, 0]).Kind);
        Assert.Equal(
            "It says it is text, and its bytes are not UTF-8.",
            ContentShape.Of("text/plain", [0xE4, 0xF6]).Why
        );
    }

    [Fact]
    public void A_mark_of_byte_order_stays_in_the_text_where_it_is_found()
    {
        var text = ContentShape.Of("text/plain", [0xEF, 0xBB, 0xBF, 0x61]).Text!;

        Assert.Equal("U+FEFF", Assert.Single(HiddenText.Of(text).Findings).Tag);
    }

    [Fact]
    public void Json_is_put_in_order_and_each_token_stays_as_it_was_written()
    {
        const string Text = """{"a":[1,2.50e1,{}],"b":"\u202e\/é","c":[],"d":{"e":null}}""";

        Assert.Equal(
            """
            {
              "a": [
                1,
                2.50e1,
                {}
              ],
              "b": "\u202e\/é",
              "c": [],
              "d": {
                "e": null
              }
            }

            """.ReplaceLineEndings("\n"),
            JsonLayout.Of(Text).Text
        );
    }

    [Fact]
    public void A_name_that_an_object_has_twice_is_said()
    {
        Assert.Equal(["amount"], JsonLayout.Of("""{"amount":1,"to":{"amount":2},"\u0061mount":900}""").Repeated);
        Assert.Equal("It says it is JSON, and is not: line 2, column 1.", JsonLayout.Of("{\n!}").Why);
    }
}
