using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using ControlSurface.Wording;

namespace ControlSurface.Api.Lines;

/// <summary>One line of a stream of commands, as far as it can be read.</summary>
/// <param name="Id">Null where the line has none, or one that cannot be.</param>
/// <param name="Method">Empty where it has none.</param>
/// <param name="Path">As it was sent, with its query; empty where it has none.</param>
/// <param name="Key">The idempotency key; null for none.</param>
/// <param name="Body">The JSON of the body, a part of the line; empty for none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CommandLine(
    LineId? Id,
    string Method,
    string Path,
    string? Key,
    ReadOnlyMemory<byte> Body
)
{
    private const string Members = "a line has id, method, path, key and body";

    /// <summary>Reads a line. What is wrong with it becomes a fault; its id is read all the same, where it has one.</summary>
    internal static CommandLine Read(ReadOnlyMemory<byte> line, Faults faults)
    {
        var reading = new Reading(line, faults);
        if (!Utf8.IsValid(line.Span))
            faults.Add("line", "must be UTF-8");
        else
            reading.Read();
        return reading.Line;
    }

    // Members come in any order: what was read before a fault is kept, so that the answer can say whose it is.
    private ref struct Reading(ReadOnlyMemory<byte> line, Faults faults)
    {
        private LineId? _id;
        private string? _method;
        private string? _path;
        private string? _key;
        private ReadOnlyMemory<byte> _body;
        private int _seen;

        internal readonly CommandLine Line => new(_id, _method ?? "", _path ?? "", _key, _body);

        internal void Read()
        {
            // How deep a body may be is for whoever reads the body to say.
            var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
            try
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                {
                    faults.Add("line", "must be one JSON object; " + Members);
                    return;
                }
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    ReadMember(ref reader);
                reader.Read(); // Throws where anything follows the object.
                AddMissing();
            }
            catch (JsonException)
            {
                faults.Add("line", "must be one JSON object on a line of its own; " + Members);
            }
            catch (InvalidOperationException)
            {
                faults.Add("line", "must not contain half of a surrogate pair");
            }
        }

        private void ReadMember(ref Utf8JsonReader reader)
        {
            var (name, bit) =
                reader.ValueTextEquals("id"u8) ? ("id", 1)
                : reader.ValueTextEquals("method"u8) ? ("method", 2)
                : reader.ValueTextEquals("path"u8) ? ("path", 4)
                : reader.ValueTextEquals("key"u8) ? ("key", 8)
                : reader.ValueTextEquals("body"u8) ? ("body", 16)
                : (ShownText.Name(reader.GetString()!, "line"), 0);
            reader.Read();
            if (bit == 0)
                faults.Add(name, "is not a member of a line; " + Members);
            else if ((_seen & bit) != 0)
                faults.Add(name, "must not be named twice");
            _seen |= bit;
            switch (bit)
            {
                case 1:
                    _id = IdOf(ref reader);
                    break;
                case 2:
                    _method = TextOf(ref reader, "method", "must be a method, such as POST");
                    break;
                case 4:
                    _path = TextOf(ref reader, "path", "must be a path below /api/v1, such as /items");
                    break;
                case 8 when reader.TokenType != JsonTokenType.Null:
                    _key = TextOf(ref reader, "key", "must be 1 to 128 printable ASCII characters");
                    break;
                case 16 when reader.TokenType != JsonTokenType.Null:
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    _body = line[start..(int)reader.BytesConsumed];
                    return;
                default:
                    break;
            }
            reader.Skip();
        }

        private readonly LineId? IdOf(ref Utf8JsonReader reader)
        {
            if (
                reader.TokenType == JsonTokenType.String
                && reader.GetString() is { Length: > 0 and <= LineId.Longest } text
            )
                return new LineId(text, 0);
            if (
                reader.TokenType == JsonTokenType.Number
                && Numbers.TryReadWhole(System.Text.Encoding.UTF8.GetString(reader.ValueSpan), out var number)
            )
                return new LineId(null, number);
            faults.Add("id", "must be a text of 1 to 128 characters, or a whole number");
            return null;
        }

        private readonly string? TextOf(ref Utf8JsonReader reader, string name, string otherwise)
        {
            if (reader.TokenType == JsonTokenType.String)
                return reader.GetString();
            faults.Add(name, otherwise);
            return null;
        }

        private readonly void AddMissing()
        {
            if ((_seen & 1) == 0)
                faults.Add("id", "is required");
            if ((_seen & 2) == 0)
                faults.Add("method", "is required");
            if ((_seen & 4) == 0)
                faults.Add("path", "is required");
        }
    }
}
