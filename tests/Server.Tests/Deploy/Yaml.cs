using System.Globalization;

namespace Server.Tests.Deploy;

/// <summary>
/// Reads the part of YAML that the files of <c>deploy/</c> use: maps and lists by indentation, lists and empty maps in one line, anchors
/// with <c>&lt;&lt;</c>, comments, quotes. Everything else throws, so that nobody relies on what is not read.
/// </summary>
internal sealed class Yaml
{
    private readonly List<(int Number, int Indent, string Text)> _lines;
    private readonly Dictionary<string, object?> _anchors = new(StringComparer.Ordinal);
    private int _at;

    private Yaml(IEnumerable<string> lines) =>
        _lines = [
            .. lines
                .Select((line, k) => (k + 1, line.Length - line.TrimStart(' ').Length, WithoutComment(line).Trim()))
                .Where(line => line.Item3.Length > 0),
        ];

    /// <summary>The documents of a text: maps, lists and texts.</summary>
    internal static List<object?> Read(string text)
    {
        var documents = new List<object?>();
        var lines = new List<string>();
        foreach (var line in (string[])[.. text.ReplaceLineEndings("\n").Split('\n'), "---"])
        {
            if (line != "---")
            {
                lines.Add(line);
                continue;
            }
            var yaml = new Yaml(lines);
            if (yaml._lines.Count > 0)
                documents.Add(yaml.ReadWhole());
            lines.Clear();
        }
        return documents;
    }

    /// <summary>The map of a text that is one document.</summary>
    internal static Dictionary<string, object?> ReadMap(string text) =>
        Assert.IsType<Dictionary<string, object?>>(Assert.Single(Read(text)));

    /// <summary>What lies at a path of keys and places: <c>spec.ports.0.name</c>; null where there is nothing.</summary>
    internal static object? At(object? node, string path)
    {
        foreach (var step in path.Split('.'))
            node = node switch
            {
                Dictionary<string, object?> map => map.GetValueOrDefault(step),
                List<object?> list
                    when int.TryParse(step, CultureInfo.InvariantCulture, out var place) && place < list.Count => list[
                    place
                ],
                _ => null,
            };
        return node;
    }

    private object? ReadWhole()
    {
        var node = ReadNode(_lines[0].Indent);
        return _at == _lines.Count ? node : throw Not("is indented like nothing before it");
    }

    private object? ReadNode(int indent) => _lines[_at].Text.StartsWith('-') ? ReadList(indent) : ReadMap(indent);

    private List<object?> ReadList(int indent)
    {
        var list = new List<object?>();
        while (_at < _lines.Count && _lines[_at].Indent == indent && _lines[_at].Text.StartsWith('-'))
        {
            var (number, _, text) = _lines[_at];
            var rest = text[1..].TrimStart();
            if (rest.Length == 0)
                throw Not("is an empty entry");
            var inner = indent + text.Length - rest.Length;
            if (!IsEntry(rest))
            {
                list.Add(Value(rest));
                _at++;
                continue;
            }
            _lines[_at] = (number, inner, rest);
            list.Add(ReadMap(inner));
        }
        return list;
    }

    private Dictionary<string, object?> ReadMap(int indent)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (_at < _lines.Count && _lines[_at].Indent == indent && !_lines[_at].Text.StartsWith('-'))
        {
            var text = _lines[_at].Text;
            if (!IsEntry(text))
                throw Not("is no entry of a map");
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (key, rest) = (Unquoted(text[..colon]), text[(colon + 1)..].Trim());
            string? anchor = null;
            if (rest.StartsWith('&'))
                (anchor, rest) = (
                    rest[1..].Split(' ')[0],
                    rest[1..].Contains(' ', StringComparison.Ordinal)
                        ? rest[rest.IndexOf(' ', StringComparison.Ordinal)..].Trim()
                        : ""
                );
            _at++;
            var value = rest.Length > 0 ? Value(rest) : ReadBelow(indent);
            if (anchor is not null)
                _anchors[anchor] = value;
            if (key != "<<")
                map[key] = value;
            else
                foreach (var (name, merged) in (Dictionary<string, object?>)value!)
                    map.TryAdd(name, merged);
        }
        return map;
    }

    // A list may stand at the indent of its key.
    private object? ReadBelow(int indent) =>
        _at < _lines.Count
        && (_lines[_at].Indent > indent || _lines[_at].Indent == indent && _lines[_at].Text.StartsWith('-'))
            ? ReadNode(_lines[_at].Indent)
            : null;

    private object? Value(string text) =>
        text switch
        {
            ['*', .. var name] => _anchors[name],
            "{}" => new Dictionary<string, object?>(StringComparer.Ordinal),
            ['[', .. var inside, ']'] => Split(inside).Select(part => (object?)Unquoted(part)).ToList(),
            ['|' or '>' or '{' or '&', ..] => throw Not("is YAML that is not read here"),
            _ => Unquoted(text),
        };

    private static IEnumerable<string> Split(string list)
    {
        var (begin, quote) = (0, '\0');
        for (var k = 0; k <= list.Length; k++)
        {
            if (k < list.Length && list[k] is '"' or '\'')
                quote =
                    quote == '\0' ? list[k]
                    : quote == list[k] ? '\0'
                    : quote;
            if (k < list.Length && (list[k] != ',' || quote != '\0'))
                continue;
            if (list[begin..k].Trim() is { Length: > 0 } part)
                yield return part;
            begin = k + 1;
        }
    }

    private static bool IsEntry(string text) =>
        text[0] is not ('"' or '\'' or '[' or '{')
        && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && (colon == text.Length - 1 || text[colon + 1] == ' ');

    private static string Unquoted(string text) =>
        text.Trim() switch
        {
            ['"', .. var inside, '"'] => inside
                .Replace("\\\"", "\"", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal),
            ['\'', .. var inside, '\''] => inside,
            var plain => plain,
        };

    private static string WithoutComment(string line)
    {
        var quote = '\0';
        for (var k = 0; k < line.Length; k++)
        {
            if (line[k] is '"' or '\'')
                quote =
                    quote == '\0' ? line[k]
                    : quote == line[k] ? '\0'
                    : quote;
            else if (line[k] == '#' && quote == '\0' && (k == 0 || line[k - 1] == ' '))
                return line[..k];
        }
        return line;
    }

    private FormatException Not(string why) =>
        new(
            $"line {_lines[Math.Min(_at, _lines.Count - 1)].Number} {why}: {_lines[Math.Min(_at, _lines.Count - 1)].Text}"
        );
}
