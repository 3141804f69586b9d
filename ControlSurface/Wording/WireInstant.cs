using System.Globalization;

namespace ControlSurface.Wording;

/// <summary>Instants on the wire: RFC 3339, UTC, with milliseconds (API.md, Conventions).</summary>
public static class WireInstant
{
    /// <summary>The format, for an instant in UTC.</summary>
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>As <c>2026-11-24T21:05:12.000Z</c>.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
