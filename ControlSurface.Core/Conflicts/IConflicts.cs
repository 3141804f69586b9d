using ControlSurface.Core.Runs;

namespace ControlSurface.Core.Conflicts;

/// <summary>Conflicts as rules read them.</summary>
public interface IConflicts : IRuns
{
    /// <summary>The number of the newest conflict; 0 before the first.</summary>
    int LastConflict { get; }

    /// <summary>All conflicts, in the order of their ids.</summary>
    IEnumerable<Conflict> Conflicts { get; }

    /// <summary>Conflicts that are open or in review, in the order of their ids.</summary>
    IEnumerable<Conflict> OpenConflicts { get; }

    /// <summary>The conflict with that id; null where there is none.</summary>
    Conflict? FindConflict(ConflictId id);

    /// <summary>The newest conflict with this <see cref="Conflict.Key"/>, open or not; null where there is none.</summary>
    Conflict? FindConflictByKey(string key);

    /// <summary>Open conflicts of the item.</summary>
    IEnumerable<Conflict> ConflictsOf(ItemId item);

    /// <summary>The queue that a conflict belongs to now: its item's, or its artifact's; null for none.</summary>
    string? QueueOf(Conflict conflict);
}
