using System.Collections;
using System.Globalization;
using System.Reflection;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>Says where two values differ, member by member: records compare their lists by reference, this does not.</summary>
internal static class SameMembers
{
    internal static void Check(object? expected, object? actual) => Assert.Null(Difference(expected, actual, ""));

    private static string? Difference(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null)
            return expected is null && actual is null ? null : path;
        if (
            expected is string
            || expected.GetType().IsPrimitive
            || expected.GetType().IsEnum
            || expected is decimal or DateTimeOffset
        )
            return expected.Equals(actual) ? null : $"{path}: {expected} became {actual}";
        if (expected is IEnumerable left && actual is IEnumerable right)
            return InLists(left.Cast<object?>().ToList(), right.Cast<object?>().ToList(), path);
        if (expected.GetType() != actual.GetType())
            return $"{path}: {expected.GetType()} became {actual.GetType()}";
        foreach (var member in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var difference = Difference(member.GetValue(expected), member.GetValue(actual), $"{path}.{member.Name}");
            if (difference is not null)
                return difference;
        }
        return null;
    }

    private static string? InLists(List<object?> expected, List<object?> actual, string path)
    {
        if (expected.Count != actual.Count)
            return string.Create(CultureInfo.InvariantCulture, $"{path}: {expected.Count} became {actual.Count}");
        for (var k = 0; k < expected.Count; k++)
        {
            if (Difference(expected[k], actual[k], $"{path}[{k}]") is { } difference)
                return difference;
        }
        return null;
    }
}
