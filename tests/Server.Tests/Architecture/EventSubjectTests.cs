using System.Reflection;
using System.Runtime.CompilerServices;
using ControlSurface.Api;

namespace Server.Tests.Architecture;

/// <summary>Whoever listens to a lease or to a run hears every event that names it.</summary>
public class EventSubjectTests
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
    public void An_event_with_a_lease_is_about_that_lease(Type type)
    {
        var happened = (Event)RuntimeHelpers.GetUninitializedObject(type);
        if (Set(happened, "Lease", new LeaseId(7)))
            Assert.Equal(new LeaseId(7), EventSubjects.LeaseOf(happened));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_with_a_run_is_about_that_run(Type type)
    {
        var happened = (Event)RuntimeHelpers.GetUninitializedObject(type);
        if (Set(happened, "Run", "r1"))
            Assert.Equal("r1", EventSubjects.RunOf(happened));
    }

    private static bool Set(Event happened, string member, object value)
    {
        for (var type = happened.GetType(); type is not null; type = type.BaseType)
        {
            var field = type.GetField(
                $"<{member}>k__BackingField",
                BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            );
            if (
                field is null
                || !field.FieldType.IsInstanceOfType(value)
                    && Nullable.GetUnderlyingType(field.FieldType) != value.GetType()
            )
                continue;
            field.SetValue(happened, value);
            return true;
        }
        return false;
    }
}
