using System.Text.RegularExpressions;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A person who belongs to two workspaces goes from one to the other, works there, and signs out of both at once.</summary>
public sealed class Two_workspaces(Street street) : Story(street)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_switches_by_the_menu_works_there_reloads_and_signs_out_of_both(bool isPhone)
    {
        var annex = Street.Fresh("annex");
        var name = Street.Fresh("Nora Lind");
        var nora = await PersonAsync(name, Roles.Manager, isPhone ? Window.Phone : Window.Desktop);
        await RunAsync("workspaces", "add", annex);
        await RunAsync("people", "join", name, "--workspace", annex, "--role", "admin");
        var queue = Street.Fresh("letters");

        // The server notices within a second what the command line wrote; a page looks when it is opened.
        var leads = nora.Page.Locator($"[data-leads-to='{annex}']");
        await EventuallyAsync(async () =>
        {
            await nora.Page.GotoAsync(isPhone ? "/more" : "/");
            await nora.IsLiveAsync();
            return await (isPhone ? leads : nora.Page.Locator(".workspace-menu")).IsVisibleAsync();
        });
        if (!isPhone)
        {
            var menu = nora.Page.Locator(".workspace-menu").GetByRole(AriaRole.Button);
            await menu.ClickAsync();
            await Expect(nora.Page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
            await nora.Page.Keyboard.PressAsync("Escape");
            await Expect(menu).ToBeFocusedAsync();
            await nora.Page.Keyboard.PressAsync("Enter");
        }
        await leads.ClickAsync();
        await Expect(nora.Page).ToHaveURLAsync(new Regex($"/w/{annex}/$"));
        await nora.IsLiveAsync();
        await Expect(nora.Page.Locator(".workspace-menu")).ToHaveAttributeAsync("data-workspace", annex);

        // The first queue, by the form of a workspace in which nothing is yet.
        await nora.Page.Locator("#first-queue").FillAsync(queue);
        await nora.Page.Locator("#first-queue").PressAsync("Enter");
        await Expect(nora.Page.Locator(".first-run")).ToContainTextAsync(queue);
        await nora.Page.ReloadAsync();
        await nora.IsLiveAsync();
        await nora.Page.GotoAsync($"/w/{annex}/queues");
        await Expect(nora.Page.Locator("#main")).ToContainTextAsync(queue);
        // Every link of the page stays in the workspace.
        foreach (var link in await nora.Page.Locator("#main a[href], .nav a.nav-link, .tabbar a").AllAsync())
            Assert.Contains($"/w/{annex}/", await link.EvaluateAsync<string>("a => a.href"), StringComparison.Ordinal);
        await nora.Page.GotoAsync("/queues");
        await nora.IsLiveAsync();
        await Expect(nora.Page.Locator("#main")).Not.ToContainTextAsync(queue);

        await nora.Page.GotoAsync($"/w/{annex}/signout");
        await nora.Page.Locator("[data-do=sign_out]").ClickAsync();
        await Expect(nora.Page).ToHaveURLAsync(new Regex("/login"));
        await nora.Page.GotoAsync("/queues");
        await Expect(nora.Page).ToHaveURLAsync(new Regex("/login"));
        await nora.Page.GotoAsync($"/w/{annex}/queues");
        await Expect(nora.Page).ToHaveURLAsync(new Regex("/login"));
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
            patience.Token.ThrowIfCancellationRequested();
    }

    private async Task RunAsync(params string[] args)
    {
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(
            [.. args, "--data", Premises.Server.Folder],
            _ => throw new InvalidOperationException("It serves nothing."),
            TextWriter.Null,
            error
        );
        Assert.True(code == 0, error.ToString());
    }
}
