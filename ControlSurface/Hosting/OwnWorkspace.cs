using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Storage;

namespace ControlSurface.Hosting;

/// <inheritdoc cref="IOwnWorkspace"/>
internal sealed class OwnWorkspace(WorkspaceEntry own, Workspaces workspaces) : IOwnWorkspace
{
    public string Name => own.Name;

    public bool IsFirst => own.IsFirst;

    public string Address => own.Address;

    public IReadOnlyList<Membership> Of(PrincipalId who, Credential? credential) =>
        [
            .. workspaces
                .Of(own, who, credential)
                .Select(found => new Membership(
                    found.Entry.Name,
                    found.Entry.Address,
                    found.Who,
                    IsHere: found.Entry == own
                )),
        ];

    public SignInLink? FindSignInLink(string secret, IPAddress? from, out bool isBusy) =>
        workspaces.FindByLink(secret, from, out isBusy)?.Link;

    public void MarkSeen(int session) => workspaces.Sessions.MarkSeen(own, session);

    public IReadOnlyList<WorkspaceRecord> All()
    {
        workspaces.Look();
        var asOf = TimeProvider.System.GetTimestamp();
        return [.. workspaces.All.Select(entry => RecordOf(entry, IsOpen(entry, asOf)))];
    }

    public string? FaultOf(string name) => WorkspaceFolders.Fault(name);

    public WorkspaceRecord? Add(string name, PrincipalId by)
    {
        try
        {
            return RecordOf(workspaces.Add(name, by), isOpen: false);
        }
        catch (DataFolderException) when (workspaces.Find(name) is not null)
        {
            return null;
        }
    }

    // Of several machines another one may have it: it is at work there until it is closed because nothing needs it.
    private bool IsOpen(WorkspaceEntry entry, long asOf) =>
        entry.Host is not null || workspaces.Keeper.Placement.IsShared && entry.Home.WasAtWork(asOf);

    private static WorkspaceRecord RecordOf(WorkspaceEntry entry, bool isOpen) =>
        new(
            entry.Name,
            entry.Address,
            entry.IsFirst,
            isOpen,
            entry.Access.Principals.Count(p => p.State != PrincipalState.Ended)
        );
}
