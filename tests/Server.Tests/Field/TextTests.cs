using System.Text;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>Names in every script, comments that stay on their words, and texts in other encodings, over HTTP.</summary>
public sealed class Texts_over_HTTP
{
    [Fact]
    public async Task Found_3_3_names_in_every_script_are_taken_and_tricks_are_refused_with_their_place()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("میا 👩🏽\u200D🚒", Roles.Manager | Roles.Support | Roles.Reviewer);
        (await mia.PutAsync("/queues/crm", new { })).Is(201);
        foreach (
            var good in new[]
            {
                "می\u200Cخواهم",
                "क्\u200Dष",
                "ශ්\u200Dරී",
                "👨\u200D👩\u200D👧",
                "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
                "soft\u00ADhyphen",
            }
        )
        {
            var item = (
                await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = good,
                        externalId = good,
                        labels = new[] { good },
                        targets = new[] { $"crm:{good}" },
                    }
                )
            ).Is(201);
            Assert.Equal(good, item["title"].GetString());
        }
        foreach (
            var bad in new[]
            {
                "a\u202Eb",
                "a\u2066b",
                "a\uFE0Fb",
                "a\U000E0041b",
                "a\uE000b",
                "a\u034Fb",
                "a\u3164b",
                "a\u2028b",
                "\u200B",
                "\u2800",
            }
        )
        {
            var refused = (
                await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = bad,
                        labels = new[] { bad },
                        targets = new[] { $"crm:{bad}" },
                    }
                )
            ).IsRefused(400, "invalid_request");
            foreach (var member in new[] { "title", "labels", "targets" })
                Assert.True(refused["errors"].TryGetProperty(member, out _), $"{member} of {bad}");
        }
    }

    [Fact]
    public async Task Found_2_1_accepting_changes_the_words_that_were_commented_on_and_no_others()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager | Roles.Reviewer);
        const string Text = "same\nsame\nsame\n";
        var made = (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "x",
                    contentType = "text/plain",
                    content = Text,
                }
            )
        ).Is(201);
        var id = made["id"].GetString();
        var third = (
            await mia.PostAsync(
                $"/artifacts/{id}/versions/1/comments",
                new
                {
                    body = "this",
                    anchor = new
                    {
                        quote = "same",
                        start = 10,
                        end = 14,
                    },
                    suggestion = "other",
                }
            )
        ).Is(201);
        (await mia.PostAsync($"/artifacts/{id}/versions", new { baseVersion = 1, content = "top\n" + Text })).Is(201);
        (await mia.PostAsync($"/artifacts/{id}/versions/1/comments/{third["id"].GetString()}/accept", new { })).Is(201);
        Assert.Equal("top\nsame\nsame\nother\n", (await mia.GetAsync($"/artifacts/{id}/versions/3/content")).Text);

        var second = (
            await mia.PostAsync(
                $"/artifacts/{id}/versions/3/comments",
                new
                {
                    body = "this",
                    anchor = new
                    {
                        quote = "same",
                        start = 9,
                        end = 13,
                    },
                    suggestion = "other",
                }
            )
        ).Is(201);
        (
            await mia.PostAsync(
                $"/artifacts/{id}/versions",
                new { baseVersion = 3, content = "same\nsame\nsame\nsame\nsame\n" }
            )
        ).Is(201);
        var refused = (
            await mia.PostAsync($"/artifacts/{id}/versions/3/comments/{second["id"].GetString()}/accept", new { })
        ).IsRefused(400, "invalid_request");
        Assert.Contains("quoted text", refused["detail"].GetString() + refused.Text, StringComparison.Ordinal);
        Assert.Equal(
            "same\nsame\nsame\nsame\nsame\n",
            (await mia.GetAsync($"/artifacts/{id}/versions/4/content")).Text
        );
    }

    [Fact]
    public async Task Found_2_14_a_suggestion_over_two_lines_keeps_the_line_ends_of_the_file()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager | Roles.Reviewer);
        var made = (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "x",
                    contentType = "text/plain",
                    content = "one\r\ntwo\r\nthree\r\n",
                }
            )
        ).Is(201);
        var id = made["id"].GetString();
        var comment = (
            await mia.PostAsync(
                $"/artifacts/{id}/versions/1/comments",
                new
                {
                    body = "b",
                    anchor = new
                    {
                        quote = "one\ntwo",
                        start = 0,
                        end = 7,
                    },
                    suggestion = "1\n2",
                }
            )
        ).Is(201);
        (await mia.PostAsync($"/artifacts/{id}/versions/1/comments/{comment["id"].GetString()}/accept", new { })).Is(
            201
        );
        Assert.Equal("1\r\n2\r\nthree\r\n", (await mia.GetAsync($"/artifacts/{id}/versions/2/content")).Text);
    }

    [Fact]
    public async Task Found_3_3_a_target_that_looks_like_another_known_one_is_named_beside_the_decision()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager | Roles.Reviewer | Roles.Support);
        (await mia.PutAsync("/queues/crm", new { })).Is(201);
        (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "t",
                    targets = new[] { "crm:customer/42" },
                }
            )
        ).Is(201);
        var made = (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "x",
                    contentType = "text/plain",
                    content = "a",
                }
            )
        ).Is(201);
        var id = made["id"].GetString();
        foreach (var (action, target) in new[] { ("a1", "\u0441rm:customer/42"), ("a2", "crm:customer/43") })
            (
                await mia.PutAsync(
                    $"/actions/{action}",
                    new
                    {
                        kind = "send",
                        target,
                        artifactId = id,
                        version = 1,
                    }
                )
            ).Is(201);
        var actions = (await mia.GetAsync($"/artifacts/{id}/versions/1/consequences")).Is(200)["actions"];
        Assert.Equal("crm:customer/42", actions[0].GetProperty("looksLike").GetString());
        Assert.Null(actions[1].GetProperty("looksLike").GetString());
    }
}
