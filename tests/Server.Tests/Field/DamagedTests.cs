using ControlSurface.Storage;
using Microsoft.Data.Sqlite;
using Server.Tests.Api;
using Server.Tests.Storage;

namespace Server.Tests.Field;

/// <summary>Bytes that were changed on disk behind the server's back.</summary>
public class What_was_changed_on_disk
{
    [Fact]
    public async Task Found_4_11_a_content_is_never_served_under_a_hash_that_is_not_its_own_and_sending_it_again_mends_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var made = await mia.PostAsync(
            "/artifacts",
            new
            {
                name = "Reply",
                contentType = "text/plain",
                content = "Pay Ann 10",
            }
        );
        var (artifact, hash) = (made.Is(201)["id"].GetString(), made["versions.0.contentHash"].GetString());
        (await mia.PostAsync($"/artifacts/{artifact}/versions", new { baseVersion = 1, content = "Pay Ann 11" })).Is(
            201
        );
        Tamper(server, "update contents set bytes = cast('Pay Eve 99' as blob)");

        foreach (
            var path in (string[])
                [
                    $"/contents/{hash}",
                    $"/artifacts/{artifact}/versions/1/content",
                    $"/artifacts/{artifact}/diff?from=1&to=2",
                ]
        )
        {
            var refused = (await mia.GetAsync(path)).IsRefused(500, "internal_error");
            Assert.Contains("changed on disk", refused["detail"].GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Eve", refused.Text, StringComparison.Ordinal);
        }
        var reused = await mia.PostAsync(
            "/artifacts",
            new
            {
                name = "Other",
                contentType = "text/plain",
                contentHash = hash,
            }
        );
        reused.IsRefused(500, "internal_error");

        // The server goes on, and who has the right bytes can put them back.
        (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "Again",
                    contentType = "text/plain",
                    content = "Pay Ann 10",
                }
            )
        ).Is(201);
        Assert.Equal("Pay Ann 10", (await mia.GetAsync($"/artifacts/{artifact}/versions/1/content")).Is(200).Text);
    }

    [Fact]
    public async Task Found_4_11_an_answer_that_was_changed_is_never_given_again()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var body = new { queue = "crm", title = "Once" };
        (await mia.PostAsync("/items", body, "k-1")).Is(201);
        await server.StopAsync();
        JournalSurgery.ChangeAnswers(
            DataFolder.JournalFileIn(server.Folder),
            a => a with { Body = "{\"id\":\"W-77\"}"u8.ToArray() }
        );
        await server.StartAsync();

        var again = await mia.PostAsync("/items", body, "k-1");

        Assert.DoesNotContain("W-77", again.Text, StringComparison.Ordinal);
        again.IsRefused(500, "internal_error");
        Assert.Equal(1, (await mia.GetAsync("/items"))["total"].GetInt32());
    }

    private static void Tamper(LiveServer server, string sql)
    {
        using var tool = Database.Open(DataFolder.JournalFileIn(server.Folder), DatabaseAccess.ReadWrite);
        tool.Execute(sql);
    }
}
