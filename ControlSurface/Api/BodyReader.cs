using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

/// <summary>
/// Reads a body strictly. What is well formed is read once by generated code; only where that fails is the body walked
/// again beside its type, to name everything that is wrong with it.
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
                return value;
            faults.Add("body", "must be an object");
        }
        catch (JsonException)
        {
            Explain(body, type, faults);
        }
        return null;
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

    private static void Explain(ReadOnlySpan<byte> body, JsonTypeInfo type, Faults faults)
    {
        try
        {
            using var document = JsonDocument.Parse(
                body.ToArray(),
                new JsonDocumentOptions { MaxDepth = ApiJson.MaxDepth }
            );
            Walk(document.RootElement, type, "", faults);
            if (!faults.Any)
                faults.Add("body", "cannot be read");
        }
        catch (JsonException e)
        {
            faults.Add("body", IsTooDeep(body) ? $"must not nest deeper than {ApiJson.MaxDepth}" : NotJson(e));
        }
    }

    private static string NotJson(JsonException e) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
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

    private static void Walk(JsonElement value, JsonTypeInfo type, string path, Faults faults)
    {
        if (NamedOf(type.Type) is { } named)
            type = ApiJson.Strict.GetTypeInfo(named);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                WalkObject(value, type, path, faults);
                break;
            case JsonTypeInfoKind.Enumerable:
                if (value.ValueKind != JsonValueKind.Array)
                {
                    faults.Add(path, "must be a list");
                    break;
                }
                var element = ApiJson.Strict.GetTypeInfo(type.ElementType!);
                foreach (var member in value.EnumerateArray())
                {
                    if (member.ValueKind == JsonValueKind.Null)
                        faults.Add(path, "must not contain null");
                    else
                        Walk(member, element, path, faults);
                }
                break;
            default:
                if (WrongScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type) is { } wrong)
                    faults.Add(path, wrong);
                break;
        }
    }

    private static void WalkObject(JsonElement value, JsonTypeInfo type, string path, Faults faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path.Length == 0 ? "body" : path, "must be an object");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = path.Length == 0 ? member.Name : path + "." + member.Name;
            if (at.Length > 100)
                at = at[..100];
            if (!seen.Add(member.Name))
                faults.Add(at, "must not be named twice");
            else if (Find(type, member.Name) is not { } property)
                faults.Add(at, "is not a member of this request");
            else if (member.Value.ValueKind != JsonValueKind.Null)
                Walk(member.Value, ApiJson.Strict.GetTypeInfo(property.PropertyType), at, faults);
            else if (!AllowsNull(property))
                faults.Add(at, "must not be null");
        }
        foreach (var property in type.Properties)
        {
            if (IsRequired(property) && !seen.Contains(property.Name))
                faults.Add(path.Length == 0 ? property.Name : path + "." + property.Name, "is required");
        }
    }

    internal static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    internal static bool AllowsNull(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        if (NamedOf(type) is { } named)
            return NullSays(named);
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

    /// <summary>The T of a <c>Named&lt;T&gt;</c>; null for any other type.</summary>
    [SuppressMessage("Trimming", "IL2067", Justification = "The application is not trimmed.")]
    internal static Type? NamedOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Named<>) ? type.GetGenericArguments()[0] : null;

    private static JsonPropertyInfo? Find(JsonTypeInfo type, string name)
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
        if (type == typeof(int))
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)
                ? null
                : "must be a whole number";
        if (type == typeof(long))
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)
                ? null
                : "must be a whole number";
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
