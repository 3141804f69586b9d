using ControlSurface.Wording;

namespace Server.Tests.Wording;

/// <summary>Numbers as callers write them (API.md, Settled since, Numbers).</summary>
public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("1.0", 1)]
    [InlineData("1e0", 1)]
    [InlineData("1.50e1", 15)]
    [InlineData("100e-2", 1)]
    [InlineData("-12.000", -12)]
    [InlineData("0e2147483647", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void A_whole_number_may_be_written_in_any_way(string text, long value)
    {
        Assert.True(Numbers.TryReadWhole(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1.00000000000000000000000000000000001")]
    [InlineData("1e-1")]
    [InlineData("9223372036854775808")]
    [InlineData("1e19")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("0x10")]
    [InlineData("1e99999999999")]
    public void What_is_no_whole_number_is_not_read_as_one(string text) =>
        Assert.False(Numbers.TryReadWhole(text, out _));

    // The powers were added as numbers of 32 bits: their sum was negative, passed the bound, and two billion zeros were asked for.
    [Theory]
    [InlineData("1e2147483647")]
    [InlineData("10e2147483647")]
    [InlineData("1.5e-2147483648")]
    [InlineData("1.0e-2147483648")]
    public void A_power_at_the_end_of_its_range_is_no_whole_number(string text) =>
        Assert.False(Numbers.TryReadWhole(text, out _));

    [Theory]
    [InlineData("0.25", 0.25)]
    [InlineData("-1e2", -100)]
    public void A_decimal_may_have_a_power(string text, double value) =>
        Assert.Equal((decimal)value, Numbers.ReadDecimal(text));

    [Theory]
    [InlineData("")]
    [InlineData("1,5")]
    [InlineData("1e99")]
    [InlineData("NaN")]
    public void What_is_no_decimal_is_null(string text) => Assert.Null(Numbers.ReadDecimal(text));
}
