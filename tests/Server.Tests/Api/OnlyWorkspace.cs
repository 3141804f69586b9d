using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace Server.Tests.Api;

/// <summary>A server with one workspace, which can be told of others.</summary>
internal sealed class OnlyWorkspace : IOwnWorkspace
{
    private readonly List<WorkspaceRecord> _all = [new("main", "/", IsFirst: true, IsOpen: true, Members: 0)];

    public string Name => "main";

    public bool IsFirst => true;

    public string Address => "/";

    public IReadOnlyList<Membership> Of(PrincipalId who, Credential? credential) => [];

    public SignInLink? FindSignInLink(string secret, IPAddress? from, out bool isBusy)
    {
        isBusy = false;
        return null;
    }

    public void MarkSeen(int session) { }

    public IReadOnlyList<WorkspaceRecord> All() => _all;

    public string? FaultOf(string name) => ControlSurface.Storage.WorkspaceFolders.Fault(name);

    public WorkspaceRecord? Add(string name, PrincipalId by)
    {
        if (_all.Any(one => one.Name == name))
            return null;
        _all.Add(new WorkspaceRecord(name, $"/w/{name}/", IsFirst: false, IsOpen: false, Members: 0));
        return _all[^1];
    }
}
