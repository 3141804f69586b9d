using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ControlSurface.Hosting;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace Server.Tests.Deploy;

/// <summary>
/// The Helm chart of <c>deploy/chart</c>, for each storage. It is rendered by <c>helm</c> where that is installed, and always by what stands
/// here, which knows the few words that the chart uses; both must give the same. What comes out is held against the fields that
/// Kubernetes' API has for these kinds (apps/v1, v1, policy/v1, networking.k8s.io/v1), of which only those that are used are written down
/// here, and against the server.
/// </summary>
public sealed partial class ChartTests(ITestOutputHelper output)
{
    private static readonly string Chart = Path.Combine(Repository.Folder, "deploy", "chart");

    // The fields of Kubernetes by path: what is a list has [] behind its name, what holds any names has * below it.
    private static readonly string[] Fields =
    [
        "apiVersion",
        "kind",
        "metadata.name",
        "metadata.labels.*",
        "StatefulSet:spec.serviceName",
        "StatefulSet:spec.replicas#",
        "StatefulSet:spec.podManagementPolicy",
        "StatefulSet:spec.updateStrategy.type",
        "StatefulSet:spec.selector.matchLabels.*",
        "StatefulSet:spec.template.metadata.labels.*",
        "StatefulSet:spec.template.spec.terminationGracePeriodSeconds#",
        "StatefulSet:spec.template.spec.automountServiceAccountToken?",
        "StatefulSet:spec.template.spec.securityContext.runAsNonRoot?",
        "StatefulSet:spec.template.spec.securityContext.runAsUser#",
        "StatefulSet:spec.template.spec.securityContext.runAsGroup#",
        "StatefulSet:spec.template.spec.securityContext.fsGroup#",
        "StatefulSet:spec.template.spec.securityContext.seccompProfile.type",
        "StatefulSet:spec.template.spec.topologySpreadConstraints[].maxSkew#",
        "StatefulSet:spec.template.spec.topologySpreadConstraints[].topologyKey",
        "StatefulSet:spec.template.spec.topologySpreadConstraints[].whenUnsatisfiable",
        "StatefulSet:spec.template.spec.topologySpreadConstraints[].labelSelector.matchLabels.*",
        "StatefulSet:spec.template.spec.containers[].name",
        "StatefulSet:spec.template.spec.containers[].image",
        "StatefulSet:spec.template.spec.containers[].args[]",
        "StatefulSet:spec.template.spec.containers[].env[].name",
        "StatefulSet:spec.template.spec.containers[].env[].value",
        "StatefulSet:spec.template.spec.containers[].env[].valueFrom.fieldRef.fieldPath",
        "StatefulSet:spec.template.spec.containers[].ports[].name",
        "StatefulSet:spec.template.spec.containers[].ports[].containerPort#",
        .. Probes("livenessProbe", "readinessProbe", "startupProbe"),
        "StatefulSet:spec.template.spec.containers[].lifecycle.preStop.exec.command[]",
        "StatefulSet:spec.template.spec.containers[].resources.requests.*",
        "StatefulSet:spec.template.spec.containers[].resources.limits.*",
        "StatefulSet:spec.template.spec.containers[].securityContext.allowPrivilegeEscalation?",
        "StatefulSet:spec.template.spec.containers[].securityContext.readOnlyRootFilesystem?",
        "StatefulSet:spec.template.spec.containers[].securityContext.capabilities.drop[]",
        "StatefulSet:spec.template.spec.containers[].volumeMounts[].name",
        "StatefulSet:spec.template.spec.containers[].volumeMounts[].mountPath",
        "StatefulSet:spec.template.spec.containers[].volumeMounts[].readOnly?",
        "StatefulSet:spec.template.spec.volumes[].name",
        "StatefulSet:spec.template.spec.volumes[].emptyDir",
        "StatefulSet:spec.template.spec.volumes[].secret.secretName",
        "StatefulSet:spec.volumeClaimTemplates[].metadata.name",
        "StatefulSet:spec.volumeClaimTemplates[].spec.accessModes[]",
        "StatefulSet:spec.volumeClaimTemplates[].spec.resources.requests.*",
        "Service:spec.clusterIP",
        "Service:spec.publishNotReadyAddresses?",
        "Service:spec.selector.*",
        "Service:spec.ports[].name",
        "Service:spec.ports[].port#",
        "Service:spec.ports[].targetPort",
        "PodDisruptionBudget:spec.maxUnavailable#",
        "PodDisruptionBudget:spec.selector.matchLabels.*",
        "NetworkPolicy:spec.podSelector.matchLabels.*",
        "NetworkPolicy:spec.policyTypes[]",
        "NetworkPolicy:spec.ingress[].ports[].port#",
        "NetworkPolicy:spec.ingress[].from[].podSelector.matchLabels.*",
    ];

    private static readonly Dictionary<string, string> Versions = new(StringComparer.Ordinal)
    {
        ["StatefulSet"] = "apps/v1",
        ["Service"] = "v1",
        ["PodDisruptionBudget"] = "policy/v1",
        ["NetworkPolicy"] = "networking.k8s.io/v1",
    };

    private static IEnumerable<string> Probes(params string[] names) =>
        from name in names
        from field in (string[])
            ["httpGet.path", "httpGet.port", "periodSeconds#", "timeoutSeconds#", "failureThreshold#"]
        select $"StatefulSet:spec.template.spec.containers[].{name}.{field}";

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void Each_field_is_one_of_Kubernetes_and_of_its_kind(string storage)
    {
        foreach (var manifest in Manifests(storage))
        {
            var kind = Text(manifest, "kind");
            Assert.Equal(Versions[kind], Text(manifest, "apiVersion"));
            foreach (var (path, value) in Leaves(manifest, ""))
                Assert.True(
                    Fields.Any(field => Allows(field, kind, path, value)),
                    $"{kind}: {path}: {value} is no field of {kind} that is known here."
                );
            Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", Text(manifest, "metadata.name"));
        }
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void What_names_something_names_what_is_there(string storage)
    {
        var manifests = Manifests(storage);
        var pods = manifests.Single(m => Text(m, "kind") == "StatefulSet");
        var labels = (Dictionary<string, object?>)Yaml.At(pods, "spec.template.metadata.labels")!;
        foreach (
            var selector in manifests
                .SelectMany(m => Maps(m, ""))
                .Where(map => IsSelector(map.Path) && !map.Map.ContainsKey("matchLabels"))
        )
            Assert.All(selector.Map, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.Contains(
            manifests,
            m => Text(m, "kind") == "Service" && Text(m, "metadata.name") == Text(pods, "spec.serviceName")
        );
        var server = Yaml.At(pods, "spec.template.spec.containers.0")!;
        var ports = List(server, "ports").Select(port => Text(port, "name")).ToHashSet(StringComparer.Ordinal);
        foreach (var probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
            Assert.Contains(Text(server, probe + ".httpGet.port"), ports);
        foreach (var port in manifests.Where(m => Text(m, "kind") == "Service").SelectMany(m => List(m, "spec.ports")))
            Assert.Contains(Text(port, "targetPort"), ports);
        var volumes = List(pods, "spec.template.spec.volumes")
            .Select(volume => Text(volume, "name"))
            .Concat(List(pods, "spec.volumeClaimTemplates").Select(claim => Text(claim, "metadata.name")));
        Assert.Equal(
            List(server, "volumeMounts").Select(mount => Text(mount, "name")).Order(StringComparer.Ordinal),
            volumes.Order(StringComparer.Ordinal)
        );

        static bool IsSelector(string path) =>
            path.EndsWith("matchLabels", StringComparison.Ordinal) || path == "spec.selector";
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void The_server_takes_its_settings_and_is_asked_and_stopped_as_it_wants_to_be(string storage)
    {
        var pods = Manifests(storage).Single(m => Text(m, "kind") == "StatefulSet");
        var server = Yaml.At(pods, "spec.template.spec.containers.0")!;
        var settings = List(server, "env")
            .Where(variable => Text(variable, "name").StartsWith("ControlSurface__", StringComparison.Ordinal))
            .ToDictionary(
                variable => Text(variable, "name").Replace("__", ":", StringComparison.Ordinal),
                variable => (string?)Text(variable, "value").Replace("$(POD_IP)", "10.0.0.5", StringComparison.Ordinal)
            );
        var options = ServerOptions.From(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(ServerOptions.Section)
        );
        Assert.Null(options.Fault());
        Assert.Equal((storage, storage == "postgres"), (options.Storage, options.Cluster.IsOn));
        Assert.Equal(storage == "postgres" ? "3" : "1", Text(pods, "spec.replicas"));
        Assert.Equal("/healthz", Text(server, "livenessProbe.httpGet.path"));
        Assert.Equal("/readyz", Text(server, "readinessProbe.httpGet.path"));
        var before = int.Parse(Text(server, "lifecycle.preStop.exec.command.1"), CultureInfo.InvariantCulture);
        // What is closed after what drains takes up to thirty seconds (docs/decisions/0045).
        Assert.True(
            int.Parse(Text(pods, "spec.template.spec.terminationGracePeriodSeconds"), CultureInfo.InvariantCulture)
                > before + options.DrainSeconds + 30
        );
        var ports = List(server, "ports").Select(port => Text(port, "containerPort")).ToList();
        Assert.Equal("5080", ports[0]);
        if (options.Cluster.IsOn)
            Assert.Equal(
                [
                    options.Cluster.Machine.Port.ToString(CultureInfo.InvariantCulture),
                    options.Cluster.SiloPort.ToString(CultureInfo.InvariantCulture),
                ],
                ports[1..]
            );
    }

    private List<object?> Manifests(string storage)
    {
        var own = Yaml.Read(Render(storage));
        if (Helm(storage) is { } rendered)
            Assert.Equal(Sorted(Yaml.Read(rendered)), Sorted(own));
        else
            output.WriteLine("Rendered without helm, which is not installed.");
        return own;
    }

    private static List<string> Sorted(IEnumerable<object?> manifests) =>
        [
            .. manifests
                .Select(m =>
                    string.Join(
                        '\n',
                        Leaves(m, "").Select(leaf => $"{leaf.Path}={leaf.Value}").Order(StringComparer.Ordinal)
                    )
                )
                .Order(StringComparer.Ordinal),
        ];

    private static string? Helm(string storage)
    {
        try
        {
            using var helm = Process.Start(
                new ProcessStartInfo("helm", ["template", "work", Chart, "--set", $"storage={storage}"])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                }
            )!;
            var said = helm.StandardOutput.ReadToEnd();
            helm.WaitForExit();
            Assert.Equal(0, helm.ExitCode);
            return said;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Render(string storage)
    {
        var values = Yaml.ReadMap(File.ReadAllText(Path.Combine(Chart, "values.yaml")));
        values["storage"] = storage;
        var said = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Chart, "templates")).Order(StringComparer.Ordinal))
        {
            said.Append("---\n");
            var shows = new Stack<bool>();
            foreach (var line in File.ReadLines(file))
            {
                if (Condition().Match(line) is { Success: true } condition)
                    shows.Push(Words(condition.Groups[1].Value) == condition.Groups[2].Value);
                else if (line.Trim() == "{{- else }}")
                    shows.Push(!shows.Pop());
                else if (line.Trim() == "{{- end }}")
                    shows.Pop();
                else if (shows.All(show => show))
                    said.Append(Insertion().Replace(line, word => Inserted(word))).Append('\n');
            }
            Assert.Empty(shows);
        }
        Assert.DoesNotContain("{{", said.ToString(), StringComparison.Ordinal);
        return said.ToString();

        string Inserted(Match word) =>
            word.Groups[2].Success ? $"\"{Words(word.Groups[1].Value)}\"" : Words(word.Groups[1].Value);
        string Words(string path) =>
            path == ".Release.Name"
                ? "work"
                : (string)(Yaml.At(values, path[".Values.".Length..]) ?? throw new KeyNotFoundException(path));
    }

    private static bool Allows(string field, string kind, string path, object? value)
    {
        var named = field.Split(':') is [var of, var rest] ? (of, rest) : ("", field);
        if (named.Item1.Length > 0 && named.Item1 != kind)
            return false;
        var pattern = named.Item2.TrimEnd('#', '?');
        var fits = pattern.EndsWith(".*", StringComparison.Ordinal)
            ? path.StartsWith(pattern[..^1], StringComparison.Ordinal)
            : path == pattern;
        return fits
            && value is string text
            && (!field.EndsWith('#') || text.All(char.IsAsciiDigit))
            && (!field.EndsWith('?') || text is "true" or "false");
    }

    private static IEnumerable<(string Path, object? Value)> Leaves(object? node, string path) =>
        node switch
        {
            Dictionary<string, object?> { Count: > 0 } map => map.SelectMany(entry =>
                Leaves(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")
            ),
            List<object?> list => list.SelectMany(entry => Leaves(entry, path + "[]")),
            Dictionary<string, object?> => [(path, "")],
            _ => [(path, node)],
        };

    private static IEnumerable<(string Path, Dictionary<string, object?> Map)> Maps(object? node, string path)
    {
        IEnumerable<(string Path, Dictionary<string, object?> Map)> below = node switch
        {
            Dictionary<string, object?> map => map.SelectMany(entry =>
                Maps(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}")
            ),
            List<object?> list => list.SelectMany(entry => Maps(entry, path + "[]")),
            _ => [],
        };
        return node is Dictionary<string, object?> own ? below.Append((path, own)) : below;
    }

    private static List<object?> List(object? node, string path) => Yaml.At(node, path) as List<object?> ?? [];

    private static string Text(object? node, string path) =>
        Yaml.At(node, path) as string ?? throw new KeyNotFoundException(path);

    [GeneratedRegex("""^\s*\{\{- if eq (\S+) "(\S+)" \}\}$""")]
    private static partial Regex Condition();

    [GeneratedRegex("""\{\{ (\S+)( \| quote)? \}\}""")]
    private static partial Regex Insertion();
}
