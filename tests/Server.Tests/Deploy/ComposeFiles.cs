using System.Text.RegularExpressions;

namespace Server.Tests.Deploy;

/// <summary>The two files of Compose as one, as <c>docker compose -f compose.yaml -f compose.cluster.yaml</c> takes them.</summary>
internal sealed partial class ComposeFiles
{
    private readonly Dictionary<string, object?> _all;

    private ComposeFiles(Dictionary<string, object?> all) => _all = all;

    /// <param name="site">The variable that whoever starts them gives.</param>
    internal static ComposeFiles Read(string folder, string site)
    {
        var (first, second) = (File("compose.yaml"), File("compose.cluster.yaml"));
        var services = (Dictionary<string, object?>)second["services"]!;
        foreach (var (name, value) in services.ToList())
        {
            var service = (Dictionary<string, object?>)value!;
            if (Yaml.At(service, "extends.service") is not string extended)
                continue;
            Assert.Equal("compose.yaml", Yaml.At(service, "extends.file"));
            services[name] = Merged(Yaml.At(first, $"services.{extended}"), service);
        }
        return new ComposeFiles((Dictionary<string, object?>)Merged(first, second)!);

        Dictionary<string, object?> File(string name) =>
            Yaml.ReadMap(Site().Replace(System.IO.File.ReadAllText(Path.Combine(folder, name)), site));
    }

    internal string Text(string path) => Yaml.At(_all, path) as string ?? throw new KeyNotFoundException(path);

    internal Dictionary<string, string> Environment(string service) =>
        ((Dictionary<string, object?>)Yaml.At(_all, $"services.{service}.environment")!).ToDictionary(
            variable => variable.Key,
            variable => (string)variable.Value!
        );

    /// <summary>The other names of a service in the inner network.</summary>
    internal IEnumerable<string> Aliases(string service) =>
        (Yaml.At(_all, $"services.{service}.networks.back.aliases") as List<object?> ?? []).Cast<string>();

    // Maps are one map, lists one list, and of two texts the later one counts.
    private static object? Merged(object? one, object? other) =>
        (one, other) switch
        {
            (Dictionary<string, object?> a, Dictionary<string, object?> b) => a
                .Keys.Union(b.Keys, StringComparer.Ordinal)
                .ToDictionary(
                    key => key,
                    key => Merged(a.GetValueOrDefault(key), b.GetValueOrDefault(key)),
                    StringComparer.Ordinal
                ),
            (List<object?> a, List<object?> b) => a.Concat(b).ToList(),
            (_, null) => one,
            _ => other,
        };

    [GeneratedRegex(@"\$\{SITE:\?[^}]*\}")]
    private static partial Regex Site();
}
