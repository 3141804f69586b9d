using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using ControlSurface.Components;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace Ui.Tests;

/// <summary>A page is drawn again for whatever changes on it: equality of views forgets no member.</summary>
public class Views_that_are_compared
{
    public static TheoryData<Type> Views =>
        [
            .. typeof(ViewEquality)
                .Assembly.GetTypes()
                .Where(t =>
                    t is { IsAbstract: false, IsClass: true }
                    && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IView<>))
                )
                .OrderBy(t => t.Name, StringComparer.Ordinal),
        ];

    [Theory, MemberData(nameof(Views))]
    public void Found_2_13_each_member_of_each_view_makes_another_view(Type view)
    {
        Assert.DoesNotContain(view.GetMethods(), m => m.Name == "IsSameAs");
        foreach (var member in Held(view))
        {
            var (one, other) = (Blank(view), Blank(view));
            Assert.True(ViewEquality.AreSame(one, other), $"two blank {view.Name} differ");
            var value = Something(member.PropertyType, depth: 0);
            if (Equals(value, member.GetValue(one)))
                continue; // an empty shape: nothing of it can differ
            Backing(member).SetValue(other, value);
            var isDrawn = member.GetCustomAttribute<NotDrawnAttribute>() is null;
            Assert.True(
                ViewEquality.AreSame(one, other) != isDrawn,
                $"{view.Name}.{member.Name} {(isDrawn ? "differs unseen" : "is not drawn and draws")}"
            );
        }
    }

    [Fact]
    public void Found_2_13_lists_are_compared_by_what_they_hold_and_records_within_too()
    {
        Assert.True(ViewEquality.AreSame(new[] { "a", "b" }, new List<string> { "a", "b" }));
        Assert.False(ViewEquality.AreSame(new[] { "a" }, new[] { "a", "b" }));
        Assert.False(ViewEquality.AreSame(new[] { "a", "b" }, new[] { "a" }));
        Assert.True(ViewEquality.AreSame(new Outer(1, [new("x")]), new Outer(1, [new("x")])));
        Assert.False(ViewEquality.AreSame(new Outer(1, [new("x")]), new Outer(1, [new("y")])));
        Assert.False(ViewEquality.AreSame(new Outer(1, []), null));
        Assert.True(ViewEquality.AreSame((1, "a"), (1, "a")));
    }

    private sealed record Inner(string Text);

    private sealed record Outer(int Number, IReadOnlyList<Inner> Inside);

    private static object Blank(Type type) => RuntimeHelpers.GetUninitializedObject(type);

    private static IEnumerable<PropertyInfo> Held(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p =>
                p.DeclaringType!.GetField($"<{p.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance)
                    is not null
            );

    private static FieldInfo Backing(PropertyInfo member) =>
        member.DeclaringType!.GetField(
            $"<{member.Name}>k__BackingField",
            BindingFlags.NonPublic | BindingFlags.Instance
        )!;

    // Any value that is not the blank one.
    private static object? Something(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "x";
        if (type == typeof(bool))
            return true;
        if (type == typeof(DateTimeOffset))
            return DateTimeOffset.UnixEpoch.AddDays(1);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(1);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive)
            return Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var of = type.GetGenericArguments()[^1];
            var list = Array.CreateInstance(of, 1);
            list.SetValue(
                of.IsInterface ? null
                    : depth > 3 ? null
                    : Something(of, depth + 1),
                0
            );
            return list;
        }
        return type.IsInterface || type.IsAbstract ? null : Blank(type);
    }
}
