using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlSurface.Api;
using Server.Tests.Api;
using Server.Tests.Field;
using Malformed = Server.Tests.Api.A_malformed_request_is_refused_by_name_and_changes_nothing;

namespace Server.Tests.Found;

/// <summary>What is written for those who call: true, whole, and readable without script.</summary>
public sealed partial class What_is_written_for_callers
{
    [Fact]
    public async Task Found_7_14_every_example_is_a_request_that_works()
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        (await admin.SendAsync("PUT", "/queues/refunds", "{}")).Is(201);
        var token = (await admin.GetAsync("/leases/L-1")).Is(200)["lease.token"].GetInt64();
        var wrong = new List<string>();
        var good = 0;
        foreach (var operation in ApiOperations.All.Where(o => o.Body is not null))
        {
            if (ApiExamples.Of(operation) is not { } example)
            {
                wrong.Add(operation.Id + " has no example");
                continue;
            }
            // The scene's lease has no run and a token of its own; all else is sent as it is written.
            var body = example
                .ToJsonString()
                .Replace("\"run\":\"r1\"", "\"run\":null", StringComparison.Ordinal)
                .Replace(
                    "\"token\":12",
                    string.Create(CultureInfo.InvariantCulture, $"\"token\":{token}"),
                    StringComparison.Ordinal
                );
            var answer = await admin.SendAsync(operation.Method, Malformed.PathOf(operation) + "?dryRun=true", body);
            var status = (int)answer.Status;
            good += status < 300 ? 1 : 0;
            // That a comment suggests nothing is the scene's, not the example's: the body has no member to be wrong.
            if (operation.Id == "acceptSuggestion" && status == 400)
            {
                Assert.Equal("comment", Assert.Single(answer["errors"].EnumerateObject()).Name);
                continue;
            }
            if (status >= 500 || (status == 400 && answer.Code == "invalid_request"))
                wrong.Add($"{operation.Id} {body}: {status} {answer.Text}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(good > 30, $"only {good} would be accepted");
    }

    [Fact]
    public void Found_7_14_every_member_and_parameter_is_described_and_states_are_listed()
    {
        var document = OpenApiDocument.Make();
        var bare = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            foreach (var (member, told) in schema!["properties"]?.AsObject() ?? [])
            {
                if (name != "Problem" && string.IsNullOrEmpty((string?)told?["description"]))
                    bare.Add($"{name}.{member}");
            }
        }
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                foreach (var parameter in operation!["parameters"]?.AsArray() ?? [])
                {
                    if (string.IsNullOrEmpty((string?)parameter!["description"]))
                        bare.Add($"{method} {path} {parameter["name"]}");
                }
                if (operation["requestBody"]?["content"]?["application/json"] is { } json && path != "/mcp")
                    Assert.True(json["example"] is JsonObject, $"{method} {path} has no example");
            }
        }
        Assert.True(bare.Count == 0, string.Join("\n", bare));
        foreach (
            var (body, state) in ((string, string)[])
                [
                    ("Item", "queued"),
                    ("Lease", "suspended"),
                    ("Action", "ambiguous"),
                    ("Review", "open"),
                    ("Conflict", "overtaken"),
                    ("Approval", "partial"),
                    ("Principal", "paused"),
                ]
        )
            Assert.Contains(
                state,
                document["components"]!["schemas"]![body]!["properties"]!["state"]!["enum"]!
                    .AsArray()
                    .Select(w => (string?)w)
            );
    }

    [Fact]
    public async Task Found_7_14_what_is_written_can_be_read_without_a_session_and_without_script()
    {
        await using var server = await LiveServer.OpenAsync();
        var index = await server.Http.GetStringAsync(new Uri(server.Address, "/llms.txt"));
        var links = Links().Matches(index).Select(m => m.Groups["to"].Value).ToList();
        Assert.Contains("/docs/contract.md", links);
        foreach (var link in links)
        {
            using var answer = await server.Http.GetAsync(new Uri(server.Address, link));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain(
                "<script",
                await answer.Content.ReadAsStringAsync(),
                StringComparison.OrdinalIgnoreCase
            );
        }
        var contract = await server.Http.GetStringAsync(new Uri(server.Address, "/docs/contract.md"));
        foreach (var operation in ApiOperations.All)
            Assert.Contains($"### `{operation.Method} {operation.Pattern}`", contract, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_14_the_first_worker_does_its_work_as_the_page_shows_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var item = await mia.CreateAsync();
        var page = await server.Http.GetStringAsync(new Uri(server.Address, "/docs/first-worker"));
        var folder = Directory.CreateTempSubdirectory("first-worker-");
        try
        {
            var file = Path.Combine(folder.FullName, "worker.mjs");
            await File.WriteAllTextAsync(file, WebUtility.HtmlDecode(Program().Match(page).Groups["code"].Value));
            var start = new ProcessStartInfo("node", [file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["CONTROLSURFACE_URL"] = server.Address.GetLeftPart(UriPartial.Authority);
            start.Environment["CONTROLSURFACE_KEY"] = bot.Key;
            start.Environment["QUEUE"] = "crm";
            using var worker = Process.Start(start)!;
            var (said, complained) = (worker.StandardOutput.ReadToEndAsync(), worker.StandardError.ReadToEndAsync());
            await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(worker.ExitCode == 0, await complained);
            Assert.StartsWith($"completed {item} with A-", await said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.Equal("completed", await mia.StateOfAsync(item));
    }

    [GeneratedRegex(@"\]\((?<to>/[^)]*)\)")]
    private static partial Regex Links();

    [GeneratedRegex("<pre id=\"worker\">(?<code>.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Program();
}
