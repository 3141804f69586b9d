using ControlSurface.Demo;
using static Server.Tests.Demo.ScriptedServer;

namespace Server.Tests.Demo;

/// <summary>That the demo is the honest client which the contract asks for.</summary>
public class When_the_demo_calls_the_api
{
    private const string Leased = """{"lease":{"id":"L-7","state":"active","expiresInSeconds":30}}""";
    private readonly HastyTime _time = new(Sample.Now);

    private DemoClient Client(ScriptedServer server) =>
        new(new DemoHttp(new HttpClient(server) { BaseAddress = new Uri("http://localhost") }, "key", _time));

    private DemoHold Hold(ScriptedServer server) =>
        new(
            Client(server),
            new DemoGrant(
                Sample.Item(1, "claimed", TimeSpan.Zero),
                new DemoLease
                {
                    Id = "L-7",
                    State = "claimed",
                    Token = 412,
                }
            ),
            "7e4",
            _time
        );

    [Fact]
    public async Task A_write_of_unknown_fate_is_repeated_under_the_same_key_when_the_server_says_so()
    {
        using var server = new ScriptedServer(
            Says(503, """{"code":"outcome_unknown","detail":"repeat it"}""", retryAfter: 20),
            () => throw new HttpRequestException("connection reset"),
            Says(
                200,
                """{"item":{"id":"W-1","queue":"refunds","title":"t","state":"claimed"},"lease":{"id":"L-7","state":"claimed"}}"""
            )
        );
        var answer = await Client(server).ClaimNextAsync("refunds", "7e4", 0, default);
        Assert.Equal("L-7", answer.Value?.Lease.Id);
        Assert.True(_time.Passed >= TimeSpan.FromSeconds(20), $"asked again after {_time.Passed}");
        Assert.Equal(3, server.Heard.Count);
        Assert.Single(server.Heard.DistinctBy(heard => (heard.Key, heard.Body)));
        Assert.NotNull(server.Heard[0].Key);
    }

    [Fact]
    public async Task A_refusal_is_taken_for_an_answer()
    {
        using var server = new ScriptedServer(
            Says(409, """{"code":"already_owned","detail":"…","retryAfter":30}""", 30)
        );
        var answer = await Client(server).ClaimAsync("W-1", "7e4", default);
        Assert.Equal("already_owned", answer.Code);
        Assert.Single(server.Heard);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, """{"lease":{"id":""")]
    [InlineData(409, "")]
    public async Task An_answer_that_cannot_be_read_is_asked_for_again_under_the_same_key(int status, string json)
    {
        using var server = new ScriptedServer(Says(status, json), Says(200, Leased));
        Assert.True(await Hold(server).RenewQuietlyAsync(default));
        Assert.Equal(2, server.Heard.Count);
        Assert.Single(server.Heard.DistinctBy(heard => heard.Key));
    }

    [Fact]
    public async Task Nothing_to_do_says_when_to_ask_again()
    {
        using var server = new ScriptedServer(Says(204, "", retryAfter: 12));
        var answer = await Client(server).ClaimNextAsync("refunds", "7e4", 15, default);
        Assert.True(answer.IsOk);
        Assert.Null(answer.Value);
        Assert.Equal(TimeSpan.FromSeconds(12), answer.RetryAfter);
    }

    [Fact]
    public async Task A_holder_names_run_and_token_and_acknowledges_what_changed_under_it()
    {
        using var server = new ScriptedServer(
            Says(409, """{"code":"acknowledge_required","detail":"…","acknowledges":431}"""),
            Says(200, Leased)
        );
        var hold = Hold(server);
        var isMine = await hold.RenewAsync("step 1 of 5", "read it", default);
        Assert.True(isMine);
        Assert.Equal(TimeSpan.FromSeconds(30), hold.Left);
        Assert.Contains("\"token\":412", server.Heard[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"run\":\"7e4\"", server.Heard[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"acknowledges\":431", server.Heard[1].Body, StringComparison.Ordinal);
        // Another body under the key of the first would be refused.
        Assert.NotEqual(server.Heard[0].Key, server.Heard[1].Key);
    }

    [Fact]
    public async Task A_holder_waits_out_a_pause()
    {
        using var server = new ScriptedServer(
            Says(409, """{"code":"lease_suspended","detail":"…","reasons":["paused_by_policy"]}"""),
            Says(409, """{"code":"lease_suspended","detail":"…","reasons":["paused_by_policy"]}"""),
            Says(200, Leased)
        );
        var isMine = await Hold(server).RenewQuietlyAsync(default);
        Assert.True(isMine);
        Assert.True(_time.Passed >= TimeSpan.FromSeconds(10), $"asked again after {_time.Passed}");
    }

    [Theory]
    [InlineData(409, "fenced")]
    [InlineData(409, "lease_ended")]
    [InlineData(409, "lease_stale")]
    [InlineData(403, "not_holder")]
    public async Task A_holder_that_was_replaced_lets_go(int status, string code)
    {
        using var server = new ScriptedServer(Says(status, $$"""{"code":"{{code}}","detail":"…"}"""));
        var hold = Hold(server);
        var isMine = await hold.CompleteAsync("sent", default);
        Assert.False(isMine);
        Assert.Equal(code, hold.LostTo);
        Assert.Single(server.Heard);
    }
}
