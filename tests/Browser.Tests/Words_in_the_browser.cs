using ControlSurface.Components;
using ControlSurface.Core.Principals;

namespace Browser.Tests;

/// <summary>The server writes a span and the browser goes on from there: both in the same words.</summary>
public sealed class Words_in_the_browser(Street street) : Story(street)
{
    private static readonly double[] Seconds =
    [
        -86_400,
        -1,
        -0.001,
        0,
        0.001,
        0.4,
        0.999,
        1,
        1.001,
        8.5,
        9,
        15,
        47.25,
        59,
        59.001,
        59.999,
        60,
        60.5,
        61,
        119.999,
        120,
        227,
        299.999,
        300,
        680,
        3_540,
        3_599,
        3_599.001,
        3_599.999,
        3_600,
        3_600.001,
        3_659.999,
        3_660,
        4_320,
        7_199.999,
        7_200,
        13_860,
        35_999.5,
        36_000,
        86_399,
        86_399.001,
        86_399.999,
        86_400,
        86_401,
        172_799.999,
        172_800,
        259_200,
        8_640_000,
    ];

    [Fact]
    public async Task Spans_of_every_length_read_the_same()
    {
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);

        var theirs = await viewer.Page.EvaluateAsync<string[][]>(
            "async all => { const clock = await import('/js/clock.js'); return all.map(s => [clock.left(s * 1000), clock.age(s * 1000)]); }",
            Seconds
        );

        Assert.All(
            Seconds.Zip(theirs),
            one =>
            {
                var span = TimeSpan.FromMilliseconds(one.First * 1000);
                Assert.Equal([Words.Left(span), Words.Age(span)], one.Second);
            }
        );
    }
}
