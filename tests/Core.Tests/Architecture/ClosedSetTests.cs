using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>The compiler does not know that the events are a closed set: each case is sent through what dispatches over them.</summary>
public class ClosedSetTests
{
    public static TheoryData<Type> Events =>
        [
            .. typeof(Event)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Event)))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_describes_itself(Type type)
    {
        var happened = (Event)RuntimeHelpers.GetUninitializedObject(type);
        try
        {
            Assert.NotEmpty(happened.Describe("Ann", _ => "Ann"));
        }
        catch (UnreachableException)
        {
            Assert.Fail($"Say in the descriptions of its room what {type.FullName} is to a person.");
        }
        catch (Exception empty) when (empty is NullReferenceException or ArgumentNullException)
        {
            // An empty event says nothing of itself: that its case was found is enough.
        }
    }

    public static TheoryData<Type> CommandsOnAnItem =>
        [
            .. typeof(Command)
                .Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Command)))
                .Where(type => type.GetProperty("Item")?.PropertyType is { } item && item == typeof(ItemId))
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    /// <summary>Without it, a late call would hear that its item never was.</summary>
    [Theory]
    [MemberData(nameof(CommandsOnAnItem))]
    public void Every_command_on_an_item_finds_it_in_the_archive(Type type)
    {
        var command = (Command)RuntimeHelpers.GetUninitializedObject(type);
        type.GetField("<Item>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!
            .SetValue(command, new ItemId(7));
        Assert.Equal(new ItemId(7), Assert.Single(ArchivedNames.Of(new Workspace(), command, _ => null)).Item);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_has_a_name_on_the_wire(Type type) => Assert.Contains(type, EventTypes.ByName.Values);
}
