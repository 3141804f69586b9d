using ControlSurface.Live;

namespace ControlSurface.Api.Bodies;

/// <summary>API.md, Workspaces: one workspace of the server.</summary>
/// <param name="Address">Where its pages begin; its API is <c>api/v1</c> below that.</param>
/// <param name="First">Also served where an address names none.</param>
/// <param name="State"><c>open</c>, or <c>closed</c> until it is needed.</param>
/// <param name="Members">People and agents who have not ended.</param>
internal sealed record WorkspaceBody(string Name, string Address, bool First, string State, int Members)
{
    internal static WorkspaceBody From(WorkspaceRecord one) =>
        new(one.Name, one.Address, one.IsFirst, one.IsOpen ? "open" : "closed", one.Members);
}

/// <summary>A workspace to which the caller belongs.</summary>
/// <param name="PrincipalId">Who they are there.</param>
/// <param name="Roles">What they may do there.</param>
internal sealed record MembershipBody(string Name, string Address, string PrincipalId, IReadOnlyList<string> Roles)
{
    internal static MembershipBody From(Membership one) =>
        new(one.Name, one.Address, one.Who.Id.Text, PrincipalBody.From(one.Who, absence: null).Roles);
}
