using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The page of a first run, on a server in which nothing was ever claimed.</summary>
public sealed class Connecting_the_first_agent(Street street) : Story(street)
{
    private Premises _own = null!; // Opened before each story.

    internal override Premises Premises => _own;

    public override async Task InitializeAsync() => _own = await Premises.OpenAsync();

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Found_6_13_a_button_makes_the_key_in_the_running_server_and_shows_it_once_with_copy()
    {
        var ada = await PersonAsync("Ada Lovelace", Roles.Admin);
        await ada.OpensAsync("/");
        await Expect(ada.Page.Locator(".first-run"))
            .ToContainTextAsync(new Regex("--role agent --data " + Regex.Escape(_own.Server.Folder)));

        await ada.Do("make_key").ClickAsync();

        var shown = ada.Page.Locator("[data-key]");
        await Expect(shown).ToHaveTextAsync(new Regex("^cs_agent_[0-9A-Za-z]{36}$"));
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await Expect(ada.Page.Locator("[data-copy]")).ToHaveTextAsync(new Regex("Copied"));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_own.Server.Address, "/api/v1/me"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await shown.InnerTextAsync());
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await ada.OpensAsync("/");
        await Expect(ada.Page.Locator(".first-run")).ToBeVisibleAsync();
        await Expect(shown).ToHaveCountAsync(0);
    }
}
