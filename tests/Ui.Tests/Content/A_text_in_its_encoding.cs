using System.Text;
using ControlSurface.Content;

namespace Ui.Tests.Content;

/// <summary>A text is read as its mark or its type says; its bytes stay what they are.</summary>
public class A_text_in_its_encoding
{
    private const string Text = "Grüße, 日本 👍\r\nline 2\n";

    public static TheoryData<string, byte[]> Encoded =>
        new()
        {
            { "text/plain", Encoding.UTF8.GetBytes(Text) },
            { "text/plain", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)] },
            { "text/plain", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)] },
            { "text/plain", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(Text)] },
            { "text/plain; charset=utf-16le", Encoding.Unicode.GetBytes(Text) },
            { "text/plain; charset=\"UTF-16BE\"", Encoding.BigEndianUnicode.GetBytes(Text) },
            { "text/plain;charset=utf-16", Encoding.Unicode.GetBytes(Text) },
            { "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(Text) },
            { "text/plain; charset=nobody-knows", Encoding.UTF8.GetBytes(Text) },
        };

    [Theory, MemberData(nameof(Encoded))]
    public void Found_3_7_it_is_decoded_and_written_back_to_the_byte(string contentType, byte[] bytes)
    {
        Assert.Equal(Text, ContentText.Read(contentType, bytes));
        Assert.Equal(Text, ContentShape.Of(contentType, bytes).Text);
        Assert.Equal(bytes, ContentText.Write(Text, contentType, bytes));
    }

    [Fact]
    public void Found_3_7_old_code_pages_are_read_as_their_type_says()
    {
        Assert.Equal(
            "Grüße €",
            ContentText.Read("text/plain; charset=windows-1252", [0x47, 0x72, 0xFC, 0xDF, 0x65, 0x20, 0x80])
        );
        Assert.Equal("Grüße", ContentText.Read("text/plain; charset=iso-8859-1", [0x47, 0x72, 0xFC, 0xDF, 0x65]));
        Assert.Equal("日本", ContentText.Read("text/plain; charset=shift_jis", [0x93, 0xFA, 0x96, 0x7B]));
    }

    [Theory]
    [InlineData("text/plain", new byte[] { 0xFF, 0xFE, 0x00, 0xD8 })]
    [InlineData("text/plain", new byte[] { 0xC3, 0x28 })]
    [InlineData("text/plain", new byte[] { 0x61, 0x00 })]
    public void Found_3_7_what_is_no_text_stays_none(string contentType, byte[] bytes) =>
        Assert.Null(ContentShape.Of(contentType, bytes).Text);

    [Fact]
    public void Found_3_7_what_the_old_encoding_has_not_is_written_with_the_mark_of_UTF_8()
    {
        var written = ContentText.Write("日本", "text/plain; charset=iso-8859-1", [0x61]);
        Assert.Equal("\uFEFF日本", ContentText.Read("text/plain; charset=iso-8859-1", written));
    }
}
