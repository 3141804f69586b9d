using System.Diagnostics.CodeAnalysis;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting;

/// <summary>
/// One workspace as the process knows it, open or not: its name, its folder, and who may call. <see cref="Host"/> is what serves
/// it while it is open.
/// </summary>
internal sealed class WorkspaceEntry(string name, string folder, bool isFirst, AccessStore access, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _leftAt = clock.GetTimestamp();
    private int _visits;

    internal string Name { get; } = name;

    /// <summary>Absolute.</summary>
    internal string Folder { get; } = folder;

    /// <summary>The first workspace: also served where an address names none, and never closed.</summary>
    internal bool IsFirst { get; } = isFirst;

    /// <summary>Who may call. Open for as long as the process, so that each key is known.</summary>
    internal AccessStore Access { get; } = access;

    /// <summary>Where its pages begin: <c>/w/NAME/</c>, and <c>/</c> for the first.</summary>
    internal string Address => IsFirst ? "/" : $"/w/{Name}/";

    /// <summary>One at a time opens or closes it.</summary>
    internal SemaphoreSlim Turn { get; } = new(1);

    /// <summary>What serves it; null while it is closed.</summary>
    internal WorkspaceHost? Host { get; private set; }

    /// <summary>How many requests are within it: circuits, streams, waits and hub connections are among them.</summary>
    internal int Visits
    {
        get
        {
            lock (_lock)
                return _visits;
        }
    }

    /// <summary>How long nobody has been within it; zero while somebody is.</summary>
    internal TimeSpan EmptyFor
    {
        get
        {
            lock (_lock)
                return _visits > 0 ? TimeSpan.Zero : clock.GetElapsedTime(_leftAt);
        }
    }

    internal void Opened(WorkspaceHost host)
    {
        lock (_lock)
        {
            Host = host;
            _leftAt = clock.GetTimestamp();
        }
    }

    /// <summary>A visit, if it is open.</summary>
    internal WorkspaceVisit? TryEnter()
    {
        lock (_lock)
        {
            if (Host?.Target is not { } target)
                return null;
            _visits++;
            return new WorkspaceVisit(this, target);
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            _visits--;
            _leftAt = clock.GetTimestamp();
        }
    }

    /// <summary>Lets nobody in any more, unless somebody is within.</summary>
    /// <param name="always">Also where somebody is: the process stops.</param>
    internal bool TryShut(bool always, [NotNullWhen(true)] out WorkspaceHost? host)
    {
        lock (_lock)
        {
            host = Host;
            if (host is null || (_visits > 0 && !always))
                return false;
            Host = null;
            return true;
        }
    }
}

/// <summary>
/// All workspaces of the server: <see cref="EnterAsync"/> is the only way into one. Each is a whole application of its own, opened
/// when it is first needed and closed when nothing needs it (docs/decisions/0029). Safe from any thread.
/// </summary>
internal sealed class Workspaces : IAsyncDisposable
{
    private const int MostLooks = 50;
    private readonly WorkspaceFolders _folders;
    private readonly TimeProvider _clock;
    private readonly Func<WorkspaceEntry, WorkspaceHost> _open;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile WorkspaceEntry[] _entries;
    private DateTime _lookedAt;
    private Task _keeping = Task.CompletedTask;
    private (long Second, int Looks) _looks;

    /// <param name="open">Opens one, with its host built and not started.</param>
    /// <param name="idle">A workspace that nobody entered for so long, and that nothing keeps open, is closed.</param>
    internal Workspaces(
        WorkspaceFolders folders,
        AccessStore first,
        Func<WorkspaceEntry, WorkspaceHost> open,
        TicketDataFormat cookies,
        TimeProvider clock,
        TimeSpan idle
    )
    {
        _folders = folders;
        _open = open;
        _clock = clock;
        Cookies = cookies;
        Idle = idle;
        First = new WorkspaceEntry(folders.First, folders.Data, isFirst: true, first, clock);
        _entries = [First];
        FollowSessions(First);
        Look();
    }

    internal WorkspaceEntry First { get; }

    /// <summary>Reads and writes what the session cookie holds.</summary>
    internal TicketDataFormat Cookies { get; }

    /// <summary>A workspace that nobody entered for so long, and that nothing keeps open, is closed.</summary>
    internal TimeSpan Idle { get; }

    internal ILogger? Log { get; set; }

    /// <summary>The figures of all workspaces, made with the first one.</summary>
    internal Meters? Meters { get; set; }

    /// <summary>The features of the listener: where it listens.</summary>
    internal IFeatureCollection Addresses { get; set; } = new FeatureCollection();

    /// <summary>The first and the others, in alphabetical order.</summary>
    internal IReadOnlyList<WorkspaceEntry> All => _entries;

    /// <summary>Whether there is only one workspace. What another process made is seen at the next look.</summary>
    internal bool IsAlone
    {
        get
        {
            if (_entries.Length == 1)
                Look();
            return _entries.Length == 1;
        }
    }

    /// <summary>The workspace of that name; null where there is none.</summary>
    internal WorkspaceEntry? Find(string name)
    {
        if (FindKnown(name) is { } known)
            return known;
        Look();
        return FindKnown(name);
    }

    /// <summary>The workspace that the key belongs to; null where it is no valid key.</summary>
    internal WorkspaceEntry? FindByKey(string? key)
    {
        if (!KeyText.IsWellFormed(key))
            return null;
        var hash = KeyText.Hash(key);
        if (FindByKey(hash) is { } known)
            return known;
        // The command line may have made it a moment ago. A key that is of nobody does not make the disk busy.
        var second = Environment.TickCount64 / 1_000;
        lock (_lock)
        {
            _looks = _looks.Second == second ? (second, _looks.Looks + 1) : (second, 1);
            if (_looks.Looks > MostLooks)
                return null;
        }
        Look();
        foreach (var entry in _entries)
            entry.Access.LookForChanges();
        return FindByKey(hash);
    }

    /// <summary>The workspace that has a sign-in link of that secret; null where none has.</summary>
    internal WorkspaceEntry? FindByLink(string secret)
    {
        Look();
        return _entries.FirstOrDefault(entry => entry.Access.FindSignInLink(secret) is not null);
    }

    /// <summary>The number of the session that somebody who is signed in has in a workspace; null where they have none there.</summary>
    internal static int? SessionIn(WorkspaceEntry entry, SignedIn who)
    {
        if (entry == who.Home)
            return who.Session.Number;
        if (MemberIn(entry, who) is not { State: PrincipalState.Active } member)
            return null;
        var session = entry.Access.SessionUnder(who.Session.AsParentIn(who.Home.Name), member.Id, who.Session);
        if (session is not null)
            who.Home.Access.MarkSeen(who.Session.Number);
        return session?.Number;
    }

    /// <summary>Whether somebody who is signed in belongs to a workspace.</summary>
    internal static bool BelongsTo(WorkspaceEntry entry, SignedIn who) =>
        entry == who.Home || MemberIn(entry, who) is not null;

    /// <summary>Ends a session, and the one that it rests on or those that rest on it.</summary>
    internal void EndSession(WorkspaceEntry entry, int session, PrincipalId by)
    {
        var parent = entry.Access.Sessions().FirstOrDefault(s => s.Number == session)?.Parent?.Split('/');
        entry.Access.EndSession(session, of: by, by);
        if (parent is [var name, var id, _] && Find(name) is { } home && SessionView.NumberOf(id) is { } number)
            home.Access.EndSession(number, of: null, by: null);
    }

    /// <summary>The workspaces that somebody belongs to, with who they are there: the one that is named first, then the others.</summary>
    /// <param name="credential">What they came with to <paramref name="own"/>; it may prove nothing in the others.</param>
    internal IEnumerable<(WorkspaceEntry Entry, Principal Who)> Of(
        WorkspaceEntry own,
        PrincipalId id,
        Credential? credential
    )
    {
        if (own.Access.Find(id) is not { } here)
            yield break;
        yield return (own, here);
        if (own.Access.PersonOf(id, credential) is not { } person)
            yield break;
        Look();
        foreach (var entry in _entries)
        {
            if (entry != own && PersonIn(entry, person) is { } there)
                yield return (entry, there);
        }
    }

    /// <summary>Makes a workspace, with the person who asks for it as its first admin.</summary>
    /// <param name="by">An admin of the first workspace; an agent does not become a member.</param>
    /// <exception cref="DataFolderException">The name cannot be, or there is one of that name.</exception>
    internal WorkspaceEntry Add(string name, PrincipalId by)
    {
        _folders.Make(name);
        Look();
        var made =
            FindKnown(name) ?? throw new DataFolderException($"The workspace {name} was removed as it was being made.");
        if (First.Access.Find(by) is { Kind: PrincipalKind.Person } admin)
            made.Access.AddMember(First.Access.PersonFor(by), admin.Name, Roles.Admin, queues: null);
        return made;
    }

    /// <summary>A visit to the workspace, which is opened for it if need be; null where it cannot be opened.</summary>
    internal ValueTask<WorkspaceVisit?> EnterAsync(WorkspaceEntry entry) =>
        entry.TryEnter() is { } visit ? ValueTask.FromResult<WorkspaceVisit?>(visit) : OpenAsync(entry);

    /// <summary>Begins to open what was open when the server stopped, and to close what is idle.</summary>
    internal void Start() => _keeping = Task.Run(KeepAsync);

    /// <summary>Makes and opens a second workspace for the demo, to which each admin of the first belongs.</summary>
    internal void ShowSecond(string name)
    {
        var second = Find(name) ?? Add(name, PrincipalId.System);
        First.Access.Changed += (_, changed) =>
        {
            var joining = changed.Changed.Where(who =>
                who.Kind == PrincipalKind.Person
                && who.Roles.HasFlag(Roles.Admin)
                && First.Access.PersonOf(who.Id) is null
            );
            foreach (var admin in joining.ToList())
                _ = Task.Run(() =>
                    second.Access.AddMember(First.Access.PersonFor(admin.Id), admin.Name, Roles.Admin, queues: null)
                );
        };
        _ = Task.Run(async () => (await EnterAsync(second))?.Dispose());
    }

    /// <summary>The process stops: all workspaces take nothing new.</summary>
    internal void BeginStop()
    {
        _stop.Cancel();
        foreach (var entry in _entries.Where(entry => !entry.IsFirst))
            entry.Host?.App.Lifetime.StopApplication();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        foreach (var entry in _entries)
        {
            await entry.Turn.WaitAsync();
            if (!entry.IsFirst && entry.TryShut(always: true, out var host))
                await CloseAsync(entry, host);
            if (!entry.IsFirst)
                entry.Access.Dispose();
        }
        _stop.Dispose();
    }

    private WorkspaceEntry? FindKnown(string name)
    {
        foreach (var entry in _entries)
        {
            if (entry.Name == name)
                return entry;
        }
        return null;
    }

    private WorkspaceEntry? FindByKey(KeyHash hash)
    {
        foreach (var entry in _entries)
        {
            if (entry.Access.HasKey(hash))
                return entry;
        }
        return null;
    }

    private static Principal? MemberIn(WorkspaceEntry entry, SignedIn who) =>
        who.Home.Access.PersonOf(who.Who.Id, Credential.OfSession(who.Session.Number)) is { } person
            ? PersonIn(entry, person)
            : null;

    // Of a workspace that is closed nobody watches what the command line writes.
    private static Principal? PersonIn(WorkspaceEntry entry, string person)
    {
        if (entry.Host is null)
            entry.Access.LookForChanges();
        return entry.Access.FindPerson(person);
    }

    // The command line makes workspaces beside a running server. The folder's own time tells whether there is anything to see.
    internal void Look()
    {
        var root = new DirectoryInfo(_folders.Root);
        if (!root.Exists || root.LastWriteTimeUtc == _lookedAt)
            return;
        lock (_lock)
        {
            var at = root.LastWriteTimeUtc;
            var isSettled = true;
            foreach (var name in Directory.EnumerateDirectories(_folders.Root).Select(Path.GetFileName))
            {
                if (FindKnown(name!) is not null)
                    continue;
                // A folder whose marker is not written yet is looked at again.
                if (_folders.Has(name!))
                    Take(name!);
                else if (WorkspaceFolders.Fault(name!) is null)
                    isSettled = false;
            }
            if (isSettled)
                _lookedAt = at;
        }
    }

    private void Take(string name)
    {
        var folder = _folders.Of(name);
        var access = AccessStore.Open(folder, _clock);
        access.SessionIdle = First.Access.SessionIdle;
        var entry = new WorkspaceEntry(name, folder, isFirst: false, access, _clock);
        FollowSessions(entry);
        _entries =
        [
            First,
            .. _entries.Where(e => !e.IsFirst).Append(entry).OrderBy(e => e.Name, StringComparer.Ordinal),
        ];
    }

    // Sessions in other workspaces end with the one that they rest on, within a second (DESIGN.md, 15).
    private void FollowSessions(WorkspaceEntry home) =>
        home.Access.Changed += (_, _) =>
        {
            foreach (var entry in _entries)
            {
                if (entry == home)
                    continue;
                foreach (var (session, parent) in entry.Access.SessionsUnder(home.Name))
                {
                    if (!home.Access.IsLive(parent))
                        _ = Task.Run(() => entry.Access.EndSession(session, of: null, by: null));
                }
            }
        };

    private async ValueTask<WorkspaceVisit?> OpenAsync(WorkspaceEntry entry)
    {
        await entry.Turn.WaitAsync();
        try
        {
            if (entry.TryEnter() is { } visit)
                return visit;
            if (_stop.IsCancellationRequested)
                return null;
            // Work for the disk: not on a socket's thread.
            await Task.Run(() => StartAsync(entry));
            return entry.TryEnter();
        }
        catch (Exception failure)
        {
            Log?.CouldNotOpen(entry.Name, failure);
            return null;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private async Task StartAsync(WorkspaceEntry entry)
    {
        var began = TimeProvider.System.GetTimestamp();
        entry.Access.LookForChanges();
        var host = _open(entry);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
        File.Delete(IdleMark(entry));
        entry.Opened(host);
        Meters?.Telemetry.Follow(host);
        Log?.Opened(entry.Name, (long)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
    }

    private async Task CloseAsync(WorkspaceEntry entry, WorkspaceHost host)
    {
        await host.DisposeAsync();
        Log?.Closed(entry.Name);
    }

    private async Task KeepAsync()
    {
        try
        {
            // What was under way when the server stopped goes on, also where nobody comes: clocks of leases, jobs, webhooks.
            foreach (var entry in _entries.Where(entry => !entry.IsFirst && WasAtWork(entry)))
            {
                if (await EnterAsync(entry) is { } visit)
                    visit.Dispose();
                _stop.Token.ThrowIfCancellationRequested();
            }
            using var timer = new PeriodicTimer(Idle / 4, _clock);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var entry in _entries.Where(entry => !entry.IsFirst))
                    await CloseIfIdleAsync(entry);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task CloseIfIdleAsync(WorkspaceEntry entry)
    {
        if (entry.Host is not { } open || entry.EmptyFor < Idle || !open.IsIdle)
            return;
        await entry.Turn.WaitAsync(_stop.Token);
        try
        {
            if (!open.IsIdle || !entry.TryShut(always: false, out var host))
                return;
            await CloseAsync(entry, host);
            await File.WriteAllTextAsync(IdleMark(entry), "");
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private static bool WasAtWork(WorkspaceEntry entry) =>
        File.Exists(DataFolder.JournalFileIn(entry.Folder)) && !File.Exists(IdleMark(entry));

    // Nothing was under way when it was closed: the next start leaves it closed.
    private static string IdleMark(WorkspaceEntry entry) => Path.Combine(entry.Folder, "idle");
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "The workspace {Name} cannot be opened. Run doctor.")]
    internal static partial void CouldNotOpen(this ILogger log, string name, Exception failure);

    [LoggerMessage(LogLevel.Information, "The workspace {Name} was opened in {Milliseconds} ms.")]
    internal static partial void Opened(this ILogger log, string name, long milliseconds);

    [LoggerMessage(LogLevel.Information, "The workspace {Name} was closed.")]
    internal static partial void Closed(this ILogger log, string name);
}
