using System.Collections.Concurrent;
using ControlSurface.Core.Engine;
using Orleans;
using Orleans.Runtime;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// The placement of one of several machines. A workspace that this machine has is found without asking anybody; where another one is,
/// Orleans says, and that is kept until members come or go or the machine does not have it. Safe from any thread.
/// </summary>
/// <param name="own">Where the other machines reach this one.</param>
internal sealed class ClusterPlacement(Uri own, Func<Workspaces> workspaces, ClusterFigures figures) : IPlacement
{
    // A machine that could not mark its journal for so long may have lost the workspace, as after it stood still: it shows nothing of it.
    // Others take no workspace from one that hangs before its probes have failed for longer than this.
    internal static readonly TimeSpan Proved = TimeSpan.FromSeconds(3);

    // A database that restarts is back sooner. After that it may be out of this machine's reach alone, and another one tries.
    private static readonly TimeSpan Hopeful = TimeSpan.FromSeconds(8);

    // Callers hear that they should come again before their own patience ends.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, IGrainContext> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkspaceHost> _unwritten = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Uri> _elsewhere = new(StringComparer.Ordinal);
    private int _changes;
    private volatile bool _isLeaving;

    /// <summary>Where the other machines reach this one.</summary>
    internal Uri Own => own;

    /// <summary>Whether this machine has no workspace.</summary>
    internal bool HasNone => _held.IsEmpty;

    internal ILogger? Log { get; set; }

    /// <summary>Asks the others; null until this machine is a member, and once it is none any more.</summary>
    internal IGrainFactory? Members { get; set; }

    private WorkspaceKeeper Keeper => workspaces().Keeper;

    public bool IsShared => true;

    public ValueTask<Place> FindAsync(WorkspaceEntry entry, CancellationToken gone, bool isForwarded = false)
    {
        if (entry.TryEnter() is { } visit)
            return ValueTask.FromResult(IfProved(visit));
        if (_held.ContainsKey(entry.Name))
            return EnterAsync(entry, gone);
        if (isForwarded && _isLeaving)
            return default;
        if (_elsewhere.TryGetValue(entry.Name, out var machine))
            return ValueTask.FromResult(new Place(Visit: null, machine));
        return AskAsync(entry, gone);
    }

    public bool MayOpen(WorkspaceEntry entry) => _held.ContainsKey(entry.Name);

    public void Leave(WorkspaceEntry entry)
    {
        if (!_held.TryRemove(entry.Name, out var right))
            return;
        figures.Moved("given_up");
        right.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "Nothing needs it open."));
    }

    /// <summary>Whether the right is the one by which this machine has the workspace.</summary>
    internal bool Holds(string name, IGrainContext right) => _held.TryGetValue(name, out var held) && held == right;

    /// <summary>The machine stops: others find what it had sooner than it does.</summary>
    internal void BeginLeaving() => _isLeaving = true;

    /// <summary>Forgets which workspaces a machine has.</summary>
    internal void Doubt(Uri machine)
    {
        Interlocked.Increment(ref _changes);
        foreach (var known in _elsewhere.Where(known => known.Value == machine))
            _elsewhere.TryRemove(known);
    }

    /// <summary>Members came or went: whatever was known about others is asked again, and what a lost one had is opened.</summary>
    internal void Changed()
    {
        Interlocked.Increment(ref _changes);
        _elsewhere.Clear();
        Keeper.Wake();
    }

    /// <summary>The workspace is this machine's from now on: opens it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be opened here.</exception>
    internal async Task TakeAsync(string name, IGrainContext right)
    {
        // It would wait for as long as the last write of the one before does: another machine may be quicker.
        if (_unwritten.ContainsKey(name))
            throw new InvalidOperationException($"The journal of {name} could not be written here.");
        var entry =
            await Task.Run(() => workspaces().Find(name))
            ?? throw new InvalidOperationException($"This machine knows no workspace {name}.");
        _held[name] = right;
        if (await Keeper.EnterAsync(entry, CancellationToken.None) is not { } visit)
        {
            _held.TryRemove(new(name, right));
            throw new InvalidOperationException($"The workspace {name} cannot be opened here.");
        }
        visit.Dispose();
        figures.Moved("opened");
    }

    /// <summary>The workspace is this machine's no longer: closes it.</summary>
    internal async Task GiveUpAsync(string name, IGrainContext right)
    {
        // An older activation ends after a newer one began where one was lost in between: the newer right stays.
        if (!_held.TryRemove(new(name, right)) || workspaces().FindKnown(name) is not { } entry)
            return;
        // An opening that is under way holds the entry's turn, so what it opened is closed here.
        if (await Keeper.GiveUpAsync(entry))
            figures.Moved("given_up");
    }

    /// <summary>
    /// Gives back each workspace whose journal could not be written for eight seconds. What is under way in it waits for the database as
    /// before; who comes new goes where another machine has opened it.
    /// </summary>
    internal void GiveUpUnwritten()
    {
        foreach (var (name, right) in _held)
        {
            if (
                workspaces().FindKnown(name) is not { Host: { } host } entry
                || host.Parts.Engine.SinceMark <= Hopeful
                || _unwritten.ContainsKey(name)
            )
                continue;
            // Before anything is begun: what fails here is done at the next look.
            Log?.Unwritten(name);
            if (_unwritten.TryAdd(name, host))
                _ = Task.Run(() => CloseUnwrittenAsync(entry, host, right));
        }
    }

    private async Task CloseUnwrittenAsync(WorkspaceEntry entry, WorkspaceHost host, IGrainContext right)
    {
        try
        {
            // The right first: closing waits for the write that hangs, and no other machine shall wait for that.
            if (_held.TryRemove(new(entry.Name, right)))
                right.Deactivate(
                    new DeactivationReason(DeactivationReasonCode.ApplicationError, "It cannot be written.")
                );
            if (await Keeper.GiveUpAsync(entry, open => open == host) && host.Parts.Engine.Fatal is null)
                figures.Moved("given_up");
        }
        finally
        {
            _unwritten.TryRemove(new(entry.Name, host));
        }
    }

    /// <summary>
    /// The journal refused this machine's write, or nobody knows whether it took it: whatever is in memory may be wrong. It is forgotten,
    /// and the next visit reads the journal, here or elsewhere.
    /// </summary>
    /// <returns>False where something else is wrong, after which the process must not go on.</returns>
    internal bool TryLose(WorkspaceEntry entry, Exception why)
    {
        if (why is not (JournalFencedException or JournalOutcomeUnknownException))
            return false;
        Log?.Lost(entry.Name, why.Message);
        figures.Moved("lost");
        // The engine's own thread says so, which the closing waits for.
        _ = Task.Run(async () =>
        {
            if (_held.TryRemove(entry.Name, out var right))
                right.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, why.Message));
            // Only the lost host: a newer one may have been opened by the time that this runs.
            await Keeper.GiveUpAsync(entry, static host => host.Parts.Engine.Fatal is not null);
        });
        return true;
    }

    private static Place IfProved(WorkspaceVisit visit)
    {
        if (visit.Entry.Host?.Parts.Engine is { UnprovedSince: null })
            return new Place(visit);
        visit.Dispose();
        return default;
    }

    private async ValueTask<Place> EnterAsync(WorkspaceEntry entry, CancellationToken gone)
    {
        if (await Keeper.EnterAsync(entry, gone) is { } visit)
            return new Place(visit);
        // An idle close that was under way has given the right back: from now on any machine may open it.
        return _held.ContainsKey(entry.Name) || gone.IsCancellationRequested ? default : await AskAsync(entry, gone);
    }

    private async ValueTask<Place> AskAsync(WorkspaceEntry entry, CancellationToken gone)
    {
        var seen = Volatile.Read(ref _changes);
        try
        {
            if (Members is not { } members)
                return default;
            var machine = new Uri(
                await members.GetGrain<IWorkspaceGrain>(entry.Name).WhereAsync().WaitAsync(Patience, gone)
            );
            if (machine == own)
                return new Place(entry.TryEnter());
            if (seen == Volatile.Read(ref _changes))
                _elsewhere[entry.Name] = machine;
            return new Place(Visit: null, machine);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
            return default;
        }
        catch (Exception failure)
        {
            // A member is lost and not yet known to be, the database does not answer, or nobody can open it: the caller comes again.
            Log?.CouldNotPlace(entry.Name, failure.Message);
            return default;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The workspace {Name} is closed here: {Why}")]
    internal static partial void Lost(this ILogger log, string name, string why);

    [LoggerMessage(
        LogLevel.Warning,
        "The journal of the workspace {Name} could not be written for eight seconds: another machine may open it."
    )]
    internal static partial void Unwritten(this ILogger log, string name);

    [LoggerMessage(LogLevel.Warning, "Where the workspace {Name} is cannot be found out just now: {Why}")]
    internal static partial void CouldNotPlace(this ILogger log, string name, string why);
}
