using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Bulk;

/// <summary>Bulk jobs as rules read them.</summary>
public interface IBulkJobs : ITargets
{
    /// <summary>The number of the newest job; 0 before the first.</summary>
    int LastBulk { get; }

    /// <summary>The job with that id, one of the last that are kept; null where there is none.</summary>
    BulkJob? FindBulk(BulkId id);
}
