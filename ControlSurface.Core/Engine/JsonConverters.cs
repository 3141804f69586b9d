using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Engine;

/// <summary>Writes and reads instants: RFC 3339 in UTC with exactly three decimals, <c>2026-05-04T09:30:00.000Z</c> (API.md).</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    internal const int Length = 24;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.HasValueSequence ? throw new JsonException("an instant in pieces") : Parse(reader.ValueSpan);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        Format(value, text);
        writer.WriteStringValue(text);
    }

    // By hand, because each renewal writes an instant and the general formatter parses its pattern each time.
    internal static void Format(DateTimeOffset value, Span<byte> text)
    {
        var at = value.UtcDateTime;
        var (year, month, day) = DateOnly.FromDateTime(at);
        Digits(text, 0, 4, year);
        text[4] = (byte)'-';
        Digits(text, 5, 2, month);
        text[7] = (byte)'-';
        Digits(text, 8, 2, day);
        text[10] = (byte)'T';
        Digits(text, 11, 2, at.Hour);
        text[13] = (byte)':';
        Digits(text, 14, 2, at.Minute);
        text[16] = (byte)':';
        Digits(text, 17, 2, at.Second);
        text[19] = (byte)'.';
        Digits(text, 20, 3, at.Millisecond);
        text[23] = (byte)'Z';
    }

    private static DateTimeOffset Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length != Length || text[10] != 'T' || text[19] != '.' || text[23] != 'Z')
            throw new JsonException("an instant is written as yyyy-MM-ddTHH:mm:ss.fffZ");
        return new DateTimeOffset(
            Number(text, 0, 4),
            Number(text, 5, 2),
            Number(text, 8, 2),
            Number(text, 11, 2),
            Number(text, 14, 2),
            Number(text, 17, 2),
            Number(text, 20, 3),
            TimeSpan.Zero
        );
    }

    private static void Digits(Span<byte> text, int from, int count, int value)
    {
        for (var k = from + count - 1; k >= from; k--)
        {
            text[k] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static int Number(ReadOnlySpan<byte> text, int from, int count)
    {
        var value = 0;
        foreach (var digit in text.Slice(from, count))
        {
            if (!char.IsAsciiDigit((char)digit))
                throw new JsonException("an instant has only digits between its marks");
            value = (value * 10) + (digit - '0');
        }
        return value;
    }
}

/// <summary>Writes and reads ids as text, such as <c>W-1042</c>.</summary>
internal sealed class IdConverter<TId> : JsonConverter<TId>
    where TId : struct, INumberedId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        NumberedId.TryParse<TId>(reader.GetString(), out var id)
            ? id
            : throw new JsonException($"no {typeof(TId).Name}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        IdBytes.Write(writer, TId.Letter, value.Number);
}

/// <summary>Writes and reads ids of principals, with <c>system</c> for the system.</summary>
internal sealed class PrincipalIdConverter : JsonConverter<PrincipalId>
{
    /// <inheritdoc/>
    public override PrincipalId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PrincipalId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("no id of a principal");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PrincipalId value, JsonSerializerOptions options)
    {
        if (value == PrincipalId.System)
            writer.WriteStringValue("system"u8);
        else
            IdBytes.Write(writer, 'U', value.Number);
    }
}

/// <summary>Writes ids without making a string.</summary>
internal static class IdBytes
{
    internal static void Write(Utf8JsonWriter writer, char letter, int number)
    {
        Span<byte> text = stackalloc byte[13];
        text[0] = (byte)letter;
        text[1] = (byte)'-';
        Utf8Formatter.TryFormat(number, text[2..], out var digits);
        writer.WriteStringValue(text[..(2 + digits)]);
    }
}

/// <summary>Writes and reads each enumeration without flags by its wire name (<see cref="WireNames"/>).</summary>
internal sealed class WireNameConverters : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(WireNameConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class WireNameConverter<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        /// <inheritdoc/>
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && WireNames.TryRead<TEnum>(reader.GetString(), out var value)
                ? value
                : throw new JsonException($"no word of {typeof(TEnum).Name}");

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
            writer.WriteStringValue(WireNames.Of(value));
    }
}

/// <summary>Writes and reads the reasons of a suspension as an array of wire names.</summary>
internal sealed class SuspendReasonsConverter : JsonConverter<SuspendReasons>
{
    /// <inheritdoc/>
    public override SuspendReasons Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var reasons = SuspendReasons.None;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            reasons |= Of(reader.GetString());
        return reasons;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SuspendReasons value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var reason in SuspendReasonWords.Reasons)
        {
            if (value.HasFlag(reason))
                writer.WriteStringValue(WireNames.Of(reason));
        }
        writer.WriteEndArray();
    }

    private static SuspendReasons Of(string? word)
    {
        foreach (var reason in SuspendReasonWords.Reasons)
        {
            if (WireNames.Of(reason) == word)
                return reason;
        }
        throw new JsonException("no reason of a suspension");
    }
}

/// <summary>Writes and reads roles as an array of wire names.</summary>
internal sealed class RolesConverter : JsonConverter<Roles>
{
    private static readonly Roles[] All =
    [
        Roles.Viewer,
        Roles.Agent,
        Roles.Reviewer,
        Roles.Support,
        Roles.Manager,
        Roles.Admin,
    ];

    /// <inheritdoc/>
    public override Roles Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var roles = Roles.None;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            roles |= Of(reader.GetString());
        return roles;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Roles value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var role in All)
        {
            if (value.HasFlag(role))
                writer.WriteStringValue(WireNames.Of(role));
        }
        writer.WriteEndArray();
    }

    private static Roles Of(string? word)
    {
        foreach (var role in All)
        {
            if (WireNames.Of(role) == word)
                return role;
        }
        throw new JsonException("no role");
    }
}

/// <summary>Writes and reads an event with its place: <c>{seq, at, by, type, data}</c>, as <c>GET /events</c> has it.</summary>
internal sealed class RecordedConverter : JsonConverter<Recorded>
{
    /// <inheritdoc/>
    public override Recorded Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (seq, at, by, type) = (0L, default(DateTimeOffset), default(PrincipalId), "");
        Event? happened = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "seq":
                    seq = reader.GetInt64();
                    break;
                case "at":
                    at = EventJson.Instant.Read(ref reader, typeof(DateTimeOffset), options);
                    break;
                case "by":
                    by = PrincipalId.TryParse(reader.GetString(), out var id)
                        ? id
                        : throw new JsonException("by whom?");
                    break;
                case "type":
                    type = reader.GetString()!;
                    break;
                case "data":
                    // We always write data after type: another order means that this is not our JSON.
                    happened = EventJson.Read(type, ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new Recorded(seq, at, by, happened ?? throw new JsonException("an event without data"));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Recorded value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seq"u8, value.Seq);
        writer.WritePropertyName("at"u8);
        EventJson.Instant.Write(writer, value.At, options);
        writer.WriteString("by"u8, value.By.Text);
        writer.WriteString("type"u8, value.Event.Type);
        writer.WritePropertyName("data"u8);
        EventJson.Write(writer, value.Event);
        writer.WriteEndObject();
    }
}

/// <summary>
/// Reads a record that many others hold, such as a policy, into one object for each text of it; members that the text lacks have
/// their values of <c>defaults</c>.
/// </summary>
internal sealed class SharedRecordConverter<T>(JsonSerializerOptions plain, T defaults) : JsonConverter<T>
    where T : class
{
    // A full cache is emptied: records are shared less for a while, and nothing else changes.
    private const int Bound = 1_024;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, T> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var bytes = JsonMarshal.GetRawUtf8Value(document.RootElement);
        var text = Encoding.UTF8.GetString(bytes);
        lock (_lock)
        {
            if (_known.TryGetValue(text, out var known))
                return known;
            var record = Whole(document.RootElement);
            if (_known.Count >= Bound)
                _known.Clear();
            _known.Add(text, record);
            return record;
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, plain.GetTypeInfo(typeof(T)));

    // A member that was added after the record was written gets its default value, not null or 0.
    private T Whole(JsonElement read)
    {
        var type = plain.GetTypeInfo(typeof(T));
        var whole = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        foreach (var member in read.EnumerateObject())
            whole[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        return (T)JsonSerializer.Deserialize(whole, type)!;
    }
}

/// <summary>Reads lists into arrays of exactly their length; all empty lists share one array.</summary>
internal sealed class ExactListConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = (JsonConverter<T>)options.GetConverter(typeof(T));
        List<T>? read = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            (read ??= []).Add(element.Read(ref reader, typeof(T), options)!);
        return read is null ? [] : read.ToArray();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        var element = (JsonConverter<T>)options.GetConverter(typeof(T));
        writer.WriteStartArray();
        for (var k = 0; k < value.Count; k++)
            element.Write(writer, value[k], options);
        writer.WriteEndArray();
    }
}
