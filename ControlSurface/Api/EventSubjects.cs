using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runs;

namespace ControlSurface.Api;

/// <summary>Which lease and which run an event is about, for whoever listens to their own (API.md, Settled since, Streams).</summary>
internal static class EventSubjects
{
    /// <summary>The lease that it happened to, or was done under; null for none.</summary>
    internal static LeaseId? LeaseOf(Event happened) =>
        happened switch
        {
            LeaseEvent e => e.Lease,
            CheckpointEvent.Recorded e => e.Lease,
            LockEvent e => e.Lease,
            ArtifactEvent.VersionPublished e => e.Lease,
            ReviewEvent.Requested e => e.Lease,
            ActionEvent.Prepared e => e.Lease,
            ActionEvent.Begun e => e.Lease,
            // Others: have no member that names a lease (a test asks each).
            _ => null,
        };

    /// <summary>The run that it names itself; null where it names none.</summary>
    internal static string? RunOf(Event happened) =>
        happened switch
        {
            LeaseEvent.Claimed e => e.Holder.Run,
            ArtifactEvent.VersionPublished e => e.Run,
            ActionEvent.Begun e => e.Run,
            RunEvent.Ended e => e.Run,
            RunEvent.Reopened e => e.Run,
            // Others: have no member that names a run (a test asks each).
            _ => null,
        };
}

/// <summary>What a reader of events asked for beside types and item. Knows nothing of who may see what.</summary>
/// <param name="Lease">Only what happened to this lease or under it; null for any.</param>
/// <param name="Run">Only what happened to this run, or to and under leases that were granted to it; null for any.</param>
internal sealed record EventFilter(LeaseId? Lease, string? Run)
{
    private const int MostKnown = 10_000;
    private readonly Dictionary<LeaseId, string?> _runs = [];

    /// <summary>Whether it leaves anything out.</summary>
    internal bool IsNarrow => Lease is not null || Run is not null;

    /// <param name="host">Finds the run of a lease, in memory or in the archive.</param>
    internal bool Wants(Event happened, ApiHost host)
    {
        var lease = EventSubjects.LeaseOf(happened);
        if (Lease is { } wanted && lease != wanted)
            return false;
        return Run is null || EventSubjects.RunOf(happened) == Run || (lease is { } of && RunOf(of, host) == Run);
    }

    private string? RunOf(LeaseId lease, ApiHost host)
    {
        if (_runs.TryGetValue(lease, out var known))
            return known;
        var run = host.FindItemOf(lease)?.Item.FindLease(lease)?.Holder.Run;
        if (_runs.Count < MostKnown)
            _runs[lease] = run;
        return run;
    }
}
