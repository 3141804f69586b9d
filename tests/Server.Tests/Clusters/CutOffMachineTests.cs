using System.Net.Http.Headers;
using System.Text;
using Benchmarks;
using ControlSurface.Core.Principals;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Clusters;

/// <summary>A machine that reaches the others and not the database.</summary>
[Collection(Alone.Name)]
public sealed class A_machine_that_lost_its_database
{
    private readonly string _connection = PostgresServer.Shared.NewDatabase();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Gives_its_workspace_back_also_where_its_log_failed_first()
    {
        await using var machine = await OwnMachine.StartAsync(_connection, _clock);
        Assert.True(await machine.OpenAsync("main"));
        var log = new LogThatFailsOnce();
        machine.Placement.Log = log;
        await using (await HeldJournals.HoldAsync(_connection))
            await OwnMachine.UntilAsync(() =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return !machine.Placement.MayOpen(machine.Workspaces.First);
            });
        Assert.True(log.HasFailed);
    }

    [Fact]
    public async Task Says_on_its_pages_of_when_they_are_and_then_ends_whatever_is_open()
    {
        await using var machine = await OwnMachine.StartAsync(_connection, _clock);
        var key = machine.Add("main", "Mia", Roles.Manager).Key;
        Assert.True(await machine.OpenAsync("main"));
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cookies = await CircuitClient.SignInAsync(machine.Address, key);
        await using var page = await CircuitClient.OpenAsync(
            machine.Address,
            "/queues",
            cookies,
            (_, batch) =>
            {
                if (Encoding.UTF8.GetString(batch.Span).Contains("Not connected to", StringComparison.Ordinal))
                    said.TrySetResult();
            }
        );
        using var stream = await FollowedStream.OpenAsync(machine.Address, key);
        await using var hub = await OpenHubAsync(machine.Address, key);
        var hubEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Closed += _ =>
        {
            hubEnded.TrySetResult();
            return Task.CompletedTask;
        };
        await OwnMachine.UntilAsync(() => page.Batches > 0);
        await using (await HeldJournals.HoldAsync(_connection))
        {
            Assert.False(said.Task.IsCompleted);
            // More than proves that the workspace is still here, and less than after which it is given back.
            _clock.Advance(TimeSpan.FromSeconds(4));
            await OwnMachine.UntilAsync(() => said.Task.IsCompleted);
            Task[] open = [page.Closed, stream.Ended, hubEnded.Task];
            await OwnMachine.UntilAsync(() =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return open.All(one => one.IsCompleted);
            });
        }
    }

    private static async Task<HubConnection> OpenHubAsync(Uri address, string key)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(address, "/hubs/live"), http => http.Headers["Authorization"] = "Bearer " + key)
            .Build();
        await hub.StartAsync();
        return hub;
    }

    /// <summary>A stream of events that is read to its end.</summary>
    private sealed class FollowedStream : IDisposable
    {
        private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

        internal Task Ended { get; private set; } = Task.CompletedTask;

        internal static async Task<FollowedStream> OpenAsync(Uri address, string key)
        {
            var stream = new FollowedStream();
            stream._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            stream._http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
            stream.Ended = ReadAsync(await stream._http.GetStreamAsync(new Uri(address, "/api/v1/events")));
            return stream;
        }

        public void Dispose() => _http.Dispose();

        private static async Task ReadAsync(Stream body)
        {
            try
            {
                await body.CopyToAsync(Stream.Null);
            }
            catch (Exception cut) when (cut is IOException or HttpRequestException)
            {
                // Ended too.
            }
        }
    }

    private sealed class LogThatFailsOnce : ILogger
    {
        private int _failed;

        internal bool HasFailed => _failed > 0;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (Interlocked.Exchange(ref _failed, 1) == 0)
                throw new IOException("There is no room for the log.");
        }
    }
}
