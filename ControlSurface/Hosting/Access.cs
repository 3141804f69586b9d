using System.Collections.Concurrent;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Demo;

namespace ControlSurface.Hosting;

/// <summary>Keeps the workspace's principals equal to the access store's, within a second and before a new key's first call.</summary>
public sealed class PrincipalSync(AccessStore access, Engine engine, ILogger<PrincipalSync> log) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<PrincipalId, Principal> _synced = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Makes sure that the workspace knows the principal as the access store does.</summary>
    /// <returns>False where the journal refuses it just now.</returns>
    public async Task<bool> EnsureAsync(Principal principal)
    {
        if (Knows(principal))
            return true;
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            // Whoever waited here may bring what was true before: an end must never be followed by what came before it.
            var newest = access.Find(principal.Id) ?? principal;
            if (Knows(newest))
                return true;
            var outcome = await engine
                .SendAsync(new Request(new PrincipalCommand.Sync(newest), Caller.System))
                .ConfigureAwait(false);
            if (outcome.Refusal is not null)
                return false;
            _synced[newest.Id] = newest;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether the workspace knows it as it is: the quick path of every request.</summary>
    public bool Knows(Principal principal) =>
        _synced.TryGetValue(principal.Id, out var known) && ReferenceEquals(known, principal);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        access.Changed += OnChanged;
        foreach (var principal in access.Principals)
            await EnsureAsync(principal).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var isRefused = false;
            while (true)
            {
                // Refused, as while the disk is full: whoever was ended is not forgotten, and is ended when there is room.
                await _changed
                    .WaitAsync(isRefused ? Again : Timeout.InfiniteTimeSpan, stoppingToken)
                    .ConfigureAwait(false);
                isRefused = false;
                foreach (var principal in access.Principals)
                    isRefused |= !await EnsureAsync(principal).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            log.SyncStopped();
        }
    }

    public override void Dispose()
    {
        access.Changed -= OnChanged;
        _changed.Dispose();
        _one.Dispose();
        base.Dispose();
    }

    private void OnChanged(object? sender, AccessChangedEventArgs changed) => _changed.Release();
}

/// <summary>Verifies keys for the API; a principal that the workspace has not heard of yet is told to it first.</summary>
internal sealed class KeyVerifier(AccessStore access, PrincipalSync sync) : IKeyVerifier
{
    public Api.VerifiedKey? Verify(string key)
    {
        if (access.Verify(key) is not { } verified)
            return null;
        // Only the first call of a new key waits here, and for one write.
        if (!sync.Knows(verified.Principal))
            sync.EnsureAsync(verified.Principal).GetAwaiter().GetResult();
        return new Api.VerifiedKey(verified.Principal, verified.KeyQueues);
    }
}

/// <summary>Adds the demo's principals as the command line would.</summary>
internal sealed class DemoAccess(AccessStore access, PrincipalSync sync) : IDemoAccess
{
    public async Task<DemoMember> JoinAsync(string name, PrincipalKind kind, Roles roles)
    {
        var principal = Find(name, kind, roles) ?? access.AddPrincipal(Free(name), kind, roles, queues: null);
        var key = access.AddKey(principal.Id, principal.Name, queues: null, expiresAt: null);
        await sync.EnsureAsync(principal).ConfigureAwait(false);
        return new DemoMember(principal.Name, key.Text);
    }

    // Whoever the demo added at an earlier start plays the part again.
    private Principal? Find(string name, PrincipalKind kind, Roles roles) =>
        access.Find(name) is { State: PrincipalState.Active, Queues: null } known
        && known.Kind == kind
        && known.Roles == roles
            ? known
            : null;

    private string Free(string name)
    {
        var free = name;
        for (var number = 2; access.Find(free) is not null; number++)
            free = $"{name} {number}";
        return free;
    }
}

/// <summary>Tells the engine to take nothing new as soon as the host is asked to stop.</summary>
internal sealed class DrainOnStop(IHostApplicationLifetime lifetime, Engine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(engine.Drain);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Principals are no longer followed: the server stops.")]
    internal static partial void SyncStopped(this ILogger log);
}
