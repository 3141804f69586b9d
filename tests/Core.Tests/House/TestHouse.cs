using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Tests.House;

/// <summary>A real engine with its feed, a journal in memory, a clock that is moved by hand, and the people of the house.</summary>
internal sealed class TestHouse : IAsyncDisposable
{
    private TestHouse(InMemoryJournal journal, HandClock clock, EngineOptions options)
    {
        Journal = journal;
        Clock = clock;
        Fatal = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine = Core.Engine.Engine.Open(journal, clock, options with { OnFatal = e => Fatal.TrySetResult(e) });
    }

    internal InMemoryJournal Journal { get; }
    internal HandClock Clock { get; }
    internal Core.Engine.Engine Engine { get; }
    internal TaskCompletionSource<Exception> Fatal { get; }

    /// <summary>A house in which everybody is known and the queue crm is there.</summary>
    internal static async Task<TestHouse> OpenAsync(
        PolicyChange? crm = null,
        EngineOptions? options = null,
        HandClock? clock = null
    )
    {
        var house = new TestHouse(
            new InMemoryJournal(),
            clock ?? new HandClock(People.T0),
            options ?? new EngineOptions()
        );
        foreach (var who in People.All)
            await house.Engine.SendAsync(new Request(new PrincipalCommand.Sync(who), Caller.System));
        await house.AcceptedAsync(People.Mona, new QueueCommand.Set("crm", crm ?? new PolicyChange(), null));
        return house;
    }

    /// <summary>The same house after a start: what is in the journal, at whatever time it is now.</summary>
    internal static TestHouse Reopen(InMemoryJournal journal, HandClock clock, EngineOptions? options = null) =>
        new(journal, clock, options ?? new EngineOptions());

    internal Task<Outcome> SendAsync(
        Principal who,
        Command command,
        string? key = null,
        string body = "",
        int waitSeconds = 0,
        bool dryRun = false,
        CancellationToken waiting = default
    ) =>
        Engine.SendAsync(
            new Request(command, who.AsCaller())
            {
                Key = key is null ? null : new IdempotencyKey(key, Fingerprint(command, body)),
                Render = key is null ? null : Render,
                Wait = TimeSpan.FromSeconds(waitSeconds),
                DryRun = dryRun,
            },
            waiting
        );

    /// <summary>Sends and expects it to be carried out.</summary>
    internal async Task<Reply> AcceptedAsync(Principal who, Command command)
    {
        var outcome = await SendAsync(who, command);
        Assert.Null(outcome.Refusal);
        return outcome.Reply!;
    }

    /// <summary>Sends and expects to be refused in that way.</summary>
    internal async Task<T> RefusedAsync<T>(Principal who, Command command)
        where T : Refusal => Assert.IsType<T>((await SendAsync(who, command)).Refusal);

    internal async Task<ItemId> CreateAsync(string title = "Answer the mail", string? externalId = null)
    {
        var create = new ItemCommand.Create("crm", title) { ExternalId = externalId };
        return ((ItemReply)await AcceptedAsync(People.Sam, create)).Item.Item.Id;
    }

    internal async Task<Lease> ClaimAsync(Principal who, ItemId item, bool start = true)
    {
        var granted = (GrantReply)await AcceptedAsync(who, new ClaimCommand.One(item, null, null));
        var lease = granted.Lease.Lease;
        if (!start)
            return lease;
        var started = await AcceptedAsync(who, new LeaseCommand.Start(lease.Id, null, lease.Token));
        return ((LeaseReply)started).Lease.Lease;
    }

    /// <summary>Waits until all that was sent before, and what is due by now, is decided and on disk.</summary>
    internal Task SettleAsync() => Engine.AskAsync((_, _) => true);

    internal byte[] PictureDigest() => Engine.Picture.Read(at => Digest.Of(at.ToState()));

    /// <summary>Waits for a condition that another thread brings about; a minute is an error, not a delay.</summary>
    internal static void Until(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromMinutes(1)), "never came: " + what);

    internal static RenderedAnswer Render(Outcome outcome) =>
        new(
            outcome.Refusal is null ? 200 : 409,
            Encoding.UTF8.GetBytes(outcome.Seq.ToString(CultureInfo.InvariantCulture)),
            Location: null
        );

    private static byte[] Fingerprint(Command command, string body) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(command.GetType().Name + body));

    public async ValueTask DisposeAsync()
    {
        Journal.Disk.Set();
        Journal.Saving.Set();
        await Engine.DisposeAsync();
    }
}
