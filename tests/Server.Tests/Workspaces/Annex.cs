using ControlSurface.Core.Principals;
using Server.Tests.Field;

namespace Server.Tests.Workspaces;

/// <summary>Workspaces beside the first, made as the command line makes them.</summary>
internal static class Annex
{
    /// <summary>Somebody with a key in a workspace, which is made if need be.</summary>
    internal static (Principal Who, string Key) Key(LiveServer server, string workspace, string name, Roles roles)
    {
        var entry = server.Host.Workspaces.Find(workspace) ?? server.Host.Workspaces.Add(workspace, PrincipalId.System);
        var kind = roles == Roles.Agent ? PrincipalKind.Agent : PrincipalKind.Person;
        var who = entry.Access.AddPrincipal(name, kind, roles, queues: null);
        return (who, entry.Access.AddKey(who.Id, name).Text);
    }
}
