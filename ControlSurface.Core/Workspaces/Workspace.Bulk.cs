using ControlSurface.Core.Bulk;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<BulkId, BulkJob> _bulk = [];

    /// <inheritdoc/>
    public int LastBulk { get; private set; }

    /// <summary>The bulk jobs that are kept, in the order of their ids: the last 50, and all that still run.</summary>
    public IEnumerable<BulkJob> BulkJobs => _bulk.Values;

    /// <inheritdoc/>
    public BulkJob? FindBulk(BulkId id) => _bulk.GetValueOrDefault(id);

    private void EvolveBulk(BulkEvent happened, Recorded recorded)
    {
        _bulk[happened.Bulk] = BulkRules.Evolve(FindBulk(happened.Bulk), happened, recorded);
        LastBulk = Math.Max(LastBulk, happened.Bulk.Number);
        // A running job is never dropped, however many came after it.
        foreach (var old in _bulk.Values.Where(job => job.State != BulkState.Running).ToList())
        {
            if (_bulk.Count <= BulkRules.MostKept)
                break;
            _bulk.Remove(old.Id);
        }
    }
}
