using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Runs;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    /// <summary>A run that did nothing for this long is forgotten, unless it was reopened.</summary>
    private static readonly TimeSpan RunIsKnownFor = TimeSpan.FromDays(30);

    private readonly SortedDictionary<(PrincipalId, string), EndedRun> _endedRuns = new(RunOrder.Instance);
    private readonly SortedDictionary<(PrincipalId, string), KnownRun> _knownRuns = new(RunOrder.Instance);
    private readonly SortedSet<(DateTimeOffset SeenAt, PrincipalId Principal, string Run)> _runsBySeenAt = new(
        SeenOrder.Instance
    );

    /// <summary>All runs that ended and were not reopened, by principal and then by name in ordinal order.</summary>
    public IEnumerable<EndedRun> EndedRuns => _endedRuns.Values;

    /// <inheritdoc/>
    public EndedRun? FindEndedRun(PrincipalId principal, string run) => _endedRuns.GetValueOrDefault((principal, run));

    /// <inheritdoc/>
    public KnownRun? FindKnownRun(PrincipalId principal, string run) => _knownRuns.GetValueOrDefault((principal, run));

    private void EvolveRun(RunEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case RunEvent.Ended e:
                var generation = FindKnownRun(e.Principal, e.Run)?.Generation ?? 1;
                DropRun((e.Principal, e.Run));
                _endedRuns[(e.Principal, e.Run)] = new EndedRun(
                    e.Principal,
                    e.Run,
                    e.Outcome,
                    e.Why,
                    recorded.By,
                    recorded.At,
                    generation
                );
                _openings?.CallerChanged(e.Principal, e.Run);
                break;
            case RunEvent.Reopened e:
                _endedRuns.Remove((e.Principal, e.Run));
                PutRun(new KnownRun(e.Principal, e.Run, e.Generation, recorded.At));
                _openings?.CallerChanged(e.Principal, e.Run);
                break;
        }
    }

    // A run becomes known by a grant, a begun action or a published version.
    private void SeeRun(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case LeaseEvent.Claimed { Holder: { Run: { } run } holder }:
                SeeRun(holder.Id, run, recorded.At);
                break;
            case ActionEvent.Begun { Run: { } run }:
                SeeRun(recorded.By, run, recorded.At);
                break;
            case ArtifactEvent.VersionPublished { Run: { } run }:
                SeeRun(recorded.By, run, recorded.At);
                break;
            default:
                break; // Others: say nothing of a run, or come after one of these.
        }
    }

    private void SeeRun(PrincipalId principal, string run, DateTimeOffset at)
    {
        if (_endedRuns.ContainsKey((principal, run)))
            return;
        PutRun(new KnownRun(principal, run, FindKnownRun(principal, run)?.Generation ?? 1, at));
        while (_runsBySeenAt.Count > 0 && _runsBySeenAt.Min is var oldest && oldest.SeenAt < at - RunIsKnownFor)
            DropRun((oldest.Principal, oldest.Run));
    }

    private void PutRun(KnownRun run)
    {
        DropRun((run.Principal, run.Run));
        _knownRuns[(run.Principal, run.Run)] = run;
        // Keep a reopened run for good: the same generation must never be given out twice.
        if (run.Generation == 1)
            _runsBySeenAt.Add((run.SeenAt, run.Principal, run.Run));
    }

    private void DropRun((PrincipalId Principal, string Run) run)
    {
        if (_knownRuns.Remove(run, out var known))
            _runsBySeenAt.Remove((known.SeenAt, run.Principal, run.Run));
    }

    private sealed class RunOrder : IComparer<(PrincipalId Principal, string Run)>
    {
        internal static readonly RunOrder Instance = new();

        public int Compare((PrincipalId Principal, string Run) x, (PrincipalId Principal, string Run) y)
        {
            var order = x.Principal.CompareTo(y.Principal);
            return order == 0 ? string.CompareOrdinal(x.Run, y.Run) : order;
        }
    }

    private sealed class SeenOrder : IComparer<(DateTimeOffset SeenAt, PrincipalId Principal, string Run)>
    {
        internal static readonly SeenOrder Instance = new();

        public int Compare(
            (DateTimeOffset SeenAt, PrincipalId Principal, string Run) x,
            (DateTimeOffset SeenAt, PrincipalId Principal, string Run) y
        )
        {
            var order = x.SeenAt.CompareTo(y.SeenAt);
            return order == 0 ? RunOrder.Instance.Compare((x.Principal, x.Run), (y.Principal, y.Run)) : order;
        }
    }
}
