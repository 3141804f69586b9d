using System.Text.Json;

namespace Server.Tests.Field;

/// <summary>Any list as a file (API.md, Runbook, lists, journal, live).</summary>
public sealed class A_list_is_saved_whole_as_a_file
{
    private static string[] Lines(Server.Tests.Api.Answer answer) =>
        answer.Is(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task A_file_has_every_row_of_every_page_once_and_in_the_order_of_the_list()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var made = await Task.WhenAll(Enumerable.Range(0, 1_100).Select(k => mia.CreateAsync($"Refund {k}")));
        await mia.CreateAsync("Something else");
        var rows = Lines(await bot.GetAsync("/items?format=jsonl&q=refund"));
        Assert.Equal(
            made.Order(StringComparer.Ordinal),
            rows.Select(row => JsonElement.Parse(row).GetProperty("id").GetString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal(1_101, Lines(await bot.GetAsync("/items?format=csv&q=refund&fields=id,title")).Length);
    }

    [Fact]
    public async Task A_table_names_its_members_and_nothing_in_it_is_a_formula()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        await mia.CreateAsync("=HYPERLINK(\"http://x\")");
        var lines = Lines(await mia.GetAsync("/items?format=csv&fields=id,title,labels,owner"));
        Assert.Equal("\"id\",\"labels\",\"owner\",\"title\"\r", lines[0]);
        Assert.Equal("\"W-1\",\"[]\",\"\",\"'=HYPERLINK(\"\"http://x\"\")\"\r", lines[1]);
        var whole = Lines(await mia.GetAsync("/items?format=csv"));
        Assert.StartsWith("\"id\",\"queue\",\"title\"", whole[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_5_8_a_spreadsheet_opens_it_with_letters_whole_and_ids_as_they_are()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        foreach (
            var (external, k) in ((string[])["000123", "12345678901234567890", "1E5", "3-4", "MAR1", "A-7"]).Select(
                (e, k) => (e, k)
            )
        )
            (
                await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "Größe " + (char)('a' + k),
                        externalId = external,
                        priority = 5,
                    }
                )
            ).Is(201);
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(server.Address, "/api/v1/items?format=csv&fields=externalId,priority,title")
        );
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", mia.Key);
        using var answer = await server.Http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.Equal("\"priority\",\"externalId\",\"title\"".Length, lines[0].Length);
        var whole = string.Join('\n', lines);
        foreach (var text in (string[])["000123", "12345678901234567890", "1E5", "3-4", "MAR1"])
            Assert.Contains($"\"=\"\"{text}\"\"\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"A-7\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"5\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"Größe a\"", whole, StringComparison.Ordinal);
        request.Dispose();
        using var audit = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/api/v1/audit?format=csv"));
        audit.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", mia.Key);
        using var written = await server.Http.SendAsync(audit);
        Assert.Equal([0xEF, 0xBB, 0xBF], (await written.Content.ReadAsByteArrayAsync())[..3]);
    }

    [Fact]
    public async Task What_is_no_list_or_no_format_is_refused_and_a_file_shows_no_more_than_the_list()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/law", new { })).Is(201);
        await mia.CreateAsync("secret", "law");
        await mia.CreateAsync("open");
        (await mia.GetAsync("/items?format=xml")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/items/W-1?format=csv")).IsRefused(400, "invalid_request");
        (await mia.GetAsync("/items?format=csv&q=colour:red")).IsRefused(400, "invalid_request");
        var narrow = await server.AddAsync("Nina", ControlSurface.Core.Vocabulary.Roles.Reviewer, queues: ["crm"]);
        Assert.DoesNotContain(
            "secret",
            (await narrow.GetAsync("/items?format=csv")).Is(200).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_list_of_the_contract_can_be_saved()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var held = await bot.HoldAsync(await mia.CreateAsync("Refund"));
        await held.DoAsync("locks", new { targets = new[] { new { target = "repo:web", mode = "exclusive" } } });
        foreach (
            var list in (string[])
                [
                    "/items",
                    "/leases",
                    "/queues",
                    "/artifacts",
                    "/reviews",
                    "/actions",
                    "/conflicts",
                    "/targets",
                    "/runbook",
                    "/views",
                ]
        )
        {
            var answer = await mia.GetAsync(list + "?format=csv");
            Assert.StartsWith("\"", answer.Is(200).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task From_the_pages_it_is_saved_by_who_is_signed_in_and_by_nobody_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        await mia.CreateAsync("Refund");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = server.Address,
        };
        using var program = await http.GetAsync(new Uri("/export/items?format=csv", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, program.StatusCode);
        using var browsing = new HttpRequestMessage(HttpMethod.Get, "/export/items?format=csv");
        browsing.Headers.Accept.ParseAdd("text/html");
        using var nobody = await http.SendAsync(browsing);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, nobody.StatusCode);
        var narrow = await server.AddAsync("Nina", ControlSurface.Core.Vocabulary.Roles.Reviewer, queues: ["law"]);
        foreach (var (who, rows) in new[] { (mia, 2), (narrow, 1) })
        {
            using var window = new Access.Window(server);
            await window.SignInAsync(who.Key);
            var answer = await window.GetAsync("/export/items?format=csv");
            Assert.Equal("attachment; filename=items.csv", answer.Headers["Content-Disposition"]);
            Assert.Equal(rows, answer.Text.Split("\r\n").Length - 1);
        }
    }
}
