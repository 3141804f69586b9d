using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// Writes a body again beside its type: whole numbers without a fraction, and, where <paramref name="isLenient"/>, values of
/// another kind with only one reading as the kind that is wanted. What has no such reading stays, for the reader to refuse.
/// </summary>
internal sealed class BodyWriter(Utf8JsonWriter writer, bool isLenient)
{
    /// <summary>Writes a value as one of the type.</summary>
    internal void Write(JsonElement value, JsonTypeInfo type)
    {
        if (BodyReader.OptionalOf(type.Type) is { } named)
            type = ApiJson.Strict.GetTypeInfo(named);
        if (isLenient && value.ValueKind == JsonValueKind.String)
            value = OfText(value, type);
        switch (type.Kind, value.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object):
                WriteObject(value, name => BodyReader.Find(type, name)?.PropertyType);
                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                WriteObject(value, _ => type.ElementType);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                var element = ApiJson.Strict.GetTypeInfo(type.ElementType!);
                writer.WriteStartArray();
                foreach (var member in value.EnumerateArray())
                    Write(member, element);
                writer.WriteEndArray();
                break;
            default:
                WriteScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type);
                break;
        }
    }

    /// <summary>Writes members that came one by one as the body of this type.</summary>
    internal void Write(IReadOnlyDictionary<string, JsonElement> members, JsonTypeInfo type)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            if (BodyReader.Find(type, name) is { } property)
                Write(value, ApiJson.Strict.GetTypeInfo(property.PropertyType));
            else
                value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private void WriteObject(JsonElement value, Func<string, Type?> typeOf)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (typeOf(member.Name) is { } type)
                Write(member.Value, ApiJson.Strict.GetTypeInfo(type));
            else
                member.Value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    // Models send lists and records as the text of their JSON; a list or a record cannot be anything else than that.
    private static JsonElement OfText(JsonElement text, JsonTypeInfo type)
    {
        var kind = type.Kind switch
        {
            JsonTypeInfoKind.Enumerable => JsonValueKind.Array,
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => JsonValueKind.Object,
            _ => JsonValueKind.Undefined,
        };
        if (kind == JsonValueKind.Undefined)
            return text;
        try
        {
            var read = JsonElement.Parse(text.GetString()!);
            return read.ValueKind == kind ? read : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private void WriteScalar(JsonElement value, Type type)
    {
        if (type == typeof(int) || type == typeof(long))
            WriteWhole(value);
        else if (type == typeof(string))
            WriteText(value);
        else if (isLenient && type == typeof(bool) && TextOf(value) is "true" or "false")
            writer.WriteBooleanValue(TextOf(value) == "true");
        else if (
            isLenient
            && type == typeof(decimal)
            && TextOf(value) is { } text
            && Numbers.ReadDecimal(text) is { } number
        )
            writer.WriteNumberValue(number);
        else
            value.WriteTo(writer);
    }

    private void WriteWhole(JsonElement value)
    {
        var text =
            value.ValueKind == JsonValueKind.Number ? value.GetRawText()
            : isLenient ? TextOf(value)
            : null;
        if (text is not null && Numbers.TryReadWhole(text, out var number))
            writer.WriteNumberValue(number);
        else
            value.WriteTo(writer);
    }

    private void WriteText(JsonElement value)
    {
        if (isLenient && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            writer.WriteStringValue(value.GetRawText());
        else
            value.WriteTo(writer);
    }

    private static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
}
