using System.Globalization;
using System.Text;

namespace ControlSurface.Components.Parts;

/// <summary>A line without axes on a ground of 96 by 20, beside a figure.</summary>
public static class Spark
{
    private const double Right = 96;
    private const double Bottom = 18;
    private const double Height = 16;

    /// <summary>The path of a line; null where fewer than two points are known. It is broken where nothing is known.</summary>
    /// <param name="most">What is drawn at the top; the same for lines that are compared.</param>
    public static string? PathOf(IReadOnlyList<long?> values, long most)
    {
        if (values.Count(value => value is not null) < 2)
            return null;
        var path = new StringBuilder();
        var isDown = false;
        for (var k = 0; k < values.Count; k++)
        {
            if (values[k] is { } value)
                path.Append(
                    CultureInfo.InvariantCulture,
                    $"{(isDown ? 'L' : 'M')}{k * Right / (values.Count - 1):F1} {Bottom - value * Height / Math.Max(1, most):F1}"
                );
            isDown = values[k] is not null;
        }
        return path.ToString();
    }

    /// <summary>The highest of several lines.</summary>
    public static long MostOf(params ReadOnlySpan<IReadOnlyList<long?>> lines)
    {
        long most = 0;
        foreach (var line in lines)
        foreach (var value in line)
            most = Math.Max(most, value ?? 0);
        return most;
    }
}
