using ControlSurface.Access;
using ControlSurface.Core.Engine;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Api;
using Server.Tests.Field;
using static Server.Tests.Lines.LineSocket;

namespace Server.Tests.Lines;

/// <summary>A part of the body may have thousands of lines. The end of a stream does not wait for those that have not begun.</summary>
public sealed class A_stream_that_ends_while_many_lines_wait
{
    private const int Last = 200;

    // The second line needs the engine, which is held: the others wait behind it.
    private static string[] Lines =>
        [
            Line(0, "GET", "/me"),
            Line(1, "PUT", "/queues/q1", new { }),
            .. Enumerable.Range(2, Last - 1).Select(k => Line(k, "PUT", $"/queues/q{k}", new { })),
        ];

    [Fact]
    public async Task Serves_none_of_them_once_its_key_is_revoked()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenedAsync(server.Address, mia.Key);
        await using (Stop.Of(server.Host.Engine))
        {
            await lines.SendAsync(Lines);
            (await lines.NextAsync())!.Is(200);
            server.Host.Access.RevokeKey(server.Host.Access.Keys(mia.Principal.Id)[0].Id);
            var open = server.Host.App.Services.GetRequiredService<OpenConnections>();
            await UntilAsync(() => Task.FromResult(open.Count == 0), "the end of the key");
        }
        var answers = await lines.RestAsync();
        Assert.Equal("null", answers[^1].IsRefused(401, "unauthorized").Id);
        (await bot.GetAsync($"/queues/q{Last}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Serves_none_of_them_once_the_server_stops()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("mia", Roles.Manager);
        await using var lines = await OpenedAsync(house.Address, mia.Key!);
        await using (Stop.Of(house.Engine))
        {
            await lines.SendAsync(Lines);
            (await lines.NextAsync())!.Is(200);
            house.App.Lifetime.StopApplication();
        }
        var answers = await lines.RestAsync();
        Assert.Equal("null", answers[^1].IsRefused(503, "unavailable").Id);
        Assert.Null(house.Engine.Picture.Read(at => at.FindQueue($"q{Last}")));
    }

    [Fact]
    public async Task Serves_none_of_them_once_its_client_is_gone()
    {
        var gone = new TaskCompletionSource();
        var served = new TaskCompletionSource();
        await using var house = await House.OpenAsync(entrance: next =>
            async http =>
            {
                http.RequestAborted.Register(gone.SetResult);
                await next(http);
                served.SetResult();
            }
        );
        var mia = await house.PersonAsync("mia", Roles.Manager);
        await using var lines = await OpenedAsync(house.Address, mia.Key!);
        await using (Stop.Of(house.Engine))
        {
            await lines.SendAsync(Lines);
            (await lines.NextAsync())!.Is(200);
            lines.Cut();
            await gone.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        await served.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Null(house.Engine.Picture.Read(at => at.FindQueue($"q{Last}")));
    }

    // A workspace learns of a new principal by its engine: a first call would wait while that is held.
    private static async Task<LineSocket> OpenedAsync(Uri server, string key)
    {
        var lines = await OpenAsync(server, key);
        await lines.SendAsync(Line("first", "GET", "/me"));
        (await lines.NextAsync())!.Is(200);
        return lines;
    }

    /// <summary>Holds the engine's thread until it is disposed.</summary>
    private sealed class Stop : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _goOn = new();
        private Task _held = Task.CompletedTask;

        internal static Stop Of(Engine engine)
        {
            var stop = new Stop();
            stop._held = engine.AskAsync((_, _) => stop._goOn.Wait(TimeSpan.FromSeconds(60)));
            return stop;
        }

        public async ValueTask DisposeAsync()
        {
            _goOn.Set();
            await _held;
            _goOn.Dispose();
        }
    }
}
