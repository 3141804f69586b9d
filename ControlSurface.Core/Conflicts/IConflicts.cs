using ControlSurface.Core.Runs;

namespace ControlSurface.Core.Conflicts;

/// <summary>Conflicts as rules read them.</summary>
public interface IConflicts : IRuns
{
    /// <summary>The number of the newest conflict; 0 before the first.</summary>
    int LastConflict { get; }

    /// <summary>All conflicts, in the order of their ids.</summary>
    IEnumerable<Conflict> Conflicts { get; }

    /// <summary>Conflicts that nobody has settled, in the order of their ids.</summary>
    IEnumerable<Conflict> OpenConflicts { get; }

    Conflict? FindConflict(ConflictId id);

    /// <summary>The newest conflict of this collision, open or not.</summary>
    Conflict? FindConflictByKey(string key);

    /// <summary>Open conflicts of the item.</summary>
    IEnumerable<Conflict> ConflictsOf(ItemId item);

    /// <summary>The queue that a conflict belongs to now: its item's, or its artifact's; null for none.</summary>
    string? QueueOf(Conflict conflict);
}
