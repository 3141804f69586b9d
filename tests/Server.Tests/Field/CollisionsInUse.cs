using System.Globalization;
using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>Writes that collide over HTTP, as several agents send them at once (API.md, Conflicts).</summary>
public sealed class Collisions_in_use(ITestOutputHelper output)
{
    // Thirty lines, so that six edits far from each other merge cleanly.
    private static string Text(params int[] edited) =>
        string.Concat(
            Enumerable
                .Range(1, 30)
                .Select(n =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"line {n}{(edited.Contains(n) ? ", edited by hand" : "")}\n"
                    )
                )
        );

    private static async Task<Answer> ResolveAsync(TestCaller by, string conflict, object asked)
    {
        var seen = (await by.GetAsync($"/conflicts/{conflict}")).Is(200)["seq"].GetInt64();
        var members = asked
            .GetType()
            .GetProperties()
            .ToDictionary(p => p.Name, p => p.GetValue(asked), StringComparer.Ordinal);
        members["seenSeq"] = seen;
        members["note"] = "read all";
        return await by.PostAsync($"/conflicts/{conflict}/resolve", members);
    }

    [Fact]
    public async Task Found_2_2_of_six_clean_edits_sent_at_once_none_is_called_unmergeable()
    {
        await using var server = await LiveServer.OpenAsync();
        const int Rounds = 8;
        var refusals = 0;
        var desk = await Desk.OpenAsync(server, new { onHumanEdit = "free" }, Text());
        for (var round = 0; round < Rounds; round++)
        {
            var onto = (await desk.ArtifactAsync()).GetProperty("version").GetInt32();
            var now = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/{onto}/content")).Text;
            var answers = await Task.WhenAll(
                new[] { 3, 8, 13, 18, 23, 28 }.Select(n =>
                    desk.PublishAsync(Edited(now, n, $"line {n} in round {round}"), onto)
                )
            );
            var refused = answers.Where(a => a.Status == System.Net.HttpStatusCode.Conflict).ToList();
            Assert.All(
                refused,
                a => Assert.True(a.IsRefused(409, "version_conflict")["mergeable"].GetBoolean(), a.Text)
            );
            refusals += refused.Count;
            // What one of them is told of the conflict is so: all that compete are in the merge.
            var id = refused[0]["conflictId"].GetString()!;
            var shown = (await desk.Rae.GetAsync($"/conflicts/{id}")).Is(200);
            Assert.Equal("merge", shown["safestNextStep"].GetProperty("code").GetString());
            var merge = shown["merge"].GetProperty("text").GetString()!;
            Assert.All(
                new[] { 3, 8, 13, 18, 23, 28 },
                n => Assert.Contains($"line {n} in round {round}", merge, StringComparison.Ordinal)
            );
            (await ResolveAsync(desk.Rae, id, new { resolution = "merge" })).Is(200);
            var artifact = await desk.ArtifactAsync();
            var content = await desk.Rae.GetAsync(
                $"/artifacts/{desk.Artifact}/versions/{artifact.GetProperty("version").GetInt32()}/content"
            );
            Assert.Equal(merge, content.Text);
        }
        output.WriteLine($"{refusals} refusals, all mergeable");
    }

    [Fact]
    public async Task Found_2_2_where_the_queue_merges_by_itself_clean_edits_at_once_all_become_versions()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { mergeClean = "auto" }, Text());
        for (var round = 1; round <= 10; round++)
        {
            var onto = (await desk.ArtifactAsync()).GetProperty("version").GetInt32();
            var now = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/{onto}/content")).Text;
            var answers = await Task.WhenAll(
                new[] { 5, 15, 25 }.Select(n => desk.PublishAsync(Edited(now, n, $"line {n} in round {round}"), onto))
            );
            Assert.All(answers, a => a.Is(201));
        }
        Assert.Empty(await desk.ConflictsAsync());
    }

    private static string Edited(string text, int line, string to)
    {
        var lines = text.Split('\n');
        lines[line - 1] = to;
        return string.Join('\n', lines);
    }

    [Fact]
    public async Task Found_2_3_what_competes_is_merged_whole_or_not_at_all_and_what_is_taken_is_named()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, content: Text());
        (await desk.PublishAsync(Text(1), 1)).Is(201);
        (await desk.PublishAsync(Text(10), 1)).IsRefused(409, "version_conflict");
        (await desk.PublishAsync(Text(20), 1)).IsRefused(409, "version_conflict");
        var id = (await desk.PublishAsync(Text(1, 20, 21), 1))
            .IsRefused(409, "version_conflict")["conflictId"]
            .GetString()!;
        // The last two contradict each other: no merge holds them all, so none is offered without words.
        var shown = (await desk.Rae.GetAsync($"/conflicts/{id}")).Is(200);
        Assert.Equal(4, shown["competing"].GetArrayLength());
        Assert.False(shown["merge"].GetProperty("clean").GetBoolean());
        Assert.NotEqual("merge", shown["safestNextStep"].GetProperty("code").GetString());
        (await ResolveAsync(desk.Rae, id, new { resolution = "merge" })).IsRefused(400, "invalid_request");
        var which = (await ResolveAsync(desk.Rae, id, new { resolution = "take_proposed" })).IsRefused(
            400,
            "invalid_request"
        );
        Assert.Contains("k", which.Text, StringComparison.Ordinal);
        (await ResolveAsync(desk.Rae, id, new { resolution = "take_proposed", k = 1 })).Is(200);
        var artifact = await desk.ArtifactAsync();
        var current = artifact.GetProperty("versions").EnumerateArray().Last();
        Assert.Equal(Desk.HashOf(Text(10)), current.GetProperty("contentHash").GetString());
        // Found 2.4: a version that was taken has its length.
        Assert.Equal(Text(10).Length, current.GetProperty("length").GetInt64());
    }

    [Fact]
    public async Task Found_2_5_a_change_outside_opens_a_conflict_for_a_claimed_item_that_names_the_target()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var item = (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "Answer customer 42",
                    targets = new[] { "crm:customer/42" },
                }
            )
        ).Is(201)["id"].GetString()!;
        (await bot.PostAsync($"/items/{item}/claim", new { run = "r1" })).Is(200);
        (await mia.PostAsync("/targets/changes", new { target = "crm:customer/42", version = "7" })).Is(201);
        var open = (await mia.GetAsync("/conflicts?state=open")).Is(200)["items"].EnumerateArray().ToList();
        Assert.Equal(item, Assert.Single(open).GetProperty("itemId").GetString());
        (await mia.PostAsync("/targets/changes", new { target = "crm:customer/42", version = "7" })).Is(200);
        Assert.Equal(1, (await mia.GetAsync("/conflicts?state=open")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Found_2_9_a_block_by_somebody_who_was_ended_is_lifted_by_a_manager()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var admin = await server.AddAsync("Ada", ControlSurface.Core.Vocabulary.Roles.Admin);
        (await desk.PrepareAsync()).Is(201);
        var content = (await desk.ArtifactAsync()).GetProperty("versions")[0].GetProperty("contentHash").GetString();
        var said = (
            await desk.DecideAsync(
                desk.Ron,
                1,
                new
                {
                    decision = "request_changes",
                    contentHash = content,
                    comment = "the amount",
                }
            )
        ).Is(201);
        var decision = said["decision"].GetProperty("id").GetString();
        var lift = $"/artifacts/{desk.Artifact}/versions/1/decisions/{decision}/lift";
        (await desk.Mia.PostAsync(lift, new { why = "he is here" })).IsRefused(400, "invalid_request");
        var ron = (await desk.Ron.GetAsync("/me")).Is(200)["principal"].GetProperty("id").GetString();
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        var tried = (await admin.PostAsync($"/principals/{ron}/end?dryRun=true", new { why = "left" })).Is(200);
        Assert.Empty(tried["revokedApprovals"].EnumerateArray());
        (await admin.PostAsync($"/principals/{ron}/end", new { why = "left" })).Is(200);
        Assert.Equal("partial", await desk.ApprovalAsync());
        var blocked = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/approvals")).Is(200)["blockedBy"][0];
        Assert.Equal(decision, blocked.GetProperty("decisionId").GetString());
        Assert.True(blocked.GetProperty("canBeLifted").GetBoolean());
        (await desk.Rae.PostAsync(lift, new { why = "he has left" })).IsRefused(403, "forbidden");
        (await desk.Mia.PostAsync(lift, new { why = "he has left" })).Is(200);
        Assert.Equal("valid", await desk.ApprovalAsync());
        var listed = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/1/decisions")).Is(200);
        Assert.Equal("he has left", listed["items"][0].GetProperty("lifted").GetProperty("why").GetString());
        Assert.Equal("go", (await desk.BeginAsync()).Is(200)["outcome"].GetString());
    }

    [Fact]
    public async Task Found_2_9_ending_somebody_says_first_which_approvals_fall()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var admin = await server.AddAsync("Ada", ControlSurface.Core.Vocabulary.Roles.Admin);
        (await desk.PrepareAsync()).Is(201);
        (await desk.ApproveAsync(desk.Ron)).Is(201);
        var ron = (await desk.Ron.GetAsync("/me")).Is(200)["principal"].GetProperty("id").GetString();
        var tried = (await admin.PostAsync($"/principals/{ron}/end?dryRun=true", new { why = "left" })).Is(200);
        Assert.Equal(desk.Artifact, tried["revokedApprovals"][0].GetProperty("artifactId").GetString());
        Assert.Equal("valid", await desk.ApprovalAsync());
        (await admin.PostAsync($"/principals/{ron}/end", new { why = "left" })).Is(200);
        Assert.Equal("revoked", await desk.ApprovalAsync());
    }
}
