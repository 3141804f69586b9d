using System.Collections.Concurrent;
using System.Data.Common;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Demo;
using ControlSurface.Live;

namespace ControlSurface.Hosting;

/// <summary>Keeps the workspace's principals equal to the access store's, within a second and before a new key's first call.</summary>
public sealed class PrincipalSync(AccessStore access, Engine engine, ILogger<PrincipalSync> log) : LastingWork(log)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<PrincipalId, Principal> _synced = [];
    private readonly SemaphoreSlim _changed = new(0);
    private readonly SemaphoreSlim _one = new(1);
    private bool _isBehind;

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

    /// <summary>
    /// Asks the engine whether the command may be, then writes it, then says it to the journal. One at a time: nobody tells the
    /// workspace of the change before it is said who made it.
    /// </summary>
    /// <param name="write">Writes what was asked for; the command with the numbers that it was given, and a key's text.</param>
    internal async Task<(Outcome Outcome, string? Key)> ApplyAsync(
        Request request,
        Func<PrincipalCommand, (PrincipalCommand Command, Principal? Changed, string? Key)> write
    )
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            var tried = await engine.SendAsync(request with { DryRun = true, IsQuick = false }).ConfigureAwait(false);
            if (tried.Refusal is not null || tried.Replayed is not null)
                return (tried, null);
            var (command, changed, key) = write((PrincipalCommand)request.Command);
            var said = await engine
                .SendAsync(request with { Command = command, IsQuick = false })
                .ConfigureAwait(false);
            if (said.Refusal is null && changed is not null)
                _synced[changed.Id] = changed;
            if (said.Refusal is null)
                TryMarkTold(command);
            // It is in force already: whoever asked has to know that, and may ask again.
            return said.Refusal is Refusal.Unavailable
                ? (said with { Refusal = new Refusal.OutcomeUnknown() }, null)
                : (said, said.Refusal is null ? key : null);
        }
        finally
        {
            _one.Release();
        }
    }

    private void TryMarkTold(PrincipalCommand command)
    {
        try
        {
            MarkTold(command);
        }
        catch (DbException failure)
        {
            // It is done and on record, so whoever asked is told so. At worst the journal is told of the end once more.
            log.CouldNotTell(failure.Message);
        }
    }

    // The command's own event has told it, with the name of who asked.
    private void MarkTold(PrincipalCommand command)
    {
        IReadOnlyList<int> told = command switch
        {
            PrincipalCommand.EndSession c => [c.Session],
            PrincipalCommand.EndSessions c => c.Sessions,
            // Others: end no session.
            _ => [],
        };
        foreach (var session in told)
            access.MarkTold(session, ended: true);
    }

    /// <summary>
    /// Tells the journal which sessions began and ended since it was told last. What it refuses just now, as while the disk is
    /// full, is told later.
    /// </summary>
    /// <returns>False where something is left to tell.</returns>
    public async Task<bool> TellSessionsAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var notice in access.UntoldSessions())
            {
                if (!await TellAsync(notice).ConfigureAwait(false))
                    return false;
            }
            return true;
        }
        catch (Exception failure)
        {
            // A damaged store fails in many ways, and none may end the workspace: it is told later.
            log.CouldNotTell(failure.Message);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> TellAsync(SessionNotice notice)
    {
        var session = notice.Session;
        var key = session.Key is { } number ? FormattableString.Invariant($"K-{number}") : null;
        if (
            !notice.BeganIsTold
            && !await TellAsync(
                    new PrincipalEvent.SessionBegan(session.Principal, session.Id, session.By, key),
                    session.Principal
                )
                .ConfigureAwait(false)
        )
            return false;
        if (
            notice.EndedAs is { } endedAs
            && !await TellAsync(
                    new PrincipalEvent.SessionEnded(session.Principal, session.Id, endedAs),
                    notice.EndedBy ?? PrincipalId.System
                )
                .ConfigureAwait(false)
        )
            return false;
        access.MarkTold(session.Number, notice.EndedAs is not null);
        return true;
    }

    private async Task<bool> TellAsync(PrincipalEvent happened, PrincipalId by) =>
        (
            await engine
                .SendAsync(new Request(new PrincipalCommand.TellSession(happened), new Caller(by)))
                .ConfigureAwait(false)
        ).Refusal
            is null;

    /// <summary>Whether the workspace knows it as it is: the quick path of every request.</summary>
    public bool Knows(Principal principal) =>
        _synced.TryGetValue(principal.Id, out var known) && ReferenceEquals(known, principal);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        access.Changed += OnChanged;
        foreach (var principal in access.Principals)
            await EnsureAsync(principal).ConfigureAwait(false);
        await TellSessionsAsync().ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            // Refused, as while the disk is full: whoever was ended is not forgotten, and is ended when there is room.
            await _changed.WaitAsync(_isBehind ? Again : Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(false);
            // Where it fails it begins anew: the change that woke it is not lost.
            _isBehind = true;
            var isRefused = false;
            foreach (var principal in access.Principals)
                isRefused |= !await EnsureAsync(principal).ConfigureAwait(false);
            isRefused |= !await TellSessionsAsync().ConfigureAwait(false);
            _isBehind = isRefused;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        access.Changed -= OnChanged;
        _changed.Dispose();
        _one.Dispose();
        base.Dispose();
    }

    private void OnChanged(object? sender, AccessChangedEventArgs changed)
    {
        try
        {
            _changed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The workspace was closed while the change was raised; when it is opened it learns of all changes.
        }
    }
}

/// <summary>Verifies keys for the API; a principal that the workspace has not heard of yet is told to it first.</summary>
internal sealed class KeyVerifier(AccessStore access, PrincipalSync sync) : IKeyVerifier
{
    public Api.VerifiedKey? Verify(string key) =>
        access.Verify(key) is { } verified
            ? new Api.VerifiedKey(verified.Principal, verified.KeyQueues, verified.KeyId)
            : null;

    public ValueTask<Api.VerifiedKey?> VerifyAsync(string key)
    {
        var verified = Verify(key);
        return verified is not null && !sync.Knows(verified.Principal)
            ? new ValueTask<Api.VerifiedKey?>(EnsuredAsync(verified))
            : ValueTask.FromResult(verified);
    }

    private async Task<Api.VerifiedKey?> EnsuredAsync(Api.VerifiedKey verified)
    {
        await sync.EnsureAsync(verified.Principal).ConfigureAwait(false);
        return verified;
    }
}

/// <summary>Principals and keys for the API: decided by the engine, kept in the access store.</summary>
internal sealed class AccessChanges(AccessStore access, PrincipalSync sync, Engine engine, TimeProvider clock) : IAccess
{
    public IReadOnlyList<KeyRecord> Keys(PrincipalId? of) =>
        [
            .. access
                .Keys(of)
                .Select(k => new KeyRecord(
                    k.Id,
                    k.Principal,
                    k.Name,
                    k.Queues,
                    k.Begins,
                    k.Ends,
                    k.CreatedAt,
                    k.ExpiresAt,
                    k.RevokedAt,
                    k.LastUsedAt
                )),
        ];

    public IReadOnlyList<SessionView> Sessions(PrincipalId of) => access.Sessions(of);

    // The id that a dry run shows: the next one that the store would give.
    private PrincipalId NextId => new(access.Principals.Select(p => p.Id.Number).DefaultIfEmpty().Max() + 1);

    public async Task<(Outcome Outcome, string? Key)> ApplyAsync(Request request, Credential? credential)
    {
        if (request.DryRun && request.Command is PrincipalCommand.Add tried)
            request = request with { Command = tried with { Id = NextId } };
        if (request.DryRun || request.Command is not PrincipalCommand)
            return (await engine.SendAsync(request), null);
        try
        {
            return await sync.ApplyAsync(
                request,
                command => Write(command, new KeyIssuer(request.Caller.Id, credential))
            );
        }
        catch (AccessRefusedException refused)
        {
            return (Refused(Refusal.InvalidRequest.Of("name", refused.Message)), null);
        }
        catch (Storage.Tables.OutcomeUnknownException)
        {
            return (Refused(new Refusal.OutcomeUnknown()), null);
        }
        catch (DbException)
        {
            return (
                Refused(
                    new Refusal.Unavailable("Principals and keys cannot be written at the moment; nothing was done.")
                ),
                null
            );
        }
    }

    private Outcome Refused(Refusal refusal) => new(Reply: null, refusal, clock.GetUtcNow(), engine.Picture.Seq);

    private (PrincipalCommand Command, Principal? Changed, string? Key) Write(PrincipalCommand command, KeyIssuer by)
    {
        switch (command)
        {
            case PrincipalCommand.Add c:
                var added = access.AddPrincipal(c.Name, c.Kind, c.Roles, c.Queues);
                return (c with { Id = added.Id }, added, null);
            case PrincipalCommand.Change c:
                var was = access.Find(c.Id)!;
                return (
                    c,
                    access.SetPrincipal(c.Id, c.Name.Or(was.Name), c.Roles.Or(was.Roles), c.Queues.Or(was.Queues)),
                    null
                );
            case PrincipalCommand.Pause c:
                return (c, access.SetState(c.Id, PrincipalState.Paused, c.Why), null);
            case PrincipalCommand.Resume c:
                return (c, access.SetState(c.Id, PrincipalState.Active, why: null), null);
            case PrincipalCommand.End c when access.Find(c.Id) is { State: PrincipalState.Ended } ended:
                return (c, ended, null);
            case PrincipalCommand.End c:
                return (c, access.SetState(c.Id, PrincipalState.Ended, c.Why), null);
            case PrincipalCommand.IssueKey c:
                var key = access.AddKey(c.Owner, c.Name, c.Queues, c.ExpiresAt, by);
                return (c with { Key = key.Id }, null, key.Text);
            case PrincipalCommand.EndSession c:
                access.EndSession(c.Session, of: c.Owner, by.Who);
                return (c, null, null);
            case PrincipalCommand.EndSessions c:
                // One that began since is ended too, and told of by itself.
                access.EndSessions(c.Owner, by.Who);
                return (c, null, null);
            case PrincipalCommand.RevokeKey c:
                access.RevokeKey(c.Key);
                return (c, null, null);
            case PrincipalCommand.SetAbsence or PrincipalCommand.Sync or PrincipalCommand.TellSession:
                throw new System.Diagnostics.UnreachableException("the access store keeps nothing of it");
            default:
                throw new System.Diagnostics.UnreachableException(command.GetType().Name);
        }
    }
}

/// <summary>Makes an agent's key inside the process, by the same way as the API.</summary>
internal sealed class AgentKeys(IAccess access, Engine engine, Storage.DataFolder folder) : Live.IAgentKeys
{
    public string Folder => folder.Path;

    public async Task<(string? Key, Outcome Outcome)> MakeAsync(string name, Caller caller)
    {
        var known = engine.Picture.Read(at =>
            at.Principals.FirstOrDefault(p =>
                p.Name == name && p is { Kind: PrincipalKind.Agent, State: PrincipalState.Active }
            )
        );
        if (known is null)
        {
            var (added, _) = await access.ApplyAsync(
                new Request(
                    new PrincipalCommand.Add(PrincipalId.System, name, PrincipalKind.Agent, Roles.Agent, Queues: null),
                    caller
                ),
                credential: null
            );
            if (added.Reply is not PrincipalReply { Principal: var principal })
                return (null, added);
            known = principal;
        }
        var (outcome, key) = await access.ApplyAsync(
            new Request(new PrincipalCommand.IssueKey(known.Id, Key: 0, name, Queues: null, ExpiresAt: null), caller),
            credential: null
        );
        return (key, outcome);
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
    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal is told of sessions later: {Message}")]
    internal static partial void CouldNotTell(this ILogger log, string message);
}
