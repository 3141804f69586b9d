using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>Settling what collided on its bad days (API.md, Conflicts; FIELD.md, 11).</summary>
public sealed class A_conflict_is_settled_once(ITestOutputHelper output)
{
    private const string Mine = "Dear Ann,\nwe refund 24 EUR.\nRegards\n";
    private const string Theirs = "Dear Ann,\nwe refund 99 EUR.\nRegards\n";

    // Two versions of one line: nothing merges by itself.
    private static async Task<string> CollideAsync(Desk desk, int onto = 1)
    {
        (
            await desk.Rae.PostAsync($"/artifacts/{desk.Artifact}/versions", new { baseVersion = onto, content = Mine })
        ).Is(201);
        return (await desk.PublishAsync(Theirs, onto)).IsRefused(409, "version_conflict")["conflictId"].GetString()!;
    }

    private static async Task<Answer> ResolveAsync(
        TestCaller by,
        string conflict,
        string resolution,
        string? content = null,
        long? seen = null,
        string? key = null
    ) =>
        await by.PostAsync(
            $"/conflicts/{conflict}/resolve",
            new
            {
                resolution,
                seenSeq = seen ?? (await by.GetAsync($"/conflicts/{conflict}")).Is(200)["seq"].GetInt64(),
                content,
                note = "read both",
            },
            key
        );

    [Fact]
    public async Task Of_many_who_settle_it_at_once_one_does_and_the_others_hear_how()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        const int Rounds = 25;
        for (var round = 0; round < Rounds; round++)
        {
            var onto = 1 + (round * 2);
            var conflict = await CollideAsync(desk, onto);
            var seen = (await desk.Mia.GetAsync($"/conflicts/{conflict}")).Is(200)["seq"].GetInt64();
            var answers = await Task.WhenAll(
                new[] { desk.Rae, desk.Ron, desk.Mia, desk.Rae }.Select(
                    (by, k) =>
                        ResolveAsync(
                            by,
                            conflict,
                            k % 2 == 0 ? "merge" : "take_proposed",
                            k % 2 == 0 ? "both\n" : null,
                            seen
                        )
                )
            );
            Assert.Single(answers, answer => answer.Status == System.Net.HttpStatusCode.OK);
            foreach (var late in answers.Where(answer => answer.Status != System.Net.HttpStatusCode.OK))
                Assert.NotEmpty(late.IsRefused(409, "conflict_closed")["resolution"].GetString()!);
            Assert.Equal(onto + 2, (await desk.ArtifactAsync()).GetProperty("version").GetInt32());
        }
        output.WriteLine($"{Rounds} conflicts settled by four at once");
    }

    [Fact]
    public async Task Settled_twice_with_one_key_it_is_the_first_answer_and_with_another_it_is_closed()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var conflict = await CollideAsync(desk);
        var seen = (await desk.Rae.GetAsync($"/conflicts/{conflict}")).Is(200)["seq"].GetInt64();
        var first = (await ResolveAsync(desk.Rae, conflict, "take_proposed", seen: seen, key: "once")).Is(200);
        var seq = await desk.Mia.SeqAsync();
        var again = (await ResolveAsync(desk.Rae, conflict, "take_proposed", seen: seen, key: "once")).Is(200);
        Assert.Equal(first["seq"].GetInt64(), again["seq"].GetInt64());
        (await ResolveAsync(desk.Rae, conflict, "take_proposed", seen: seen, key: "another")).IsRefused(
            409,
            "conflict_closed"
        );
        Assert.Equal(seq, await desk.Mia.SeqAsync());
    }

    [Fact]
    public async Task What_was_merged_on_what_is_no_longer_there_is_refused_and_nothing_that_was_sent_is_lost()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var conflict = await CollideAsync(desk);
        var seen = (await desk.Ron.GetAsync($"/conflicts/{conflict}")).Is(200)["seq"].GetInt64();
        // While Ron merges, another content joins the same collision.
        (await desk.PublishAsync("Dear Ann,\nwe refund 1 EUR.\nRegards\n", 1)).IsRefused(409, "version_conflict");
        var refused = (await ResolveAsync(desk.Ron, conflict, "merge", "merged by Ron\n", seen)).IsRefused(
            409,
            "conflict_changed"
        );
        Assert.True(refused.Text.Length > 0);
        Assert.Equal(2, (await desk.ArtifactAsync()).GetProperty("version").GetInt32());
        var shown = (await desk.Ron.GetAsync($"/conflicts/{conflict}")).Is(200);
        Assert.Equal("open", shown["state"].GetString());
        Assert.Equal(3, shown["competing"].GetArrayLength());
        (await ResolveAsync(desk.Ron, conflict, "merge", "merged by Ron\n")).Is(200);
        Assert.Equal(3, (await desk.ArtifactAsync()).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task After_its_item_is_over_it_says_what_can_still_be_done_and_does_no_more()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var conflict = await CollideAsync(desk);
        (await desk.Mia.PostAsync($"/items/{desk.Held.Item}/cancel", new { why = "the customer withdrew" })).Is(200);
        var shown = (await desk.Mia.GetAsync($"/conflicts/{conflict}")).Is(200);
        var offered = shown["options"].EnumerateArray().Select(option => option.GetString()!).ToList();
        foreach (var resolution in (string[])["keep_current", "take_proposed", "retry", "mark_applied", "dismiss"])
        {
            var tried = await desk.Mia.PostAsync(
                $"/conflicts/{conflict}/resolve?dryRun=true",
                new
                {
                    resolution,
                    seenSeq = shown["seq"].GetInt64(),
                    note = "late",
                }
            );
            if (shown["state"].GetString() is "open" or "in_review")
                Assert.Equal(offered.Contains(resolution) ? 200 : 400, (int)tried.Status);
            else
                tried.IsRefused(409, "conflict_closed");
        }
        Assert.DoesNotContain("retry", offered);
    }

    [Fact]
    public async Task Field_11_ending_a_run_whose_permit_is_out_leaves_no_permit_to_wait_for_and_its_receipt_still_counts()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.AskAsync()).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        (await desk.Bot.PostAsync($"/runs/{desk.Held.Run}/end", new { outcome = "killed" })).Is(200);
        // Nobody knows whether it was sent: it says so, and nobody else is let through.
        Assert.Equal("ambiguous", await desk.ActionAsync());
        var late = Assert.Single(await desk.ConflictsAsync());
        Assert.Equal("late_result", late.GetProperty("kind").GetString());
        (await desk.CompleteAsync(permit)).Is(200);
        Assert.Equal("applied", await desk.ActionAsync());
        var figures = (await desk.Mia.GetAsync("/queues/crm")).Is(200)["figures"];
        Assert.Equal(
            (1, 0),
            (figures.GetProperty("conflictRate").GetDecimal(), figures.GetProperty("reviewWaitSeconds").GetDecimal())
        );
        Assert.Equal("overtaken", Assert.Single(await desk.ConflictsAsync()).GetProperty("state").GetString());
        Assert.Equal(0, server.Host.Engine.Picture.Read(at => at.Items().Count(item => item.Applying.Count > 0)));
    }
}
