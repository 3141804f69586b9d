using System.Collections.Concurrent;
using System.Reflection;
using ControlSurface.Api;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Server.Tests.Api;

/// <summary>
/// Few threads read all sockets, and a handler begins on the one that read its request. It may answer from memory there; whatever
/// reads a disk or compares texts has to go on elsewhere, since every other caller of that thread waits meanwhile.
/// </summary>
public sealed class SocketThreadTests
{
    [Fact]
    public async Task No_operation_reads_the_journal_on_the_thread_that_read_its_request()
    {
        var journal = new Watched();
        await using var house = await House.OpenAsync(watch: journal.Over, entrance: Entrance.Mark);
        var (admin, _) = await A_malformed_request_is_refused_by_name_and_changes_nothing.ReadyAsync(house);
        foreach (var operation in ApiOperations.All.Where(o => o.Id is not "drain"))
        {
            journal.During = operation.Id;
            var body = operation.Body is { } type
                ? A_malformed_request_is_refused_by_name_and_changes_nothing.Good(type)
                : null;
            await admin.SendAsync(
                operation.Method,
                A_malformed_request_is_refused_by_name_and_changes_nothing.PathOf(operation),
                body?.ToJsonString()
            );
        }
        Assert.Contains(journal.Calls, call => !call.IsOnSocket); // Without this the test could pass because it sees nothing.
        Assert.Empty(journal.Calls.Where(call => call.IsOnSocket).Select(call => $"{call.During}: {call.Member}"));
    }

    [Fact]
    public async Task A_read_on_the_thread_that_read_the_request_is_seen()
    {
        var journal = new Watched();
        await using var house = await House.OpenAsync(
            watch: journal.Over,
            entrance: next => Entrance.Mark(http => ReadAtOnce(http, next))
        );
        var admin = await house.PersonAsync("Admin", Roles.Admin);
        (await admin.GetAsync("/me")).Is(200);
        Assert.Contains(journal.Calls, call => call is { Member: "FindContent", IsOnSocket: true });
    }

    private static Task ReadAtOnce(HttpContext http, RequestDelegate next)
    {
        Assert.Null(http.RequestServices.GetRequiredService<IJournal>().FindContent(ContentHash.Of("hello"u8)));
        return next(http);
    }

    [Fact]
    public async Task Evidence_that_names_a_content_is_looked_up_elsewhere()
    {
        var journal = new Watched();
        await using var house = await House.OpenAsync(watch: journal.Over, entrance: Entrance.Mark);
        var (admin, _) = await A_malformed_request_is_refused_by_name_and_changes_nothing.ReadyAsync(house);
        var token = (await admin.GetAsync("/leases/L-1")).Is(200)["lease.token"].GetInt64();
        journal.During = "recordCheckpoint";
        var checkpoint = new
        {
            token,
            summary = "half way",
            evidence = new[] { new { label = "reply", contentHash = ContentHash.Of("hello"u8) } },
        };
        (await admin.PostAsync("/leases/L-1/checkpoints", checkpoint)).Is(201);
        var lookup = Assert.Single(
            journal.Calls,
            call => call is { During: "recordCheckpoint", Member: "FindContent" }
        );
        Assert.False(lookup.IsOnSocket);
    }

    /// <summary>Knows whether this thread is still the one that read a request, on its way into the handler.</summary>
    private static class Entrance
    {
        [ThreadStatic]
        private static bool _isHere;

        internal static bool IsHere => _isHere;

        // A handler that yields returns its task at once, and its rest runs where nothing is marked.
        internal static RequestDelegate Mark(RequestDelegate next) =>
            http =>
            {
                _isHere = true;
                try
                {
                    return next(http);
                }
                finally
                {
                    _isHere = false;
                }
            };
    }

    private sealed record Call(string During, string Member, bool IsOnSocket);

    /// <summary>Writes down each call of the API to the journal, and whether it came on a socket's thread.</summary>
    private sealed class Watched
    {
        internal ConcurrentQueue<Call> Calls { get; } = new();
        internal string During { get; set; } = "";

        internal IJournal Over(IJournal journal)
        {
            var proxy = DispatchProxy.Create<IJournal, JournalProxy>();
            ((JournalProxy)(object)proxy).Begin(journal, member => Calls.Enqueue(new(During, member, Entrance.IsHere)));
            return proxy;
        }
    }
}

/// <summary>A journal that tells of each call before it passes it on. Public, as <see cref="DispatchProxy"/> needs it.</summary>
public class JournalProxy : DispatchProxy
{
    private IJournal _journal = null!; // Begin sets both before anything calls.
    private Action<string> _tell = null!;

    internal void Begin(IJournal journal, Action<string> tell) => (_journal, _tell) = (journal, tell);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _tell(targetMethod!.Name);
        return targetMethod.Invoke(_journal, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }
}
