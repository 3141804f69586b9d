using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting;

/// <summary>
/// All workspaces of the server: <see cref="EnterAsync"/> is the only way into one. Each is a whole application of its own, opened
/// when it is first needed and closed when nothing needs it (docs/decisions/0029). Safe from any thread.
/// </summary>
internal sealed class Workspaces : IAsyncDisposable
{
    private readonly WorkspaceFolders _folders;
    private readonly Func<string, StoragePlace> _placeOf;
    private readonly TimeProvider _clock;
    private readonly WorkspaceList _list;
    private readonly WorkspaceKeeper _keeper;
    private readonly LookBound _keyLooks;
    private readonly LookBound _linkLooks;
    private readonly LookBound _sessionLooks;
    private readonly LookBound _nameLooks;
    private readonly WarningBound _warnings;
    private readonly Lock _making = new();
    private ILogger? _log;

    /// <param name="placeOf">The place of a folder.</param>
    /// <param name="open">Opens one, with its host built and not started.</param>
    /// <param name="idle">A workspace that nobody entered for so long, and that nothing keeps open, is closed.</param>
    /// <param name="drain">So long what is under way in one that stops may take.</param>
    internal Workspaces(
        WorkspaceFolders folders,
        WorkspaceEntry first,
        Func<string, StoragePlace> placeOf,
        Func<WorkspaceEntry, WorkspaceHost> open,
        TicketDataFormat cookies,
        TimeProvider clock,
        TimeSpan idle,
        TimeSpan drain
    )
    {
        _folders = folders;
        _placeOf = placeOf;
        _clock = clock;
        _keyLooks = new LookBound(clock);
        _linkLooks = new LookBound(clock);
        _sessionLooks = new LookBound(clock);
        _nameLooks = new LookBound(clock);
        _warnings = new WarningBound(clock);
        Cookies = cookies;
        Idle = idle;
        First = first;
        _list = new WorkspaceList(folders, First, Take, clock);
        _keeper = new WorkspaceKeeper(_list, open, clock, idle, drain);
        Sessions = new SharedSessions(_list);
        Sessions.Follow(First);
        Look();
    }

    internal WorkspaceEntry First { get; }

    /// <summary>The sessions that people have in several workspaces at once.</summary>
    internal SharedSessions Sessions { get; }

    /// <summary>Reads and writes what the session cookie holds.</summary>
    internal TicketDataFormat Cookies { get; }

    /// <summary>A workspace that nobody entered for so long, and that nothing keeps open, is closed.</summary>
    internal TimeSpan Idle { get; }

    internal ILogger? Log
    {
        get => _log;
        set => _log = _list.Log = _keeper.Log = value;
    }

    /// <summary>The figures of all workspaces, made with the first one.</summary>
    internal Meters? Meters
    {
        get => _keeper.Meters;
        set => _keeper.Meters = value;
    }

    /// <summary>The features of the listener: where it listens.</summary>
    internal IFeatureCollection Addresses { get; set; } = new FeatureCollection();

    /// <summary>The first and the others, in alphabetical order.</summary>
    internal IReadOnlyList<WorkspaceEntry> All => _list.All;

    /// <summary>How often the folders were gone through.</summary>
    internal int Looks => _list.Looks;

    /// <summary>Whether only one workspace is known.</summary>
    internal bool IsAlone => _list.All.Count == 1;

    /// <summary>The workspace of that name, if it is known already: nothing is read.</summary>
    internal WorkspaceEntry? FindKnown(string name) => _list.Find(name);

    /// <summary>The workspace of that name; null where there is none.</summary>
    internal WorkspaceEntry? Find(string name)
    {
        if (_list.Find(name) is { } known)
            return known;
        Look();
        return _list.Find(name);
    }

    /// <summary>The same for a caller whom nobody knows yet: a name that is not known is looked for now and then only.</summary>
    /// <param name="from">Where the caller comes from; null where that is not known.</param>
    internal WorkspaceEntry? FindForStranger(string name, IPAddress? from) =>
        _list.Find(name) ?? (_nameLooks.IsFree(from) ? Find(name) : null);

    /// <summary>The workspace that the key belongs to, if it is known already: nothing is read.</summary>
    internal WorkspaceEntry? FindKnownByKey(string? key)
    {
        if (!KeyText.IsWellFormed(key))
            return null;
        var hash = KeyText.Hash(key);
        foreach (var entry in _list.All)
        {
            if (entry.Access.HasKey(hash))
                return entry;
        }
        return null;
    }

    /// <summary>The workspace that the key belongs to; null where it is no valid key.</summary>
    /// <param name="from">Where the caller comes from: a network that tries many keys is looked for on disk no more for a moment.</param>
    internal WorkspaceEntry? FindByKey(string? key, IPAddress? from)
    {
        if (FindKnownByKey(key) is { } known)
            return known;
        // The command line may have made it a moment ago. A key that is of nobody does not make the disk busy.
        if (!KeyText.IsWellFormed(key) || !_keyLooks.IsFree(from))
            return null;
        Look();
        var asOf = TimeProvider.System.GetTimestamp();
        foreach (var entry in _list.All)
            Ask(entry, access => access.LookForChanges(asOf));
        return FindKnownByKey(key);
    }

    /// <summary>The workspace that has a sign-in link of that secret; null where none has.</summary>
    /// <param name="from">As for a key. Links are counted by themselves: an agent with a dead key keeps nobody from signing in.</param>
    /// <param name="isBusy">Whether it was not looked for, because too many were a moment ago.</param>
    internal (WorkspaceEntry Entry, SignInLink Link)? FindByLink(string secret, IPAddress? from, out bool isBusy)
    {
        isBusy = !_linkLooks.IsFree(from);
        if (isBusy)
            return null;
        Look();
        foreach (var entry in _list.All)
        {
            if (Ask(entry, access => access.FindSignInLink(secret)) is { } link)
                return (entry, link);
        }
        return null;
    }

    /// <summary>The session that a cookie names, which another machine may have begun a moment ago; null where there is none.</summary>
    /// <param name="from">As for a key.</param>
    internal SignedIn? FindSession(SessionClaim claim, IPAddress? from)
    {
        if (SessionCookie.Find(claim, this) is { } known)
            return known;
        if (Find(claim.Workspace) is not { } home || !_sessionLooks.IsFree(from))
            return null;
        Ask(home, access => access.LookForChanges());
        return SessionCookie.Find(claim, this);
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
        foreach (var entry in _list.All)
        {
            if (entry != own && entry.Access.FindPerson(person) is { } there)
                yield return (entry, there);
        }
    }

    /// <summary>
    /// Makes a workspace, with the person who asks for it as its first admin. It is one once they are: what was left half-made is
    /// finished when it is asked for again.
    /// </summary>
    /// <param name="by">An admin of the first workspace; an agent does not become a member.</param>
    /// <exception cref="DataFolderException">The name cannot be, or there is one of that name.</exception>
    internal WorkspaceEntry Add(string name, PrincipalId by)
    {
        lock (_making)
        {
            var admin = First.Access.Find(by) is { Kind: PrincipalKind.Person } known ? known : null;
            var person = admin is null ? null : First.Access.PersonFor(by);
            _folders.Make(
                name,
                folder =>
                {
                    using var access = AccessStore.Open(_placeOf(folder), _clock);
                    if (admin is not null && person is not null)
                        access.AddMember(person, admin.Name, Roles.Admin, queues: null);
                }
            );
            _list.Look(always: true);
            return _list.Find(name)
                ?? throw new DataFolderException($"The workspace {name} cannot be read. Run doctor.");
        }
    }

    /// <summary>Opens and closes them.</summary>
    internal WorkspaceKeeper Keeper => _keeper;

    /// <inheritdoc cref="WorkspaceKeeper.EnterAsync"/>
    internal ValueTask<WorkspaceVisit?> EnterAsync(WorkspaceEntry entry, CancellationToken gone = default) =>
        _keeper.EnterAsync(entry, gone);

    /// <summary>The server listens from now on.</summary>
    internal void Start() => _keeper.Start();

    /// <summary>Takes in the workspaces that another process made.</summary>
    internal void Look() => _list.Look();

    /// <summary>What is to be seen to now and then: new workspaces, and sessions whose basis in another workspace is gone.</summary>
    internal void Tend()
    {
        Look();
        foreach (var entry in _list.All)
            Ask(
                entry,
                _ =>
                {
                    Sessions.EndOver(entry);
                    return true;
                }
            );
    }

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
    internal void BeginStop() => _keeper.BeginStop();

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        foreach (var entry in _list.All.Where(entry => !entry.IsFirst))
            entry.Access.Dispose();
    }

    private WorkspaceEntry Take(string name, string folder)
    {
        _folders.Settle(name);
        var home = Storages.HomeOf(_placeOf(folder));
        var access = AccessStore.Open(home, _clock);
        access.SessionIdle = First.Access.SessionIdle;
        var entry = new WorkspaceEntry(name, folder, isFirst: false, home, access, _clock);
        Sessions.Follow(entry);
        return entry;
    }

    // A store that cannot be read at the moment stays as it was last known, and keeps nobody from the others.
    private T? Ask<T>(WorkspaceEntry entry, Func<AccessStore, T?> ask)
    {
        try
        {
            return ask(entry.Access);
        }
        catch (Exception failure)
        {
            // A damaged store fails in many ways: the database's own, a word that is none, text that is no JSON.
            if (_warnings.IsDue(entry.Name))
                _log?.CouldNotLook(entry.Name, failure);
            return default;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Warning,
        "Who may call in the workspace {Name} cannot be read or written at the moment. Logged once a minute."
    )]
    internal static partial void CouldNotLook(this ILogger log, string name, Exception failure);
}
