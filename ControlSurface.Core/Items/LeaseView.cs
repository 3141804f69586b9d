using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;

namespace ControlSurface.Core.Items;

/// <summary>A lease as outsiders see it, with the notes that wait for its holder. Values only.</summary>
public sealed record LeaseView(Lease Lease, IReadOnlyList<Note> Notes)
{
    /// <summary>What is locked for its item while it is the current lease.</summary>
    public IReadOnlyList<HeldLock> Locks { get; init; } = [];

    public static LeaseView Of(Lease lease, Item item)
    {
        List<Note>? waiting = null;
        foreach (var note in item.Notes)
        {
            if (note.WaitsFor(lease.Holder.Id))
                (waiting ??= []).Add(note);
        }
        return new LeaseView(lease, waiting is null ? [] : waiting)
        {
            Locks = item.Lease?.Id == lease.Id ? item.Locks : [],
        };
    }
}
