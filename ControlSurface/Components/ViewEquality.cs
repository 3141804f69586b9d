using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace ControlSurface.Components;

/// <summary>Marks a member of a view that no page draws, or draws at its own pace: views that differ in it alone are the same.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotDrawnAttribute : Attribute;

/// <summary>Rows that know by themselves whether they show the same as others, because most of them were never made.</summary>
public interface IShownRows
{
    /// <summary>Whether all that <paramref name="shown"/> has made would be the same here.</summary>
    bool ShowsTheSameAs(IShownRows shown);
}

/// <summary>
/// Whether two views are drawn the same: each member of the one against each of the other, lists by what they hold. No member can
/// be forgotten; one that is not drawn says so (<see cref="NotDrawnAttribute"/>).
/// </summary>
public static class ViewEquality
{
    private static readonly ConcurrentDictionary<Type, Shape> Shapes = [];

    /// <summary>Compares two views, or parts of views, of any type.</summary>
    public static bool AreSame(object? one, object? other)
    {
        if (ReferenceEquals(one, other))
            return true;
        if (one is null || other is null)
            return false;
        if (one is IShownRows rows && other is IShownRows shown)
            return rows.ShowsTheSameAs(shown);
        var type = one.GetType();
        if (one is not string && one is IEnumerable these && other is IEnumerable those)
            return HoldTheSame(these, those);
        if (type != other.GetType())
            return false;
        var shape = Shapes.GetOrAdd(type, static t => Shape.Of(t));
        if (shape.IsLeaf)
            return one.Equals(other);
        foreach (var member in shape.Members)
        {
            if (!AreSame(member.GetValue(one), member.GetValue(other)))
                return false;
        }
        return true;
    }

    private static bool HoldTheSame(IEnumerable one, IEnumerable other)
    {
        if (one is ICollection some && other is ICollection others && some.Count != others.Count)
            return false;
        var (these, those) = (one.GetEnumerator(), other.GetEnumerator());
        using var first = these as IDisposable;
        using var second = those as IDisposable;
        while (true)
        {
            var (more, same) = (these.MoveNext(), those.MoveNext());
            if (more != same)
                return false;
            if (!more)
                return true;
            if (!AreSame(these.Current, those.Current))
                return false;
        }
    }

    /// <summary>The members of a type: what it holds, and not what is computed from that. Short ones come first.</summary>
    private sealed record Shape(bool IsLeaf, IReadOnlyList<PropertyInfo> Members)
    {
        internal static Shape Of(Type type)
        {
            if (type.IsPrimitive || type.IsEnum || IsValue(type) || typeof(Delegate).IsAssignableFrom(type))
                return new Shape(IsLeaf: true, []);
            var members = MembersOf(type);
            return new Shape(members.Count == 0 || ComparesItself(type, members), members);
        }

        // A record of plain values compares them without reflection, and all of its values are drawn.
        private static bool ComparesItself(Type type, IReadOnlyList<PropertyInfo> members) =>
            type.IsSealed
            && type.GetMethod("<Clone>$") is not null
            && members.Count == HeldBy(type).Count()
            && members.All(member => IsValue(member.PropertyType));
    }

    /// <summary>What is compared of a type; those that are not drawn are not among them.</summary>
    internal static IReadOnlyList<PropertyInfo> MembersOf(Type type) =>
        [
            .. HeldBy(type)
                .Where(p => p.GetCustomAttribute<NotDrawnAttribute>() is null)
                .OrderBy(p => typeof(IEnumerable).IsAssignableFrom(p.PropertyType) && p.PropertyType != typeof(string)),
        ];

    private static IEnumerable<PropertyInfo> HeldBy(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && IsHeld(p));

    private static bool IsHeld(PropertyInfo property) =>
        property.DeclaringType!.GetField(
            $"<{property.Name}>k__BackingField",
            BindingFlags.NonPublic | BindingFlags.Instance
        )
            is not null;

    private static bool IsValue(Type type) =>
        type == typeof(string) || type == typeof(decimal) || (type.IsValueType && !HoldsLists(type));

    // Equal to the runtime only where all that it holds is; a list within is compared by what it holds.
    private static bool HoldsLists(Type type) =>
        type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance)
            .Any(f => f.FieldType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(f.FieldType));
}
