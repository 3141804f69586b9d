using ControlSurface.Api;
using ControlSurface.Core.Actions;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using ControlSurface.Wording;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Wording;

/// <summary>What a refusal promises is so.</summary>
public sealed class A_refusal_in_words
{
    private static string Said(Refusal refusal) => RefusalWords.Detail(refusal, id => "Ann", House.T0);

    [Fact]
    public void Names_nobody_as_the_one_who_settled_what_was_not_in_doubt()
    {
        var settled = new ActionRefusal.ActionSettled(new PrincipalId(1), "prepared");
        Assert.StartsWith("Ann settled the action meanwhile as prepared.", Said(settled), StringComparison.Ordinal);
        Assert.Equal("The action is prepared: there is nothing to verify.", Said(settled with { IsNotInDoubt = true }));
    }

    [Fact]
    public void Keeps_the_last_sign_of_what_a_member_must_be() =>
        Assert.Equal(
            "name must consist of ASCII letters, digits, -, _ and .; correct it and send the request again.",
            Said(Refusal.InvalidRequest.Of("name", "must consist of ASCII letters, digits, -, _ and ."))
        );

    [Fact]
    public void Says_that_nothing_was_done_only_where_that_is_known()
    {
        Assert.Contains("Nothing was done.", Said(new Refusal.InternalError()), StringComparison.Ordinal);
        Assert.Contains("Nothing was done.", ToHttp.InternalError(isRead: true, "").Detail, StringComparison.Ordinal);
        Assert.Contains(
            "It may have been done",
            ToHttp.InternalError(isRead: false, "").Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Promises_a_first_answer_only_to_who_sent_a_key()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("mia", Roles.Manager);
        (await mia.SendAsync("PUT", "/queues/crm", new { })).Is(201);
        house.Journal.OutcomeUnknownAt = house.Journal.Appends + 1;
        var item = new { queue = "crm", title = "x" };
        var without = (await mia.PostAsync("/items", item)).IsRefused(503, "outcome_unknown");
        Assert.Equal(
            "It is not known whether this request was written. Look before you repeat it.",
            without["detail"].GetString()
        );
        var with = (await mia.PostAsync("/items", item, "k1")).IsRefused(503, "outcome_unknown");
        Assert.EndsWith(
            "it is applied once, and you get its answer.",
            with["detail"].GetString(),
            StringComparison.Ordinal
        );
    }

    // The access store has it, and a repeat would make a second key.
    [Fact]
    public async Task Says_that_a_key_is_in_force_which_the_journal_did_not_take()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, _, _) = await server.StaffAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var disk = ((SqliteJournal)server.Host.Journal).WritingConnection;
        disk.Execute($"pragma max_page_count={disk.Scalar("pragma page_count")}");
        var body = new string('x', 90_000);
        while (server.Host.Engine.IsWritable)
            await ada.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "t",
                    body,
                }
            );
        var keys = server.Host.Access.Keys(bot.Principal.Id).Count;
        var refused = (await ada.PostAsync($"/principals/{bot.Id}/keys", new { name = "second" }, "k1")).IsRefused(
            503,
            "outcome_unknown"
        );
        Assert.Equal(
            "The change is in force, but the journal did not take it. Look before you repeat it.",
            refused["detail"].GetString()
        );
        Assert.Equal(keys + 1, server.Host.Access.Keys(bot.Principal.Id).Count);
    }

    [Fact]
    public async Task Names_the_lines_that_a_stream_takes()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var refused = (await mia.PostAsync("/commands", new { })).IsRefused(415, "unsupported_media_type");
        Assert.Contains("application/x-ndjson", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("plain JSON", refused["title"].GetString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "The line is longer than 7 bytes",
            ToHttp.LineTooLong(7, "").Detail,
            StringComparison.Ordinal
        );
    }
}
