using System.Buffers;
using System.Text;
using System.Text.Json;
using ControlSurface.Core.Engine;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>
/// Events as some build has stored them, one of each shape, in <c>stored-events.jsonl</c>: whatever a later build adds, it reads them
/// all. Lines are added and never changed; <c>STORED_EVENTS=add</c> adds those of shapes that no line has.
/// </summary>
public class StoredEventsTests
{
    private static readonly string File = Path.Combine(
        Repository.Folder,
        "tests/Core.Tests/Engine/stored-events.jsonl"
    );

    private static List<(string Type, byte[] Data)> Stored() =>
        [
            .. System
                .IO.File.ReadLines(File)
                .Select(line =>
                {
                    using var read = JsonDocument.Parse(line);
                    return (
                        read.RootElement.GetProperty("type").GetString()!,
                        Encoding.UTF8.GetBytes(read.RootElement.GetProperty("data").GetRawText())
                    );
                }),
        ];

    [Fact]
    public void Every_event_that_was_ever_stored_is_read()
    {
        if (Environment.GetEnvironmentVariable("STORED_EVENTS") == "add")
            Add();
        var stored = Stored();
        foreach (var (type, data) in stored)
        {
            var read = EventJson.Read(type, data);
            Assert.Equal(type, read.Type);
            // Members that came since have their defaults; those that were stored say what they said.
            AssertHolds(JsonDocument.Parse(data).RootElement, JsonDocument.Parse(Written(read)).RootElement, type);
        }
        Assert.Empty(EventJson.Types.Except(stored.Select(s => s.Type), StringComparer.Ordinal));
    }

    private static void AssertHolds(JsonElement stored, JsonElement now, string where)
    {
        Assert.True(stored.ValueKind == now.ValueKind, where);
        if (stored.ValueKind == JsonValueKind.Object)
            foreach (var member in stored.EnumerateObject())
                AssertHolds(member.Value, now.GetProperty(member.Name), $"{where}.{member.Name}");
        else if (stored.ValueKind == JsonValueKind.Array)
        {
            Assert.True(stored.GetArrayLength() == now.GetArrayLength(), where);
            foreach (var (one, other) in stored.EnumerateArray().Zip(now.EnumerateArray()))
                AssertHolds(one, other, where);
        }
        else
            Assert.True(stored.GetRawText() == now.GetRawText(), $"{where}: {stored} and {now}");
    }

    private static void Add()
    {
        var known = System.IO.File.Exists(File)
            ? Stored().Select(s => Shape(s.Type, s.Data)).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var sample in SampleEvents.All)
        {
            var data = Written(sample);
            if (known.Add(Shape(sample.Type, data)))
                System.IO.File.AppendAllText(
                    File,
                    $$"""{"type":"{{sample.Type}}","data":{{Encoding.UTF8.GetString(data)}}}""" + "\n"
                );
        }
    }

    // The type and the names of all members, at every depth.
    private static string Shape(string type, byte[] data)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Collect(JsonDocument.Parse(data).RootElement, "");
        return type + ":" + string.Join(',', names);

        void Collect(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Object)
                foreach (var member in element.EnumerateObject())
                {
                    names.Add($"{path}.{member.Name}");
                    Collect(member.Value, $"{path}.{member.Name}");
                }
            else if (element.ValueKind == JsonValueKind.Array)
                foreach (var one in element.EnumerateArray())
                    Collect(one, path);
        }
    }

    private static byte[] Written(Event happened)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EventJson.Write(bytes, happened);
        return bytes.WrittenSpan.ToArray();
    }
}
