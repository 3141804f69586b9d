using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>A workspace to which somebody belongs.</summary>
/// <param name="Name">Such as <c>main</c>.</param>
/// <param name="Address">Where its pages begin: <c>/w/NAME/</c>, and <c>/</c> for the first.</param>
/// <param name="Who">Who they are there, with their roles there.</param>
/// <param name="IsHere">Whether it is the workspace that was asked.</param>
public sealed record Membership(string Name, string Address, Principal Who, bool IsHere);

/// <summary>A workspace as an admin of the server sees it.</summary>
/// <param name="IsFirst">Also served where an address names none.</param>
/// <param name="IsOpen">Whether it is in memory at the moment, on whichever machine.</param>
/// <param name="Members">People and agents who have not ended.</param>
public sealed record WorkspaceRecord(string Name, string Address, bool IsFirst, bool IsOpen, int Members);

/// <summary>The workspace that serves, and what of the others it may know.</summary>
public interface IOwnWorkspace
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether it is the first: its admins are the server's.</summary>
    bool IsFirst { get; }

    /// <summary>Where its pages begin: <c>/w/NAME/</c>, and <c>/</c> for the first.</summary>
    string Address { get; }

    /// <summary>The workspaces to which somebody of this one belongs, this one first.</summary>
    /// <param name="credential">What they came with; this one alone where it proves nothing in the others.</param>
    IReadOnlyList<Membership> Of(PrincipalId who, Credential? credential);

    /// <summary>What a sign-in link of any workspace would do; null where it would do nothing.</summary>
    /// <param name="from">Where the caller comes from: a network that tries many is not looked for any more for a moment.</param>
    /// <param name="isBusy">It was not looked for, and may be good.</param>
    SignInLink? FindSignInLink(string secret, IPAddress? from, out bool isBusy);

    /// <summary>Somebody uses their session here, and with it the one in another workspace that it rests on.</summary>
    void MarkSeen(int session);

    /// <summary>All workspaces of the server, the first one first. For admins of the first alone.</summary>
    IReadOnlyList<WorkspaceRecord> All();

    /// <summary>What is wrong with a name, to be read after the word "name"; null where nothing is.</summary>
    string? FaultOf(string name);

    /// <summary>Makes a workspace, with a person who asks for it as its first admin. For admins of the first alone.</summary>
    /// <returns>Null where there is one of that name by now.</returns>
    WorkspaceRecord? Add(string name, PrincipalId by);
}
