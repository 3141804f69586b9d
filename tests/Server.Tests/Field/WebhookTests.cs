using System.Net;
using System.Text;
using System.Text.Json;
using ControlSurface.Core.Principals;
using ControlSurface.Webhooks;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>API.md, People, keys and the outside: who is told outside, and who tells from outside.</summary>
public class WebhookTests
{
    private const string Local = "--ControlSurface:AllowLocalWebhooks=true";

    private static async Task<(TestCaller Ada, TestCaller Mia)> OpenAsync(LiveServer server) =>
        (await server.AddAsync("Ada", Roles.Admin), (await server.StaffAsync()).Mia);

    private static Task<Answer> SetAsync(TestCaller ada, Receiver receiver, params string[] events) =>
        ada.PutAsync("/webhooks/crm", new { url = receiver.Url, events });

    /// <summary>The newest delivery, once it is as the test waits for.</summary>
    private static async Task<JsonElement> UntilAsync(TestCaller ada, Func<JsonElement, bool> isSo)
    {
        for (var k = 0; k < 2_000; k++)
        {
            var page = (await ada.GetAsync("/webhooks/crm/deliveries?limit=1")).Is(200);
            if (page["total"].GetInt32() > 0 && isSo(page["items.0"]))
                return page["items.0"];
        }
        throw new TimeoutException("The delivery never became what was waited for.");
    }

    private static string? TitleOf(Received got) =>
        got.Json.GetProperty("data").GetProperty("data").GetProperty("title").GetString();

    [Fact]
    public async Task What_is_committed_is_told_in_order_signed_and_only_what_is_wanted()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        await mia.CreateAsync("Before");
        var secret = (await SetAsync(ada, receiver, "item.created")).Is(201)["secret"].GetString()!;
        var titles = new[] { "One", "Two", "Three" };
        foreach (var title in titles)
            await mia.PostAsync(
                $"/items/{await mia.CreateAsync(title)}/notes",
                new
                {
                    text = "x",
                    to = "everyone",
                    kind = "note",
                }
            );

        var got = new List<Received>();
        foreach (var _ in titles)
            got.Add(await receiver.NextAsync());

        Assert.Equal(titles, got.Select(TitleOf));
        Assert.All(got, r => Assert.Equal("item.created", r.Json.GetProperty("type").GetString()));
        Assert.All(got, r => Assert.True(r.IsSignedWith(secret), r.Signature));
        Assert.All(got, r => Assert.False((r with { Body = r.Body + " " }).IsSignedWith(secret)));
        Assert.All(got, r => Assert.Equal($"evt_{r.Seq}", r.Id));
        Assert.Equal(got.Select(r => r.Seq).Order(), got.Select(r => r.Seq));
        await UntilAsync(ada, d => d.GetProperty("state").GetString() == "delivered");
        Assert.True(receiver.IsEmpty);
    }

    [Fact]
    public async Task What_was_not_taken_is_sent_again_under_the_same_id_also_after_a_restart()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        receiver.Answer(500);
        receiver.Answer(302, r => r.Headers.Location = receiver.Url);
        await mia.CreateAsync();
        var first = await receiver.NextAsync();
        var waiting = await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);
        Assert.Equal("Answered 500.", waiting.GetProperty("error").GetString());

        server.Pass(10);
        var second = await receiver.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 2);
        await server.StopAsync();
        await server.StartAsync();
        server.Pass(400);
        var third = await receiver.NextAsync();

        Assert.Equal([first.Id, first.Id], [second.Id, third.Id]);
        Assert.True(second.Timestamp > first.Timestamp);
        Assert.Equal(first.Body, third.Body);
        await UntilAsync(ada, d => d.GetProperty("state").GetString() == "delivered");
        Assert.True(receiver.IsEmpty);
    }

    [Fact]
    public async Task Without_its_outbox_everything_since_the_webhook_was_made_is_told_again_under_the_same_ids()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        await mia.CreateAsync("One");
        await mia.CreateAsync("Two");
        var told = new[] { (await receiver.NextAsync()).Id, (await receiver.NextAsync()).Id };
        await server.StopAsync();
        File.Delete(ControlSurface.Storage.DataFolder.OutboxFileIn(server.Folder));
        await server.StartAsync();
        Assert.Equal(told, new[] { (await receiver.NextAsync()).Id, (await receiver.NextAsync()).Id });
    }

    [Fact]
    public async Task What_the_outbox_refused_to_keep_is_told_once_it_keeps_it()
    {
        await using var receiver = await Receiver.OpenAsync();
        var clock = new PauseClock();
        await using var server = await LiveServer.OpenAsync(clock, settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        await mia.CreateAsync("One");
        Assert.Equal("One", TitleOf(await receiver.NextAsync()));
        await UntilAsync(ada, d => d.GetProperty("state").GetString() == "delivered");
        Tamper("create trigger refuses before insert on deliveries begin select raise(abort, 'no room'); end");
        var paused = clock.NextPause();
        await mia.CreateAsync("Two");
        await paused.WaitAsync(TimeSpan.FromSeconds(20));

        Tamper("drop trigger refuses");
        server.Pass(15);
        await mia.CreateAsync("Three");

        Assert.Equal("Two", TitleOf(await receiver.NextAsync()));
        Assert.Equal("Three", TitleOf(await receiver.NextAsync()));

        void Tamper(string sql)
        {
            using var outbox = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={ControlSurface.Storage.DataFolder.OutboxFileIn(server.Folder)};Pooling=False"
            );
            outbox.Open();
            using var command = outbox.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>A clock that says when somebody begins to wait for 15 seconds.</summary>
    private sealed class PauseClock() : Microsoft.Extensions.Time.Testing.FakeTimeProvider(LiveServer.T0)
    {
        private volatile TaskCompletionSource? _pause;

        internal Task NextPause() =>
            (_pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TimeSpan.FromSeconds(15))
                _pause?.TrySetResult();
            return timer;
        }
    }

    [Fact]
    public async Task An_event_that_is_damaged_fails_its_own_delivery_and_the_next_one_is_told()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        receiver.Answer(500);
        await mia.CreateAsync("One");
        var first = await receiver.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);
        Storage.JournalSurgery.Change(
            ControlSurface.Storage.DataFolder.JournalFileIn(server.Folder),
            first.Seq,
            e => e with { Data = "{"u8.ToArray() }
        );

        server.Pass(10);
        var failed = await UntilAsync(ada, d => d.GetProperty("state").GetString() == "failed");
        await mia.CreateAsync("Two");

        Assert.Equal("The event cannot be read from the journal: run doctor.", failed.GetProperty("error").GetString());
        Assert.Equal("Two", TitleOf(await receiver.NextAsync()));
    }

    [Fact]
    public async Task An_event_that_is_damaged_before_anybody_was_told_of_it_is_passed_over()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        receiver.Answer(410);
        await mia.CreateAsync("Gone");
        var gone = await receiver.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("state").GetString() == "failed");
        foreach (var title in (string[])["One", "Damaged", "Two"])
            await mia.CreateAsync(title);
        // The second of the three that were created since.
        var created = (await ada.GetAsync($"/events?after={gone.Seq}"))
            .Is(200)["events"]
            .EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() == "item.created")
            .Select(e => e.GetProperty("seq").GetInt64())
            .ToList();
        Storage.JournalSurgery.Change(
            ControlSurface.Storage.DataFolder.JournalFileIn(server.Folder),
            created[1],
            e => e with { Data = "{"u8.ToArray() }
        );

        (await SetAsync(ada, receiver, "item.created")).Is(200);

        Assert.Equal("One", TitleOf(await receiver.NextAsync()));
        Assert.Equal("Two", TitleOf(await receiver.NextAsync()));
    }

    [Fact]
    public async Task Whoever_asks_to_be_left_alone_for_a_while_is()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        receiver.Answer(429, r => r.Headers.RetryAfter = "3600");
        await mia.CreateAsync();
        await receiver.NextAsync();

        var waiting = await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);

        Assert.InRange(
            waiting.GetProperty("nextAt").GetDateTimeOffset(),
            LiveServer.T0.AddMinutes(54),
            LiveServer.T0.AddMinutes(66)
        );
    }

    [Fact]
    public async Task One_that_never_answers_holds_up_nobody_else()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/";
        (await ada.PutAsync("/webhooks/aaa", new { url, events = new[] { "item.created" } })).Is(201);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        for (var k = 0; k < 3; k++)
            await mia.CreateAsync($"Item {k}");

        for (var k = 0; k < 3; k++)
            await receiver.NextAsync();

        var stuck = (await ada.GetAsync("/webhooks/aaa/deliveries")).Is(200);
        Assert.All(stuck["items"].EnumerateArray(), d => Assert.Equal("waiting", d.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task An_address_that_is_gone_is_told_nothing_more_until_it_is_set_again_and_then_what_it_missed()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        receiver.Answer(410);
        await mia.CreateAsync("Gone");
        await receiver.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("state").GetString() == "failed");
        Assert.Contains(
            "410",
            (await ada.GetAsync("/webhooks/crm")).Is(200)["disabled"].GetString(),
            StringComparison.Ordinal
        );

        await mia.CreateAsync("Missed");
        (await ada.PostAsync("/webhooks/crm/redeliver", new { to = 1 })).IsRefused(400, "invalid_request");
        var again = (await SetAsync(ada, receiver, "item.created")).Is(200);

        Assert.Equal(JsonValueKind.Null, again["secret"].ValueKind);
        var got = await receiver.NextAsync();
        Assert.Equal("Missed", TitleOf(got));
        // What was given up stays given up, until somebody asks for it.
        Assert.Equal(1, (await ada.PostAsync("/webhooks/crm/redeliver")).Is(202)["count"].GetInt32());
        Assert.Equal("Gone", TitleOf(await receiver.NextAsync()));
    }

    [Fact]
    public async Task A_secret_is_said_once_is_kept_nowhere_and_signs_for_a_day_beside_the_next()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        var set = new { url = receiver.Url, events = new[] { "item.created" } };
        var made = (await ada.SendAsync(HttpMethod.Put, "/webhooks/crm", set, "k-1")).Is(201);
        var old = made["secret"].GetString()!;
        var replayed = (await ada.SendAsync(HttpMethod.Put, "/webhooks/crm", set, "k-1")).Is(201);
        Assert.Equal(JsonValueKind.Null, replayed["secret"].ValueKind);
        Assert.Equal(JsonValueKind.Null, (await ada.GetAsync("/webhooks/crm")).Is(200)["secret"].ValueKind);
        var rotated = await ada.PutAsync(
            "/webhooks/crm",
            new
            {
                url = receiver.Url,
                events = new[] { "item.created" },
                rotate = true,
            }
        );
        var fresh = rotated.Is(200)["secret"].GetString()!;
        Assert.NotEqual(old, fresh);

        await mia.CreateAsync();
        var during = await receiver.NextAsync();
        server.Pass(86_401);
        await mia.CreateAsync();
        var after = await receiver.NextAsync();

        Assert.True(during.IsSignedWith(old) && during.IsSignedWith(fresh));
        Assert.True(after.IsSignedWith(fresh));
        Assert.False(after.IsSignedWith(old));
        await server.StopAsync();
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(old["whsec_".Length..], text, StringComparison.Ordinal);
            Assert.DoesNotContain(fresh["whsec_".Length..], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_sent_can_be_sent_again_by_an_admin_alone()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await mia.PutAsync("/webhooks/crm", new { url = receiver.Url, events = Array.Empty<string>() })).IsRefused(
            403,
            "forbidden"
        );
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        await mia.CreateAsync();
        var first = await receiver.NextAsync();
        (await mia.PostAsync("/webhooks/crm/redeliver", new { from = first.Seq })).IsRefused(403, "forbidden");
        (await ada.PostAsync("/webhooks/crm/redeliver", new { from = 0 })).IsRefused(400, "invalid_request");
        Assert.Equal(
            1,
            (await ada.PostAsync("/webhooks/crm/redeliver", new { from = 1, to = first.Seq }))
                .Is(202)["count"]
                .GetInt32()
        );

        Assert.Equal(first.Id, (await receiver.NextAsync()).Id);
        (await ada.SendAsync(HttpMethod.Delete, "/webhooks/crm", new { }, idempotencyKey: null)).Is(204);
        (await ada.GetAsync("/webhooks/crm/deliveries")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Found_4_7_a_token_in_an_address_is_in_no_event_no_answer_and_no_file_and_is_sent_to_all_the_same()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        await using var hub = await HubReader.FollowAsync(server, ada, await ada.SeqAsync(), "all");
        var origin = new Uri(receiver.Url).GetLeftPart(UriPartial.Authority);
        var set = new { url = receiver.Url + "?token=s3cr3t-T0ken", events = new[] { "item.created" } };
        var made = (await ada.SendAsync(HttpMethod.Put, "/webhooks/crm", set, "k-1")).Is(201);
        var again = (await ada.SendAsync(HttpMethod.Put, "/webhooks/crm", set, "k-1")).Is(201);
        // The same once more, without a key, is no change.
        var same = (await ada.PutAsync("/webhooks/crm", set)).Is(200);
        var heard = await hub.NextAsync();
        await mia.CreateAsync("One");
        await receiver.NextAsync();
        Assert.Equal(origin, made["url"].GetString());
        foreach (
            var text in (string[])
                [
                    made.Text,
                    again.Text,
                    same.Text,
                    heard!.Value.ToString(),
                    (await ada.GetAsync("/webhooks/crm")).Is(200).Text,
                    (await ada.GetAsync("/webhooks")).Is(200).Text,
                    (await ada.GetAsync("/webhooks/crm/deliveries")).Is(200).Text,
                    (await ada.GetAsync("/events?limit=500")).Is(200).Text,
                    (await ada.GetAsync("/audit")).Is(200).Text,
                ]
        )
        {
            Assert.DoesNotContain("T0ken", text, StringComparison.Ordinal);
            Assert.DoesNotContain(
                "/hook",
                text.Replace("/webhooks", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
        }
        Assert.Single(await ada.EventsAsync(), e => e.GetProperty("type").GetString() == "webhook.set");
        await server.StopAsync();
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                "T0ken",
                Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)),
                StringComparison.Ordinal
            );
        await server.StartAsync();
        await mia.CreateAsync("Two");
        Assert.Equal("Two", TitleOf(await receiver.NextAsync()));
    }

    [Fact]
    public async Task Found_5_6_what_waits_goes_with_the_webhook_that_is_deleted_and_never_to_its_successor()
    {
        await using var old = await Receiver.OpenAsync();
        await using var next = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, old, "item.created")).Is(201);
        old.Answer(500);
        await mia.CreateAsync("Old");
        await old.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);
        (await ada.SendAsync(HttpMethod.Delete, "/webhooks/crm", new { }, idempotencyKey: null)).Is(204);
        (await SetAsync(ada, next, "item.created")).Is(201);
        Assert.Equal(0, (await ada.GetAsync("/webhooks/crm/deliveries")).Is(200)["total"].GetInt32());
        server.Pass(3_600);
        await mia.CreateAsync("New");
        Assert.Equal("New", TitleOf(await next.NextAsync()));
        Assert.True(next.IsEmpty && old.IsEmpty);
    }

    [Theory]
    [InlineData("address")]
    [InlineData("events")]
    [InlineData("queues")]
    public async Task Found_5_6_one_that_is_changed_is_sent_only_what_it_now_asks_for(string changed)
    {
        await using var old = await Receiver.OpenAsync();
        await using var next = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync(settings: Local);
        var (ada, mia) = await OpenAsync(server);
        (await mia.PutAsync("/queues/hr", new { })).Is(201);
        (await SetAsync(ada, old, "item.*")).Is(201);
        old.Answer(500);
        var item = await mia.CreateAsync("Old");
        await old.NextAsync();
        await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);
        (
            await ada.PutAsync(
                "/webhooks/crm",
                new
                {
                    url = (changed == "address" ? next : old).Url,
                    events = changed == "events" ? new[] { "item.cancelled" } : ["item.*"],
                    queues = changed == "queues" ? new[] { "hr" } : null,
                }
            )
        ).Is(200);
        // What waited is gone with the answer, not when it is due.
        Assert.Equal(0, (await ada.GetAsync("/webhooks/crm/deliveries")).Is(200)["total"].GetInt32());
        server.Pass(3_600);
        if (changed == "queues")
            await mia.CreateAsync("Hired", "hr");
        else
            (await mia.PostAsync($"/items/{item}/cancel", new { why = "x" })).Is(200);
        var got = await (changed == "address" ? next : old).NextAsync();
        Assert.Equal(changed == "queues" ? "item.created" : "item.cancelled", got.Json.GetProperty("type").GetString());
        if (changed == "queues")
            Assert.Equal("Hired", TitleOf(got));
        Assert.True(old.IsEmpty && next.IsEmpty);
    }

    [Fact]
    public async Task Nothing_behind_our_own_door_is_spoken_to()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);
        (await SetAsync(ada, receiver, "item.created")).Is(201);
        await mia.CreateAsync();

        var waiting = await UntilAsync(ada, d => d.GetProperty("attempts").GetInt32() == 1);

        Assert.Equal("waiting", waiting.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("status").ValueKind);
        Assert.True(receiver.IsEmpty);
    }

    [Theory]
    [InlineData("https://127.0.0.1:{port}/")]
    [InlineData("https://2130706433:{port}/")]
    [InlineData("https://0x7f000001:{port}/")]
    [InlineData("https://0177.0.0.1:{port}/")]
    [InlineData("https://127.1:{port}/")]
    [InlineData("https://0.0.0.0:{port}/")]
    [InlineData("https://[::1]:{port}/")]
    [InlineData("https://[::]:{port}/")]
    [InlineData("https://[::ffff:127.0.0.1]:{port}/")]
    [InlineData("https://[::127.0.0.1]:{port}/")]
    [InlineData("https://[64:ff9b::7f00:1]:{port}/")]
    [InlineData("https://[2002:7f00:1::]:{port}/")]
    [InlineData("https://localhost:{port}/")]
    [InlineData("https://localhost.:{port}/")]
    [InlineData("https://LOCALHOST:{port}/")]
    public async Task No_way_of_writing_this_machine_leads_to_it(string url)
    {
        await using var receiver = await Receiver.OpenAsync();
        var port = new Uri(receiver.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var to = new Uri(url.Replace("{port}", port, StringComparison.Ordinal));

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var connected = await PublicAddresses.ConnectAsync(
                new DnsEndPoint(to.IdnHost.Trim('[', ']'), to.Port),
                allowsLocal: false,
                CancellationToken.None
            );
        });
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2001:0:53aa:64c:0:0:0:0", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    public void What_everybody_may_reach_is_known(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(80, true)]
    [InlineData(443, true)]
    [InlineData(8443, true)]
    public void Only_ports_of_web_servers_are_spoken_to(int port, bool may) =>
        Assert.Equal(may, PublicAddresses.IsWebPort(port));

    [Fact]
    public async Task An_outside_system_says_in_its_own_words_that_something_of_it_changed()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, mia) = await OpenAsync(server);
        var push = new
        {
            repository = new { full_name = "web/shop" },
            after = "9f31",
            pusher = new { name = "ann" },
        };
        const string Where = "/hooks/github?target=/repository/full_name&version=/after&by=/pusher/name";

        var told = (await mia.PostAsync(Where, push, "k-1")).Is(201);
        Assert.Equal("github:web/shop", told["target"].GetString());
        Assert.Equal("9f31", told["version"].GetString());
        Assert.Equal("true", (await mia.PostAsync(Where, push, "k-1")).Is(201).Headers["Idempotency-Replayed"]);
        (await mia.PostAsync(Where, push)).Is(200);
        (await mia.PostAsync("/hooks/crm", new { target = "customer/7", version = 12 })).Is(201);
        (await mia.PostAsync("/hooks/crm", new { target = "customer/7" })).IsRefused(400, "invalid_request");
        (await mia.PostAsync("/hooks/crm?target=x", push)).IsRefused(400, "invalid_request");
        (await mia.PostAsync("/hooks/crm", new { target = "../x", version = "1" })).IsRefused(400, "invalid_request");
        var viewer = await server.AddAsync("Vic", Roles.Viewer);
        (await viewer.PostAsync(Where, push)).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task A_server_that_is_drained_lets_go_of_whoever_waits_and_takes_nothing_new_until_it_is_started_again()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);
        var bot = await server.AddAsync("zed", Roles.Agent);
        var waits = bot.PostAsync("/queues/crm/claims", new { waitSeconds = 50 });
        (await mia.PostAsync("/workspace/drain", new { why = "x" })).IsRefused(403, "forbidden");
        (await ada.PostAsync("/workspace/drain?dryRun=true", new { why = "upgrade" })).Is(202);
        (await mia.PostAsync("/items", new { queue = "hr", title = "x" })).IsRefused(404, "not_found");

        (await ada.PostAsync("/workspace/drain", new { why = "upgrade" }, "k-1")).Is(202);

        Assert.True((await waits).IsRefused(503, "unavailable").Headers.ContainsKey("Retry-After"));
        (await mia.PostAsync("/items", new { queue = "crm", title = "x" })).IsRefused(503, "unavailable");
        (await mia.GetAsync("/items")).Is(200);
        using var ready = await server.Http.GetAsync(new Uri(server.Address, "/readyz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        await server.StopAsync();
        await server.StartAsync();
        await mia.CreateAsync();
        // Told again, it is the first answer, and nothing is drained.
        (await ada.PostAsync("/workspace/drain", new { why = "upgrade" }, "k-1")).Is(202);
        await mia.CreateAsync();
        var said = (await ada.EventsAsync()).Single(e => e.GetProperty("type").GetString() == "workspace.drained");
        Assert.Equal(ada.Id, said.GetProperty("by").GetString());
    }
}
