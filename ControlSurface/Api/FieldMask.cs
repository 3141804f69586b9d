using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;

namespace ControlSurface.Api;

/// <summary>
/// The members that a reader wants (API.md, Conventions: <c>fields=a,b.c</c>). In a list they are members of what is
/// listed; the list's own <c>next</c>, <c>total</c> and so on are always given, since without them nobody could go on.
/// </summary>
internal sealed class FieldMask
{
    private static readonly string[] Envelopes = ["items", "events"];
    private readonly SortedDictionary<string, FieldMask?> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the names against the type; each unknown one is a fault.</summary>
    internal static FieldMask Read(IEnumerable<string> names, JsonTypeInfo type, string parameter, Faults faults)
    {
        var (shape, _) = Listed(type);
        var mask = new FieldMask();
        foreach (var name in names)
        {
            var path = name.Split('.');
            // In a list the member may also be named from the top: items.title is title.
            if (!ReferenceEquals(shape, type) && path.Length > 1 && Envelopes.Contains(path[0], StringComparer.Ordinal))
                path = path[1..];
            if (Knows(shape, path))
                mask.Add(path);
            else
                faults.Add(parameter, $"knows no member {(name.Length > 60 ? name[..60] : name)}");
        }
        return mask;
    }

    /// <summary>Every name that may be given at the top, for documents and tests.</summary>
    internal static IReadOnlyList<string> NamesOf(JsonTypeInfo type) =>
        [.. Listed(type).Shape.Properties.Select(p => p.Name)];

    /// <summary>The members that are wanted, at the top.</summary>
    internal IEnumerable<string> Names => _members.Keys;

    /// <summary>Writes of a whole body what is wanted.</summary>
    internal void Write(Utf8JsonWriter writer, JsonElement whole, JsonTypeInfo type)
    {
        if (Listed(type).Member is { } listed)
        {
            writer.WriteStartObject();
            foreach (var member in whole.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.Name == listed)
                    Write(writer, member.Value, this);
                else
                    member.Value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        else
        {
            Write(writer, whole, this);
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, FieldMask? mask)
    {
        if (mask is null || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            value.WriteTo(writer);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var element in value.EnumerateArray())
                Write(writer, element, mask);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                if (!mask._members.TryGetValue(member.Name, out var below))
                    continue;
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value, below);
            }
            writer.WriteEndObject();
        }
    }

    // A list of API.md has its things under items, or events.
    private static (JsonTypeInfo Shape, string? Member) Listed(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && type.Properties.Any(p => p.Name == "next"))
        {
            foreach (var property in type.Properties)
            {
                if (Envelopes.Contains(property.Name, StringComparer.Ordinal))
                    return (Element(ApiJson.Strict.GetTypeInfo(property.PropertyType)), property.Name);
            }
        }
        return (type, null);
    }

    private static bool Knows(JsonTypeInfo type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
            return true;
        type = Element(type);
        if (type.Kind == JsonTypeInfoKind.Dictionary)
        {
            return KeysOf(type).Contains(path[0], StringComparer.Ordinal)
                && Knows(ApiJson.Strict.GetTypeInfo(type.ElementType!), path[1..]);
        }
        if (type.Type == typeof(JsonElement))
            return path[0].Length > 0;
        if (type.Kind != JsonTypeInfoKind.Object)
            return false;
        foreach (var property in type.Properties)
        {
            if (property.Name == path[0])
                return Knows(ApiJson.Strict.GetTypeInfo(property.PropertyType), path[1..]);
        }
        return false;
    }

    // The two maps of API.md: what one can do, by verb, and counts, by state.
    private static IReadOnlyList<string> KeysOf(JsonTypeInfo type) =>
        type.ElementType == typeof(CanBody) ? CanVerbs.All : ApiWords.ItemStates;

    private static JsonTypeInfo Element(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
            return Element(ApiJson.Strict.GetTypeInfo(type.ElementType!));
        return Nullable.GetUnderlyingType(type.Type) is { } value ? ApiJson.Strict.GetTypeInfo(value) : type;
    }

    private void Add(ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            _members[path[0]] = null; // The whole of it, whatever else was asked of it.
            return;
        }
        if (_members.TryGetValue(path[0], out var below))
        {
            below?.Add(path[1..]);
            return;
        }
        below = new FieldMask();
        below.Add(path[1..]);
        _members[path[0]] = below;
    }
}
