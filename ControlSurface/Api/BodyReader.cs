using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ControlSurface.Core.Queues;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// Reads a body strictly. A well-formed body is read once by generated code; only where that fails, or where a list may hold
/// null, is the body walked again beside its type, to name everything that is wrong with it. Whole numbers that are written
/// with a fraction of zeros are rewritten on that second way.
/// </summary>
internal static class BodyReader
{
    /// <summary>The body as a value; null with faults where it is none.</summary>
    internal static T? Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, Faults faults)
        where T : class
    {
        if (!Utf8.IsValid(body))
        {
            faults.Add("body", "must be UTF-8");
            return null;
        }
        if (body.IndexOf("\\u"u8) >= 0 && HasLoneSurrogate(body))
        {
            faults.Add("body", "must not contain half of a surrogate pair");
            return null;
        }
        try
        {
            if (JsonSerializer.Deserialize(body, type) is { } value)
                return HasNullInList(body) && !IsSound(body, type, faults) ? null : value;
            faults.Add("body", "must be an object");
            return null;
        }
        catch (JsonException)
        {
            return IsSound(body, type, faults) ? ReadRewritten(body, type, faults) : null;
        }
    }

    /// <summary>
    /// The body with each value in the one way of writing it that its type knows; members that no type knows stay as they are.
    /// </summary>
    /// <param name="isLenient">
    /// Whether a value of another kind with only one reading is taken: <c>"12"</c> for 12, 12 for <c>"12"</c>, a list or an object
    /// that was sent as JSON text (API.md, Settled since, Numbers: over <c>/mcp</c>).
    /// </param>
    internal static byte[] Rewrite(JsonElement body, JsonTypeInfo type, bool isLenient) =>
        JsonBytes.Of(writer => new BodyWriter(writer, isLenient).Write(body, type));

    // Generated code lets null pass into a list. The scan costs nothing where the word is nowhere.
    private static bool HasNullInList(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("null"u8) < 0)
            return false;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
        ulong lists = 0; // One bit a level: whether it is a list.
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    lists = (lists << 1) | 1;
                    break;
                case JsonTokenType.StartObject:
                    lists <<= 1;
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists >>= 1;
                    break;
                case JsonTokenType.Null when (lists & 1) == 1:
                    return true;
            }
        }
        return false;
    }

    private static T? ReadRewritten<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, Faults faults)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(Rewrite(JsonElement.Parse(body), type, isLenient: false), type) is { } value)
                return value;
        }
        catch (JsonException)
        {
            // Walked and found sound, and unreadable all the same: the fault below says so.
        }
        faults.Add("body", "cannot be read");
        return null;
    }

    /// <summary>Whether the body is well formed enough to have members.</summary>
    internal static bool IsObject(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonElement.Parse(body).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The string member of that name, where the body is well formed enough to have one.</summary>
    internal static string? FindString(ReadOnlySpan<byte> body, string member)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            reader.Read(); // Throws where anything follows: that is no body that names something.
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The whole number of that member, where the body is well formed enough to have one.</summary>
    internal static long? FindWhole(ReadOnlySpan<byte> body, string member)
    {
        try
        {
            var root = JsonElement.Parse(body);
            return
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.Number
                && Numbers.TryReadWhole(value.GetRawText(), out var number)
                ? number
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // No JSON, or half of a surrogate pair: there is no number to find.
        }
    }

    // Adds a fault for everything that is wrong.
    private static bool IsSound(ReadOnlySpan<byte> body, JsonTypeInfo type, Faults faults)
    {
        try
        {
            using var document = JsonDocument.Parse(
                body.ToArray(),
                new JsonDocumentOptions { MaxDepth = ApiJson.MaxDepth }
            );
            var faulty = new Faults();
            Walk(document.RootElement, type, "", "", faulty);
            faults.AddAll(faulty);
            return !faulty.Any;
        }
        catch (JsonException e)
        {
            faults.Add("body", IsTooDeep(body) ? $"must not nest deeper than {ApiJson.MaxDepth}" : NotJson(e));
            return false;
        }
    }

    private static string NotJson(JsonException e) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})"
        );

    private static bool IsTooDeep(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether every string in the value is text: no half of a surrogate pair.</summary>
    internal static bool IsText(JsonElement value) =>
        value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)
        || value.GetRawText() is var raw
            && (!raw.Contains("\\u", StringComparison.Ordinal) || !HasLoneSurrogate(Encoding.UTF8.GetBytes(raw)));

    private static bool HasLoneSurrogate(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    _ = reader.GetString();
            }
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (JsonException)
        {
            return false; // Not JSON at all: that is what it will be told.
        }
    }

    /// <param name="path">Names of members, without the places in lists: the key of the fault.</param>
    /// <param name="place">Where in the lists on the way, for the sentence: <c> (element 2)</c>.</param>
    private static void Walk(JsonElement value, JsonTypeInfo type, string path, string place, Faults faults)
    {
        if (OptionalOf(type.Type) is { } named)
            type = ApiJson.Strict.GetTypeInfo(named);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                WalkObject(value, type, path, place, faults);
                break;
            case JsonTypeInfoKind.Enumerable:
                WalkList(value, ApiJson.Strict.GetTypeInfo(type.ElementType!), path, place, faults);
                break;
            case JsonTypeInfoKind.Dictionary:
                WalkMap(value, ApiJson.Strict.GetTypeInfo(type.ElementType!), path, place, faults);
                break;
            default:
                if (WrongScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type) is { } wrong)
                    faults.Add(path, wrong);
                break;
        }
    }

    private static void WalkList(JsonElement list, JsonTypeInfo element, string path, string place, Faults faults)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add(path, "must be a list");
            return;
        }
        var k = 0;
        foreach (var member in list.EnumerateArray())
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{place} (element {k})");
            if (member.ValueKind != JsonValueKind.Null)
                Walk(member, element, path, here, faults);
            else if (element.Type != typeof(JsonElement))
                faults.Add(path, "must not contain null" + here);
            k++;
        }
    }

    private static void WalkMap(JsonElement map, JsonTypeInfo element, string path, string place, Faults faults)
    {
        if (map.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path, "must be an object");
            return;
        }
        foreach (var member in map.EnumerateObject())
        {
            var at = Below(path, member.Name);
            if (member.Value.ValueKind != JsonValueKind.Null)
                Walk(member.Value, element, at, place, faults);
            else if (element.Type != typeof(JsonElement))
                faults.Add(at, "must not be null" + place);
        }
    }

    private static void WalkObject(JsonElement value, JsonTypeInfo type, string path, string place, Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path.Length == 0 ? "body" : path, "must be an object");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = Below(path, member.Name);
            if (!seen.Add(member.Name))
                faults.Add(at, "must not be named twice");
            else if (Find(type, member.Name) is not { } property)
                faults.Add(at, "is not a member of this request");
            else if (member.Value.ValueKind != JsonValueKind.Null)
                Walk(member.Value, ApiJson.Strict.GetTypeInfo(property.PropertyType), at, place, faults);
            else if (!AllowsNull(property))
                faults.Add(at, "must not be null" + place);
        }
        foreach (var property in type.Properties)
        {
            if (IsRequired(property) && !seen.Contains(property.Name))
                faults.Add(Below(path, property.Name), "is required");
        }
    }

    // What a caller named is shown back short.
    private static string Below(string path, string name)
    {
        var at = path.Length == 0 ? name : path + "." + name;
        return at.Length == 0 ? "body" : ShownText.Cut(at, 100);
    }

    /// <summary>Whether a body without the member is refused.</summary>
    internal static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    /// <summary>Whether the member may be null.</summary>
    internal static bool AllowsNull(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        if (OptionalOf(type) is { } named)
            return NullSays(named);
        // Any JSON value is one that may be null too.
        if (type == typeof(JsonElement))
            return true;
        if (type.IsValueType)
            return Nullable.GetUnderlyingType(type) is not null;
        return property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;
    }

    /// <summary>
    /// Whether null says something of a value that may be named: only where it may be absent, as a limit, a date, a backoff, or a
    /// reach that is every queue.
    /// </summary>
    internal static bool NullSays(Type named) =>
        Nullable.GetUnderlyingType(named) is not null || named == typeof(BackoffRequest) || named == typeof(string[]);

    /// <summary>The T of a <c>Optional&lt;T&gt;</c>; null for any other type.</summary>
    [SuppressMessage("Trimming", "IL2067", Justification = "The application is not trimmed.")]
    internal static Type? OptionalOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>)
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>The member of that name; null where the type has none.</summary>
    internal static JsonPropertyInfo? Find(JsonTypeInfo type, string name)
    {
        foreach (var property in type.Properties)
        {
            if (property.Name == name)
                return property;
        }
        return null;
    }

    private static string? WrongScalar(JsonElement value, Type type)
    {
        if (type == typeof(string))
            return value.ValueKind == JsonValueKind.String ? null : "must be a string";
        if (type == typeof(bool))
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false";
        if (type == typeof(int) || type == typeof(long))
        {
            var (least, most) = type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
            return
                value.ValueKind == JsonValueKind.Number
                && Numbers.TryReadWhole(value.GetRawText(), out var number)
                && number >= least
                && number <= most
                ? null
                : "must be a whole number";
        }
        if (type == typeof(decimal))
            return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _) ? null : "must be a number";
        if (type == typeof(DateTimeOffset))
        {
            return value.ValueKind == JsonValueKind.String && InstantConverter.TryRead(value.GetString(), out _)
                ? null
                : "must be an instant with a zone, as in 2030-01-31T09:30:00Z";
        }
        return null;
    }
}
