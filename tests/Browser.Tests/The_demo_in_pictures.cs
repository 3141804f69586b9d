using ControlSurface.Commands;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// The pages as the demo fills them. The pictures go to the folder that <c>SHOTS</c> names (docs/shots.sh), else to a temporary one.
/// </summary>
[Trait("Makes", "pictures")]
public sealed class The_demo_in_pictures(Street street) : Story(street)
{
    private Premises? _demo;

    internal override Premises Premises => _demo!;

    public override async Task InitializeAsync() => _demo = await Premises.OpenAsync("--demo");

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _demo!.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_shows_work_on_every_page_and_fits_every_window()
    {
        var folder = Environment.GetEnvironmentVariable("SHOTS") ?? Directory.CreateTempSubdirectory("shots-").FullName;
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        foreach (var window in new[] { Window.Desktop, Window.Phone })
        {
            // Not one of the demo's own people: it adds those itself, while it starts.
            var rita = await PersonAsync("Rita Moss", Roles.Support | Roles.Manager, window with { Scheme = scheme });
            foreach (var (name, path) in Places(await FirstOnTheDeskAsync(rita), window))
            {
                await rita.OpensAsync(path);
                await Expect(
                        rita.Page.Locator("#main :is([data-item], [data-queue], .handover, .timeline li):visible").First
                    )
                    .ToBeVisibleAsync();
                Assert.False(await ScrollsSidewaysAsync(rita.Page), $"{path} scrolls sideways");
                var file = $"{name}-{scheme.ToString().ToLowerInvariant()}{(window.IsPhone ? "-phone" : "")}.png";
                var picture = await rita.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, file) });
                Assert.NotEmpty(picture);
            }
            await ShowWorkspacesAsync(
                rita,
                window,
                Path.Combine(folder, $"workspaces-{scheme.ToString().ToLowerInvariant()}")
            );
        }
    }

    // She belongs to the demo's second workspace too: a menu leads there, and on a phone a list behind More.
    private async Task ShowWorkspacesAsync(Visitor rita, Window window, string file)
    {
        string[] join = ["people", "join", "Rita Moss", "--workspace", "research", "--role", "manager"];
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(
            [.. join, "--data", Premises.Server.Folder],
            _ => throw new InvalidOperationException("It serves nothing."),
            TextWriter.Null,
            error
        );
        Assert.True(code == 0, error.ToString());
        var leads = rita.Page.Locator("[data-leads-to=research]");
        var menu = rita.Page.Locator(".workspace-menu");
        var isThere = false;
        // The server notices within a second what the command line wrote; a page looks when it is opened.
        for (var k = 0; k < 20 && !isThere; k++)
        {
            await rita.OpensAsync(window.IsPhone ? "/more" : "/");
            isThere = await (window.IsPhone ? leads : menu).IsVisibleAsync();
        }
        if (!window.IsPhone)
            await menu.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(leads).ToBeVisibleAsync();
        Assert.False(await ScrollsSidewaysAsync(rita.Page), "the workspaces scroll sideways");
        await rita.Page.ScreenshotAsync(
            new() { Path = file + (window.IsPhone ? "-phone.png" : ".png"), Animations = ScreenshotAnimations.Disabled }
        );
    }

    private static (string Name, string Path)[] Places(string item, Window window) =>
        [
            ("now", "/"),
            ("desk", "/desk"),
            ("handover", $"/desk/{item}"),
            ("item", $"/items/{item}"),
            ("queues", "/queues"),
            ("queue", "/queues/support-replies"),
            ("history", "/history"),
        ];

    private static async Task<string> FirstOnTheDeskAsync(Visitor visitor)
    {
        await visitor.OpensAsync("/desk");
        var first = visitor.Page.Locator(".desk-entry[data-item]").First;
        await Expect(first).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return (await first.GetAttributeAsync("data-item"))!;
    }

    private static Task<bool> ScrollsSidewaysAsync(IPage page) =>
        page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");
}
