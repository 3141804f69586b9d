using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Hosting;

/// <summary>
/// Sessions of people who belong to several workspaces: the one with which somebody signed in, and those that rest on it in the others
/// and end with it (docs/decisions/0030). Safe from any thread.
/// </summary>
internal sealed class SharedSessions(WorkspaceList list)
{
    /// <summary>The number of the session that somebody who is signed in has in a workspace.</summary>
    /// <param name="mayAsk">Whether the disk may be asked, and written.</param>
    /// <param name="session">The number; null where they have none there.</param>
    /// <returns>False where only the disk can tell, and it may not be asked.</returns>
    internal static bool TryFind(WorkspaceEntry entry, SignedIn who, bool mayAsk, out int? session)
    {
        session = entry == who.Home ? who.Session.Number : null;
        if (entry == who.Home || MemberIn(entry, who) is not { State: PrincipalState.Active } member)
            return true;
        var parent = who.Session.AsParentIn(who.Home.Name);
        if (!entry.Access.TryFindSessionUnder(parent, member.Id, out var found))
        {
            if (!mayAsk)
                return false;
            found = entry.Access.SessionUnder(parent, member.Id, who.Session);
        }
        if (found is not null)
            who.Home.Access.MarkSeen(who.Session.Number);
        session = found?.Number;
        return true;
    }

    /// <summary>Whether somebody who is signed in belongs to a workspace.</summary>
    internal static bool BelongsTo(WorkspaceEntry entry, SignedIn who) =>
        entry == who.Home || MemberIn(entry, who) is not null;

    /// <summary>The session is being used, and with it the one that it rests on.</summary>
    internal void MarkSeen(WorkspaceEntry entry, int session)
    {
        entry.Access.MarkSeen(session);
        if (entry.Access.ParentOf(session) is { } parent && list.Find(parent.Workspace) is { } home)
            home.Access.MarkSeen(parent.Session);
    }

    /// <summary>Ends a session, and the one that it rests on or those that rest on it.</summary>
    internal void End(WorkspaceEntry entry, int session, PrincipalId by)
    {
        var parent = entry.Access.ParentOf(session);
        entry.Access.EndSession(session, of: by, by);
        if (parent is { } known && list.Find(known.Workspace) is { } home)
            home.Access.EndSession(known.Session, of: null, by: null);
    }

    /// <summary>Ends sessions in other workspaces with the one of this workspace that they rest on, within a second (DESIGN.md, 15).</summary>
    internal void Follow(WorkspaceEntry home) =>
        home.Access.Changed += (_, _) =>
        {
            foreach (var entry in list.All.Where(entry => entry != home))
            {
                foreach (var session in OverIn(entry))
                    _ = Task.Run(() => entry.Access.EndWithParent(session));
            }
        };

    /// <summary>Ends what rests on sessions that are over and was not ended with them: the server was down, or the disk full.</summary>
    internal void EndOver(WorkspaceEntry entry)
    {
        foreach (var session in OverIn(entry))
            entry.Access.EndWithParent(session);
    }

    // What rests on a session of a workspace that is not there, no cookie names any more; it ends when its time has come.
    private List<int> OverIn(WorkspaceEntry entry) =>
        [
            .. from under in entry.Access.SessionsUnderOthers()
            let home = list.Find(under.Parent.Workspace)
            where home is not null && !home.Access.IsLive(under.Parent, home.Name)
            select under.Session,
        ];

    private static Principal? MemberIn(WorkspaceEntry entry, SignedIn who) =>
        who.Home.Access.PersonOf(who.Who.Id, Credential.OfSession(who.Session.Number)) is { } person
            ? entry.Access.FindPerson(person)
            : null;
}

/// <summary>Somebody who is signed in.</summary>
/// <param name="Home">The workspace in which they signed in.</param>
/// <param name="Session">Their session there.</param>
/// <param name="Who">Who they are there.</param>
internal sealed record SignedIn(WorkspaceEntry Home, SessionView Session, Principal Who);
