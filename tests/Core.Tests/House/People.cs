using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Tests.House;

/// <summary>Who lives in the test house: one of each role that a story needs, and two agents that meet.</summary>
internal static class People
{
    internal static readonly DateTimeOffset T0 = new(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);

    internal static readonly Principal Adam = Someone(1, "Adam", PrincipalKind.Person, Roles.Admin);
    internal static readonly Principal Mona = Someone(2, "Mona", PrincipalKind.Person, Roles.Manager);
    internal static readonly Principal Ann = Someone(3, "Ann", PrincipalKind.Agent, Roles.Agent);
    internal static readonly Principal Bob = Someone(4, "Bob", PrincipalKind.Agent, Roles.Agent);
    internal static readonly Principal Rita = Someone(5, "Rita", PrincipalKind.Person, Roles.Reviewer);
    internal static readonly Principal Sam = Someone(6, "Sam", PrincipalKind.Person, Roles.Support);
    internal static readonly Principal Vic = Someone(7, "Vic", PrincipalKind.Person, Roles.Viewer);

    /// <summary>An agent that may touch the queue crm and no other.</summary>
    internal static readonly Principal Cleo = Someone(8, "Cleo", PrincipalKind.Agent, Roles.Agent) with
    {
        Queues = ["crm"],
    };

    internal static IReadOnlyList<Principal> All { get; } = [Adam, Mona, Ann, Bob, Rita, Sam, Vic, Cleo];

    internal static Caller AsCaller(this Principal who) => new(who.Id);

    private static Principal Someone(int id, string name, PrincipalKind kind, Roles roles) =>
        new(new PrincipalId(id), name, kind, roles, Queues: null, PrincipalState.Active);
}
