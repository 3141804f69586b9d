using System.Diagnostics;
using System.Runtime.CompilerServices;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>Each command says which queue it concerns, or passes for nobody who is limited to queues.</summary>
public class GateTests
{
    public static TheoryData<Type> Commands =>
        [
            .. typeof(Command)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Command)))
                // The server's own: decided before anybody's rights are asked for.
                .Where(type => type.Name is not ("Sync" or "Advance" or "Disable"))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Found_4_6_every_command_is_known_where_the_scope_is_asked(Type type)
    {
        var command = (Command)RuntimeHelpers.GetUninitializedObject(type);
        var somebody = new Principal(
            new PrincipalId(1),
            "x",
            PrincipalKind.Agent,
            Roles.Agent,
            ["ours"],
            PrincipalState.Active
        );
        try
        {
            QueueGate.Outside(new Workspace(), command, Scope.Of(somebody));
        }
        catch (UnreachableException)
        {
            Assert.Fail($"Say in QueueGate what {type.FullName} concerns.");
        }
        catch (Exception nothingNamed) when (nothingNamed is NullReferenceException or ArgumentNullException)
        {
            // An empty command names nothing: that it was looked into is enough.
        }
    }
}
