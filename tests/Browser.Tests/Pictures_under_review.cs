using System.Text.RegularExpressions;

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
        await Expect(rita.Page.Locator(".picture figcaption")).ToContainTextAsync("3 × 2 px");
        await rita.OpensAsync($"/artifacts/{artifact}?v=2&from=1");

        var pictures = rita.Page.Locator(".picture-pair img");
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

    // One page that says "Invoice 7001" in 24 points; a viewer mends the missing table of offsets.
    private const string Pdf = """
        %PDF-1.4
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
        4 0 obj<</Length 44>>stream
        BT /F1 24 Tf 40 100 Td (Invoice 7001) Tj ET
        endstream endobj
        5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
        trailer<</Root 1 0 R>>
        %%EOF
        """;

    [Fact]
    public async Task A_pdf_is_shown_in_a_frame_of_its_own_and_approving_it_says_that_it_was_seen()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Correct the invoice"));
        await agent.StartAsync(lease);
        var pdf = System.Text.Encoding.ASCII.GetBytes(Pdf);
        var artifact = await agent.FileAsync(lease, "invoice.pdf", "application/pdf", [.. pdf, 10], pdf);
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);

        var shown = rita.Page.WaitForRequestAsync(new Regex("^chrome-extension://"));

        await rita.OpensAsync($"/artifacts/{artifact}");

        var frame = rita.Page.Locator(".pdf iframe");
        await Expect(frame).ToHaveAttributeAsync("src", $"artifacts/{artifact}/pictures/2");
        // The browser's own viewer took it: the policies of the page and of the file let it.
        await shown;
        await Expect(rita.Page.Locator("[data-do=approve]")).ToBeVisibleAsync();
        await Expect(rita.Page.Locator(".side .act")).ToContainTextAsync("I looked at this content");
        var address = new Uri(new Uri(rita.Page.Url), $"/artifacts/{artifact}/pictures/2").ToString();
        var served = await rita.Page.APIRequest.GetAsync(address);
        Assert.Equal((200, "application/pdf"), (served.Status, served.Headers["content-type"]));
        Assert.Equal("nosniff", served.Headers["x-content-type-options"]);
        Assert.Contains("frame-ancestors 'self'", served.Headers["content-security-policy"], StringComparison.Ordinal);
    }
}
