using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;

namespace ControlSurface.Core.Items;

/// <summary>A lease as callers read it. Values only.</summary>
/// <param name="Lease">The stored record.</param>
/// <param name="Notes">The notes on its item that wait for the holder's acknowledgement.</param>
public sealed record LeaseView(Lease Lease, IReadOnlyList<Note> Notes)
{
    /// <summary>Its item's locks while it is the current lease; else empty.</summary>
    public IReadOnlyList<HeldLock> Locks { get; init; } = [];

    /// <summary>The lease with what its item has for its holder.</summary>
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
