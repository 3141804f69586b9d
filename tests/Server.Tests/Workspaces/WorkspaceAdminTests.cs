using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>Workspaces made over the API, by whoever may (API.md, <c>POST /workspaces</c>).</summary>
public sealed class WorkspaceAdminTests
{
    [Fact]
    public async Task An_admin_of_the_first_workspace_makes_one_and_belongs_to_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);

        var tried = (await ada.PostAsync("/workspaces?dryRun=true", new { name = "annex" })).Is(201);
        Assert.Equal("/w/annex/", tried["address"].GetString());
        Assert.Null(server.Host.Workspaces.Find("annex"));

        var made = (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        Assert.Equal("annex", made["name"].GetString());
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(200);
        Assert.Equal(
            ["main", "annex"],
            (await ada.GetAsync("/workspaces"))
                .Is(200)["items"]
                .EnumerateArray()
                .Select(one => one.GetProperty("name").GetString())
        );
        var me = (await ada.GetAsync("/me")).Is(200);
        Assert.Equal("main", me["workspace"].GetString());
        Assert.Equal(
            ["main /", "annex /w/annex/"],
            me["workspaces"]
                .EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("address").GetString()}")
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("Annex")]
    [InlineData("an_nex")]
    [InlineData("-annex")]
    [InlineData("9lives")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("annex ")]
    [InlineData("ánnex")]
    [InlineData("api")]
    [InlineData("w")]
    [InlineData("workspaces")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcd")]
    public async Task A_name_that_cannot_be_is_refused(string name)
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);

        (await ada.PostAsync("/workspaces", new { name })).IsRefused(400, "invalid_request");

        Assert.Single(server.Host.Workspaces.All);
    }

    [Fact]
    public async Task The_longest_name_is_taken()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);

        (await ada.PostAsync("/workspaces", new { name = "a" + new string('9', 62) })).Is(201);
    }

    [Fact]
    public async Task Only_an_admin_of_the_first_workspace_makes_and_lists_them()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var (_, key) = Annex.Key(server, "annex", "Ada", Roles.Admin);

        (await mia.PostAsync("/workspaces", new { name = "other" })).IsRefused(403, "forbidden");
        (await mia.GetAsync("/workspaces")).IsRefused(403, "forbidden");
        var asked = await WorkspaceAddressTests.AskAsync(
            server,
            HttpMethod.Post,
            "/w/annex/api/v1/workspaces",
            key,
            body: "{\"name\":\"other\"}"
        );
        Assert.Equal("forbidden", asked.Is(403).Code);
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, "/api/v1/workspaces", key)).Is(403);
        Assert.Null(server.Host.Workspaces.Find("other"));
    }

    [Fact]
    public async Task Two_who_make_the_same_one_at_once_both_have_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => ada.PostAsync("/workspaces", new { name = "annex" }))
        );

        Assert.Equal([200, 200, 200, 201], answers.Select(a => (int)a.Status).Order());
        Assert.Equal(2, server.Host.Workspaces.All.Count);
    }

    [Fact]
    public async Task One_that_cannot_be_made_now_is_refused_with_when_to_try_again_and_made_then()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var root = Directory.CreateDirectory(Path.Combine(server.Folder, "workspaces")).FullName;
        var inTheWay = Path.Combine(root, "annex");
        await File.WriteAllTextAsync(inTheWay, "no folder");

        var refused = await ada.PostAsync("/workspaces", new { name = "annex" }, "k1");

        refused.IsRefused(503, "unavailable");
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        File.Delete(inTheWay);
        (await ada.PostAsync("/workspaces", new { name = "annex" }, "k1")).Is(201);
    }

    [Fact]
    public async Task It_is_a_workspace_once_its_admin_is_in_it_and_a_retry_finishes_what_was_left_half_made()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        // Somebody was added to it before its maker was killed.
        var folder = Path.Combine(server.Folder, "workspaces", "annex");
        using (var half = AccessStore.Open(folder, server.Clock))
            half.AddPrincipal("Ada", PrincipalKind.Agent, Roles.Viewer, queues: null);

        Assert.Throws<AccessRefusedException>(() => server.Host.Workspaces.Add("annex", ada.Principal.Id));
        Assert.Null(server.Host.Workspaces.Find("annex"));

        using (var half = AccessStore.Open(folder, server.Clock))
            half.SetPrincipal(half.Find("Ada")!.Id, "bot", Roles.Viewer, queues: null);
        (await ada.PostAsync("/workspaces", new { name = "annex" })).Is(201);
        Assert.Equal(2, (await ada.GetAsync("/me")).Is(200)["workspaces"].GetArrayLength());
        Assert.Equal(Roles.Admin, server.Host.Workspaces.Find("annex")!.Access.Find("Ada")!.Roles);
    }
}
