using System.Diagnostics;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// What a new user does on the first day, by what the server and the command line print and by the pages' own forms: in by the first
/// link, a key for a person, out, in with the key, a decision whose comment is typed through a network gap, and out.
/// </summary>
public sealed class A_first_day(Street street) : StoryOnALine(street)
{
    private const float NoticedWithinMs = 60_000;
    private const float BackWithinMs = 60_000;
    private const string Comment =
        "The amount is right, and the tone is. Please go on with it, and tell me what they answer.";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_the_first_link_to_a_decision_through_a_gap_and_out(bool isPhone)
    {
        var window = isPhone ? Window.Phone : Window.Desktop;
        var first = await AnybodyAsync(window);
        await first.UsesAsync(await Premises.Server.FirstLinkAsync());
        await first.Page.GetByLabel("Name of the queue").FillAsync("replies");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Make the queue" }).ClickAsync();
        await Expect(first.Page.Locator(".first-run .done").First).ToContainTextAsync("replies");
        await first.Do("make_key").ClickAsync();
        using var agent = new Agent(Premises.Server.Address, await first.Page.Locator("[data-key]").InnerTextAsync());
        var key = await KeyFromTheCommandLineAsync("mona", "reviewer");
        await Signing_in_and_out.SignOutAsync(first, isPhone);

        var mona = await AnybodyAsync(window, Line);
        mona.IsOffline = true;
        await mona.Page.GotoAsync("/review");
        await Signing_in_and_out.TypeKeyAsync(mona, key);
        await mona.IsLiveAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync("replies", "Reply to ticket 88190"));
        await agent.StartAsync(lease);
        var artifact = await agent.AskAsync(
            lease,
            "Reply to ticket 88190",
            "Dear Mr Haverkamp,\nwe credit one day.\n",
            "send:88190"
        );
        await mona.Page.Locator($"#main .row[data-artifact='{artifact}'] a").First.ClickAsync();
        await mona.Page.WaitForURLAsync($"**/artifacts/{artifact}*");
        await mona.IsLiveAsync();
        if (isPhone)
            await mona.Do("decide").ClickAsync();

        var comment = mona.Page.Locator(isPhone ? "dialog[open] [data-comment]" : "[data-comment]");
        await Expect(comment).ToBeVisibleAsync();
        await comment.PressSequentiallyAsync(Comment[..30]);
        Line.Cut();
        await comment.PressSequentiallyAsync(Comment[30..50]);
        await Expect(mona.Page.Locator("body"))
            .Not.ToHaveAttributeAsync("data-connection", "live", new() { Timeout = NoticedWithinMs });
        await comment.PressSequentiallyAsync(Comment[50..]);
        Line.Mend();
        await mona.IsLiveAsync(BackWithinMs);
        await Expect(comment).ToHaveValueAsync(Comment);
        await mona.Page.Locator("[data-do=approve]:visible").ClickAsync();
        await Expect(mona.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v1");
        var approvals = await agent.GetAsync($"artifacts/{artifact}/approvals");
        Assert.Equal("valid", approvals.GetProperty("state").GetString());
        Assert.Equal(Comment, approvals.GetProperty("approvals")[0].GetProperty("comment").GetString());

        await Signing_in_and_out.SignOutAsync(mona, isPhone);
        await mona.Page.GotoAsync("/review");
        await Expect(mona.Page.GetByLabel("Key of a person")).ToBeVisibleAsync();
    }

    // As the README has it, in a process of its own beside the server.
    private async Task<string> KeyFromTheCommandLineAsync(string name, string role)
    {
        string[] words =
        [
            Path.Combine(AppContext.BaseDirectory, "ControlSurface.dll"),
            "keys",
            "add",
            "--name",
            name,
            "--kind",
            "person",
            "--role",
            role,
            "--data",
            Premises.Server.Folder,
        ];
        var start = new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true, UseShellExecute = false };
        using var command = Process.Start(start)!;
        var said = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        Assert.Equal(0, command.ExitCode);
        return said.Split('\n').Single(line => line.StartsWith("cs_person_", StringComparison.Ordinal)).Trim();
    }
}
