using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;

namespace Browser.Tests;

/// <summary>A version that is a picture is looked at as one, beside the one before it, by those who may see it.</summary>
public sealed class Pictures_under_review(Street street) : Story(street)
{
    // Three by two pixels in red, and four by two in blue.
    private const string Red =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGM4IScHQQxwFgBBAAYZPEVBlgAAAABJRU5ErkJggg==";
    private const string Blue =
        "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAAEElEQVR4nGOQkzsBRwzIHABkaggh4UPC6AAAAABJRU5ErkJggg==";

    [Fact]
    public async Task Two_versions_stand_side_by_side_and_nobody_else_is_served_them()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Replace the banner of the help page"));
        await agent.StartAsync(lease);
        var artifact = await agent.PictureAsync(lease, Convert.FromBase64String(Red), Convert.FromBase64String(Blue));
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);

        await rita.OpensAsync($"/artifacts/{artifact}?v=1");
        await Expect(rita.Page.Locator(".pic figcaption")).ToContainTextAsync("3 × 2 px");
        await rita.OpensAsync($"/artifacts/{artifact}?v=2&from=1");

        var pictures = rita.Page.Locator(".two img");
        await Expect(pictures).ToHaveCountAsync(2);
        await Expect(pictures.Nth(0)).ToHaveJSPropertyAsync("naturalWidth", 3);
        await Expect(pictures.Nth(1)).ToHaveJSPropertyAsync("naturalWidth", 4);
        await Expect(rita.Page.Locator(".pics")).ToContainTextAsync("The sizes differ");
        await rita.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Swipe" }).ClickAsync();
        await Expect(rita.Page.Locator(".swipe img.over")).ToHaveJSPropertyAsync("naturalWidth", 4);

        var address = new Uri(new Uri(rita.Page.Url), $"/artifacts/{artifact}/pictures/1").ToString();
        var mine = await rita.Page.APIRequest.GetAsync(address);
        Assert.Equal(200, mine.Status);
        Assert.Equal("image/png", mine.Headers["content-type"]);
        Assert.Equal("nosniff", mine.Headers["x-content-type-options"]);
        Assert.Matches(new Regex("^sandbox"), mine.Headers["content-security-policy"]);
        Assert.Equal(404, (await rita.Page.APIRequest.GetAsync(address + "7")).Status);
        var stranger = await AnybodyAsync();
        var answer = await stranger.Page.APIRequest.GetAsync(address);
        Assert.DoesNotContain("image", answer.Headers["content-type"], StringComparison.Ordinal);
    }
}
