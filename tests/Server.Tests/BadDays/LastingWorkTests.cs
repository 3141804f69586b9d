using ControlSurface.Api;
using ControlSurface.Hosting;
using ControlSurface.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Field;

namespace Server.Tests.BadDays;

/// <summary>A part of the server fails on something that nobody thought of.</summary>
public sealed class A_service_that_fails
{
    [Fact]
    public async Task Begins_anew_after_a_second_where_it_only_tells()
    {
        var clock = new FakeTimeProvider();
        using var service = new Failing(clock, times: 3);
        await service.StartAsync(CancellationToken.None);
        while (!service.HasWorked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(3, service.Failures);
        await service.StopAsync(CancellationToken.None);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Ends_nothing_where_it_tells_of_commits_or_carries_jobs_out()
    {
        await using var server = await LiveServer.OpenAsync();
        var lasting = server
            .Host.App.Services.GetServices<IHostedService>()
            .OfType<LastingWork>()
            .Select(service => service.GetType())
            .ToList();
        Assert.All(
            (Type[])
                [
                    typeof(LiveFeed),
                    typeof(ExpiryNotices),
                    typeof(PresenceNotices),
                    typeof(BulkRunner),
                    typeof(PrincipalSync),
                ],
            type => Assert.Contains(type, lasting)
        );
    }

    [Fact]
    public async Task Is_no_clean_stop_to_whatever_supervises_the_process()
    {
        await using var server = await LiveServer.OpenAsync();
        using var error = new StringWriter();
        var ended = ServerHost.WaitAsync(server.Host.App, error, CancellationToken.None);
        // As the framework does where a service failed.
        server.Host.App.Lifetime.StopApplication();
        Assert.Equal(ServerHost.FatalExitCode, await ended);
        Assert.Contains("a part of the server failed", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class Failing(TimeProvider clock, int times) : LastingWork(NullLogger.Instance)
    {
        private readonly TaskCompletionSource _worked = new();

        internal int Failures { get; private set; }

        internal Task HasWorked => _worked.Task;

        private protected override TimeProvider Clock => clock;

        protected override async Task WorkAsync(CancellationToken stopping)
        {
            if (Failures < times)
            {
                Failures++;
                throw new InvalidOperationException("A bug.");
            }
            _worked.SetResult();
            await Task.Delay(Timeout.Infinite, stopping);
        }
    }
}
