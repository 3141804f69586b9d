using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<PrincipalId, Absence> _absences = [];
    private readonly SortedSet<(DateTimeOffset At, PrincipalId Who)> _absenceDue = [];

    /// <summary>The absence of everybody who is away, in the order of their ids.</summary>
    public IEnumerable<Absence> Absences => _absences.Values;

    /// <summary>A principal's absence; null where they are not away.</summary>
    public Absence? FindAbsence(PrincipalId who) => _absences.GetValueOrDefault(who);

    private void EvolvePrincipal(PrincipalEvent happened)
    {
        switch (happened)
        {
            case PrincipalEvent.Set e:
                _principals[e.Principal.Id] = e.Principal;
                _openings?.CallerChanged(e.Principal.Id, run: null);
                break;
            case PrincipalEvent.Left e:
                PutAbsence(e.Who, new Absence(e.Who, e.Until, e.Note));
                break;
            case PrincipalEvent.CameBack e:
                PutAbsence(e.Who, absence: null);
                break;
            case PrincipalEvent.KeyIssued
            or PrincipalEvent.KeyRevoked
            or PrincipalEvent.SessionBegan
            or PrincipalEvent.SessionEnded:
                break; // The access store keeps keys and sessions; the workspace only has their events.
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    private void PutAbsence(PrincipalId who, Absence? absence)
    {
        if (_absences.Remove(who, out var was))
            _absenceDue.Remove((was.Until, who));
        if (absence is null)
            return;
        _absences[who] = absence;
        _absenceDue.Add((absence.Until, who));
    }
}
