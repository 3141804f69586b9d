global using static Microsoft.Playwright.Assertions;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Chromium, and one server that most stories of a side share: each has queues and people of its own in it.</summary>
public sealed class Street : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private int _names;

    internal IBrowser Browser { get; private set; } = null!; // set before the first story

    internal Premises Premises { get; private set; } = null!; // set before the first story

    /// <summary>A name that nobody has had in this run.</summary>
    internal string Fresh(string name) => FormattableString.Invariant($"{name}-{Interlocked.Increment(ref _names)}");

    public async Task InitializeAsync()
    {
        // A condition is waited for, not a speed: a machine that builds beside the stories is slower than the usual five seconds.
        SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        Premises = await Premises.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await Premises.DisposeAsync();
        await Browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>
/// Stories of one side of the street run one after the other: they tell of seconds. The other side plays beside it, with a browser and a
/// server of its own: a story waits for one or the other half of the time, and two processors are enough for two.
/// </summary>
[CollectionDefinition(nameof(Street))]
public sealed class StreetStories : ICollectionFixture<Street>;

/// <summary>The other side: stories that go through all pages, and take as long together as the rest.</summary>
[CollectionDefinition(nameof(AcrossTheStreet))]
public sealed class AcrossTheStreet : ICollectionFixture<Street>;

/// <summary>A server with those who work in it.</summary>
internal sealed class Premises : IAsyncDisposable
{
    private readonly List<Agent> _agents = [];

    private Premises(ServerProcess server, AccessStore access)
    {
        Server = server;
        Access = access;
    }

    public ServerProcess Server { get; }

    /// <summary>The server's own access store, as the command line opens it beside the server.</summary>
    public AccessStore Access { get; }

    public static async Task<Premises> OpenAsync(params string[] arguments)
    {
        var server = await ServerProcess.StartAsync(arguments);
        return new Premises(server, AccessStore.Open(server.Folder, TimeProvider.System));
    }

    public Agent Agent(string name, Roles roles = Roles.Agent)
    {
        var principal =
            Access.Find(name)
            ?? Access.AddPrincipal(
                name,
                roles == Roles.Agent ? PrincipalKind.Agent : PrincipalKind.Person,
                roles,
                queues: null
            );
        var agent = new Agent(Server.Address, Access.AddKey(principal.Id, name).Text);
        _agents.Add(agent);
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
            agent.Dispose();
        Access.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>One story: who visits, and that nobody's browser complained by its end.</summary>
[Collection(nameof(Street))]
public abstract class Story(Street street) : IAsyncLifetime
{
    private readonly List<Visitor> _visitors = [];

    internal Street Street => street;

    internal virtual Premises Premises => street.Premises;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        try
        {
            foreach (var visitor in _visitors)
                await visitor.IsContentAsync();
        }
        finally
        {
            foreach (var visitor in _visitors)
                await visitor.CloseAsync();
        }
    }

    /// <summary>A person who has just signed in by a link.</summary>
    internal async Task<Visitor> PersonAsync(string name, Roles roles, Window? window = null, Line? through = null)
    {
        var principal =
            Premises.Access.Find(name) ?? Premises.Access.AddPrincipal(name, PrincipalKind.Person, roles, queues: null);
        var visitor = await AnybodyAsync(window, through);
        await visitor.UsesAsync(Premises.Access.MakeSignInLink(principal.Id));
        return visitor;
    }

    /// <summary>An agent, and a queue that is this story's alone.</summary>
    internal async Task<(Agent Agent, string Queue)> QueueAsync()
    {
        var queue = street.Fresh("replies");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue);
        return (Premises.Agent("reply-agent"), queue);
    }

    /// <summary>Somebody who has not signed in.</summary>
    /// <param name="through">The line by which they reach the server; null for none.</param>
    /// <param name="at">Where else they find it; null for the line's address or the server's own.</param>
    internal async Task<Visitor> AnybodyAsync(Window? window = null, Line? through = null, Uri? at = null)
    {
        var address = at ?? through?.Address ?? Premises.Server.Address;
        var visitor = await Visitor.OpenAsync(street.Browser, address, window ?? Window.Desktop);
        _visitors.Add(visitor);
        return visitor;
    }
}
