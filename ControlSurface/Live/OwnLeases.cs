using ControlSurface.Core.Leases;

namespace ControlSurface.Live;

/// <summary>
/// What the viewer of one circuit holds, from look to look, so that they hear it at once when somebody takes it from them
/// (UI.md: assertive only for this, the connection, and a newer version of what is read).
/// </summary>
public sealed class OwnLeases
{
    private Dictionary<LeaseId, ItemId> _held = [];
    private PrincipalId? _whose;

    /// <summary>A sentence for each lease that was the viewer's at the last look and is another's now.</summary>
    public IReadOnlyList<string> Lost(Board board, Viewer you)
    {
        var held = board
            .HeldBy(you.Id)
            .Where(item => item.Lease!.IsLive)
            .ToDictionary(item => item.Lease!.Id, item => item.Id);
        var lost = new List<string>();
        if (_whose == you.Id)
        {
            foreach (var (lease, id) in _held)
            {
                if (
                    !held.ContainsKey(lease)
                    && board.Find(id) is { Lease: { } now } item
                    && now.Holder.Id != you.Id
                    && item.FindLease(lease) is { EndedAs: EndedAs.TakenOver }
                )
                    lost.Add($"{board.NameOf(now.Holder.Id)} has taken over {id}, which was yours");
            }
        }
        (_held, _whose) = (held, you.Id);
        return lost;
    }
}
