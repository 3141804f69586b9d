using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ControlSurface.Core.Principals;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>Which workspace a request is for: by the key, the address and the header (API.md, Workspaces).</summary>
public sealed class WorkspaceAddressTests
{
    [Fact]
    public async Task A_key_leads_to_its_own_workspace_wherever_the_address_names_none()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var (_, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);

        (await mia.PutAsync("/queues/first", new { })).Is(201);
        (await AskAsync(server, HttpMethod.Put, "/api/v1/queues/second", key, body: "{}")).Is(201);

        Assert.Equal(["first"], await QueuesAsync(server, "/api/v1/queues", mia.Key));
        Assert.Equal(["second"], await QueuesAsync(server, "/api/v1/queues", key));
        Assert.Equal(["second"], await QueuesAsync(server, "/w/annex/api/v1/queues", key));
        Assert.Equal(["first"], await QueuesAsync(server, "/w/main/api/v1/queues", mia.Key));
        Assert.Equal(["second"], await QueuesAsync(server, "/api/v1/queues", key, header: "annex"));
    }

    [Theory]
    [InlineData("/w/annex/api/v1/queues", null)]
    [InlineData("/w/nowhere/api/v1/queues", null)]
    [InlineData("/w/Annex/api/v1/queues", null)]
    [InlineData("/w//api/v1/queues", null)]
    [InlineData("/w/..%2f..%2fannex/api/v1/queues", null)]
    [InlineData("/api/v1/queues", "annex")]
    [InlineData("/api/v1/queues", "nowhere")]
    [InlineData("/api/v1/queues", "")]
    [InlineData("/w/annex/mcp", null)]
    [InlineData("/w/annex/hubs/live/negotiate", null)]
    public async Task A_key_of_another_workspace_is_told_that_nothing_is_there(string address, string? header)
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        _ = Annex.Key(server, "annex", "Mia", Roles.Manager);

        var answer = await AskAsync(server, HttpMethod.Get, address, mia.Key, header);

        Assert.Equal("not_found", answer.Is(404)["code"].GetString());
        var unknown = await AskAsync(server, HttpMethod.Get, address.Replace("annex", "no-such-name"), mia.Key, header);
        Assert.Equal(
            answer.Text.Replace("annex", "*"),
            unknown.Is(404).Text.Replace("no-such-name", "*").Replace("annex", "*")
        );
    }

    [Theory]
    [InlineData("/w/annex/api/v1/queues", 401)]
    [InlineData("/w/annex/mcp", 401)]
    [InlineData("/w/annex/hubs/live/negotiate", 401)]
    [InlineData("/w/annex/api/v1/hooks/erp?target=/a", 401)]
    public async Task Nobody_learns_whether_a_workspace_exists(string address, int status)
    {
        await using var server = await LiveServer.OpenAsync();
        _ = Annex.Key(server, "annex", "Mia", Roles.Manager);

        var there = await AskAsync(server, HttpMethod.Post, address, key: null, body: "{}");
        var notThere = await AskAsync(
            server,
            HttpMethod.Post,
            address.Replace("annex", "no-such-name"),
            key: null,
            body: "{}"
        );

        there.Is(status);
        Assert.Equal(there.Text, notThere.Is(status).Text);
    }

    [Fact]
    public async Task A_header_and_an_address_that_name_different_workspaces_are_refused()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);

        var answer = await AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/queues", key, header: "main");

        Assert.Equal("invalid_request", answer.Is(400)["code"].GetString());
        (await AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/queues", key: null, header: "main")).Is(401);
        (await AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/queues", key, header: "annex")).Is(200);
    }

    [Fact]
    public async Task What_a_workspace_holds_is_there_after_a_restart()
    {
        var folder = LiveServer.NewFolder();
        string key;
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            (_, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
            (await AskAsync(server, HttpMethod.Put, "/api/v1/queues/second", key, body: "{}")).Is(201);
        }
        await using (var again = await LiveServer.OpenAsync(folder: folder))
            Assert.Equal(["second"], await QueuesAsync(again, "/w/annex/api/v1/queues", key));
        Directory.Delete(folder, recursive: true);
    }

    internal static async Task<Answer> AskAsync(
        LiveServer server,
        HttpMethod method,
        string address,
        string? key,
        string? header = null,
        string? body = null
    )
    {
        // As it is written: Uri would tidy the dots away.
        var uri = new Uri(
            server.Address + address.TrimStart('/'),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(method, uri);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Workspace", header);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    private static async Task<string[]> QueuesAsync(
        LiveServer server,
        string address,
        string key,
        string? header = null
    ) =>
        [
            .. (await AskAsync(server, HttpMethod.Get, address, key, header))
                .Is(200)["items"]
                .EnumerateArray()
                .Select(queue => queue.GetProperty("name").GetString()!),
        ];
}
