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
    internal static RouteMatch Find(string method, string path)
    {
        var segments = SegmentsOf(path);
        return segments is null ? default : Find(Tree, method, segments, 0);
    }

    /// <summary>The methods that the address takes, for the <c>Allow</c> header; none where it is no address.</summary>
    internal static string AllowedAt(string path)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        if (SegmentsOf(path) is { } segments)
            Collect(Tree, segments, 0, methods);
        return string.Join(", ", methods);
    }

    private static string[]? SegmentsOf(string path)
    {
        if (path.Length < 2 || path[0] != '/')
            return null;
        var segments = path[1..(path[^1] == '/' ? ^1 : ^0)].Split('/');
        // Two slashes in a row name nothing, and a browser's way of saying "above" is taken away before a request is sent.
        foreach (var segment in segments)
        {
            if (segment is "" or "." or "..")
                return null;
        }
        return segments;
    }

    private static RouteMatch Find(Node at, string method, string[] segments, int next)
    {
        if (next == segments.Length)
            return at.Find(method) is { } found ? new RouteMatch(found, ValuesOf(found, segments)) : default;
        if (
            at.Literals.TryGetValue(segments[next], out var literal)
            && Find(literal, method, segments, next + 1) is { Operation: not null } match
        )
            return match;
        return at.Name is { } name ? Find(name, method, segments, next + 1) : default;
    }

    private static void Collect(Node at, string[] segments, int next, SortedSet<string> methods)
    {
        if (next == segments.Length)
        {
            foreach (var operation in at.Operations)
                methods.Add(operation.Method);
            return;
        }
        if (at.Literals.TryGetValue(segments[next], out var literal))
            Collect(literal, segments, next + 1, methods);
        if (at.Name is { } name)
            Collect(name, segments, next + 1, methods);
    }

    private static RouteValueDictionary ValuesOf(ApiOperation operation, string[] segments)
    {
        var values = new RouteValueDictionary();
        var pattern = operation.Pattern.AsSpan(1);
        foreach (var range in pattern.Split('/'))
        {
            var part = pattern[range];
            if (part[0] == '{')
                values[part[1..^1].ToString()] = segments[pattern[..range.Start.Value].Count('/')];
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
        internal Dictionary<string, Node> Literals { get; } = new(StringComparer.OrdinalIgnoreCase);
        internal Node? Name { get; set; }
        internal List<ApiOperation> Operations { get; } = [];

        internal Node Below(string literal)
        {
            if (!Literals.TryGetValue(literal, out var below))
                Literals[literal] = below = new Node();
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
