using System.Runtime.InteropServices;

namespace ControlSurface.Api;

/// <summary>What an address below <c>/api/v1</c> leads to.</summary>
/// <param name="Operation">The operation; null where the address is none, or takes other methods.</param>
/// <param name="Values">What stands in the address for each name of the operation's pattern.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RouteMatch(ApiOperation? Operation, RouteValueDictionary? Values);

/// <summary>
/// Finds the operation of an address without a request of its own, as the server's routing does: literals before names, and without
/// regard to case.
/// </summary>
internal static class OperationRoutes
{
    private static readonly Node Tree = Grow();

    /// <summary>The operation of a method and a decoded path.</summary>
    /// <param name="path">Below <c>/api/v1</c>, such as <c>/items/W-1</c>; a slash at its end is none.</param>
    internal static RouteMatch Find(string method, string path) =>
        SegmentsOf(path) is { IsEmpty: false } segments && Find(Tree, method, segments) is { } found
            ? new RouteMatch(found, ValuesOf(found.Pattern.AsSpan(1), segments))
            : default;

    /// <summary>The methods that the address takes, for the <c>Allow</c> header; none where it is no address.</summary>
    internal static string AllowedAt(string path)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        if (SegmentsOf(path) is { IsEmpty: false } segments)
            Collect(Tree, segments, methods);
        return string.Join(", ", methods);
    }

    // What stands between the first slash and one at the end; nothing where the path cannot be one.
    private static ReadOnlySpan<char> SegmentsOf(string path)
    {
        if (path.Length < 2 || path[0] != '/')
            return default;
        var segments = path.AsSpan(1);
        if (segments[^1] == '/')
            segments = segments[..^1];
        // Two slashes in a row name nothing, and a browser's way of saying "above" is taken away before a request is sent.
        foreach (var range in segments.Split('/'))
        {
            if (segments[range] is "" or "." or "..")
                return default;
        }
        return segments;
    }

    private static ReadOnlySpan<char> TakeFirst(ref ReadOnlySpan<char> segments)
    {
        var end = segments.IndexOf('/');
        var first = end < 0 ? segments : segments[..end];
        segments = end < 0 ? default : segments[(end + 1)..];
        return first;
    }

    private static ApiOperation? Find(Node at, string method, ReadOnlySpan<char> segments)
    {
        if (segments.IsEmpty)
            return at.Find(method);
        var first = TakeFirst(ref segments);
        if (at.Spelt.TryGetValue(first, out var literal) && Find(literal, method, segments) is { } found)
            return found;
        return at.Name is { } name ? Find(name, method, segments) : null;
    }

    private static void Collect(Node at, ReadOnlySpan<char> segments, SortedSet<string> methods)
    {
        if (segments.IsEmpty)
        {
            foreach (var operation in at.Operations)
                methods.Add(operation.Method);
            return;
        }
        var first = TakeFirst(ref segments);
        if (at.Spelt.TryGetValue(first, out var literal))
            Collect(literal, segments, methods);
        if (at.Name is { } name)
            Collect(name, segments, methods);
    }

    private static RouteValueDictionary ValuesOf(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segments)
    {
        var values = new RouteValueDictionary();
        while (!pattern.IsEmpty)
        {
            var part = TakeFirst(ref pattern);
            var value = TakeFirst(ref segments);
            if (part[0] == '{')
                values[part[1..^1].ToString()] = value.ToString();
        }
        return values;
    }

    private static Node Grow()
    {
        var tree = new Node();
        foreach (var operation in ApiOperations.All)
        {
            var at = tree;
            foreach (var part in operation.Pattern[1..].Split('/'))
                at = part[0] == '{' ? at.Name ??= new Node() : at.Below(part);
            at.Operations.Add(operation);
        }
        return tree;
    }

    private sealed class Node
    {
        private readonly Dictionary<string, Node> _literals = new(StringComparer.OrdinalIgnoreCase);

        internal Node() => Spelt = _literals.GetAlternateLookup<ReadOnlySpan<char>>();

        /// <summary>The nodes below by their literals.</summary>
        internal Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> Spelt { get; }

        internal Node? Name { get; set; }
        internal List<ApiOperation> Operations { get; } = [];

        internal Node Below(string literal)
        {
            if (!_literals.TryGetValue(literal, out var below))
                _literals[literal] = below = new Node();
            return below;
        }

        internal ApiOperation? Find(string method)
        {
            foreach (var operation in Operations)
            {
                if (string.Equals(operation.Method, method, StringComparison.OrdinalIgnoreCase))
                    return operation;
            }
            return null;
        }
    }
}
