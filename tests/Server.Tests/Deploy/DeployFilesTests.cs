using System.Globalization;
using System.Text.RegularExpressions;
using ControlSurface.Commands;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using ControlSurface.Testing;
using Microsoft.Extensions.Configuration;
using Server.Tests.Field;

namespace Server.Tests.Deploy;

/// <summary>
/// The files of <c>deploy/</c> say of the product what the product says of itself. No container engine and no systemd is needed: what the
/// files name (settings, options, ports, addresses, the folder, times) is read and held against the server.
/// </summary>
public sealed partial class DeployFilesTests
{
    private static readonly string Container = Read("Containerfile");
    private static readonly string Compose = Read("compose.yaml");
    private static readonly string Unit = Read("controlsurface.service");
    private static readonly string Nginx = Read("nginx.conf");
    private static readonly string Caddy = Read("Caddyfile");
    private static readonly string Manual = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "OPERATIONS.md"));

    /// <summary>Every file in which settings or commands are named.</summary>
    public static TheoryData<string> Files() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Folder, "deploy"))
                .Select(file => Path.GetFileName(file)),
            "../docs/OPERATIONS.md",
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_setting_that_is_named_is_one_of_the_server(string file)
    {
        var text = Read(file);
        var settings = Variables()
            .Matches(text)
            .Select(m => (Name: m.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal), m.Groups[2].Value))
            .Concat(Colons().Matches(text).Select(m => (Name: m.Groups[1].Value, Value: "")));
        foreach (var (name, value) in settings)
        {
            var options = ServerOptions.From(
                new ConfigurationBuilder()
                    // What is about several machines needs a storage that they can share.
                    .AddInMemoryCollection(
                        new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
                        {
                            ["ControlSurface:Storage"] = "postgres",
                            [$"ControlSurface:{name}"] = ExampleOf(name, value),
                        }
                    )
                    .Build()
                    .GetSection(ServerOptions.Section)
            );
            Assert.True(options.Fault() is null, $"{file}: ControlSurface:{name}={value}: {options.Fault()}");
        }
    }

    // A value that stands in the file is tried as it is; where there is none, or one that is filled in later, one that can be.
    private static string? ExampleOf(string name, string value) =>
        value.Length > 0 && !value.Contains('$', StringComparison.Ordinal) ? value
        : typeof(ServerOptions).GetProperty(name)?.PropertyType == typeof(int) ? "10"
        : name.StartsWith("Limits:", StringComparison.Ordinal) ? "10"
        : name == "Cluster:Address" ? "http://10.0.0.5:5090"
        : name == "Cluster:SiloPort" ? "11111"
        : name == nameof(ServerOptions.Storage) ? "postgres"
        : name == nameof(ServerOptions.KnownProxies) ? "127.0.0.1"
        : name == nameof(ServerOptions.AllowLocalWebhooks) ? "true"
        : "example.com";

    [Fact]
    public async Task The_container_starts_the_server_on_its_volume_and_port_as_a_user_without_rights()
    {
        var options = await ServedByAsync(Words(Line(Container, "CMD [\"serve\"")));
        Assert.Equal(Value(Container, "VOLUME"), options.Data);
        Assert.Equal($"http://0.0.0.0:{Value(Container, "EXPOSE")}", options.Urls);
        Assert.Equal("$APP_UID", Value(Container, "USER"));
        // After the last change of user nothing is done as root any more.
        Assert.DoesNotContain(
            "RUN",
            Container[Container.IndexOf("\nUSER", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"install -d -m 0700 -o \"$APP_UID\" -g \"$APP_UID\" {options.Data}",
            Container,
            StringComparison.Ordinal
        );
        Assert.Equal(2, Lines(Container).Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"ControlSurface.dll\"]", Container, StringComparison.Ordinal);
        Assert.Equal("ControlSurface", typeof(ServerHost).Assembly.GetName().Name);
        Assert.Equal(PortOf(options), Match(Container, @"/dev/tcp/127\.0\.0\.1/(\d+)"));
    }

    [Fact]
    public async Task Each_address_of_health_that_is_asked_is_served_to_anybody()
    {
        await using var server = await LiveServer.OpenAsync();
        var asked = Regex
            .Matches(Container + Manual, @"(?:GET |`)(/(?:healthz|readyz))")
            .Select(m => m.Groups[1].Value);
        Assert.Equal(["/healthz", "/readyz"], asked.Distinct().Order(StringComparer.Ordinal));
        foreach (var path in asked.Distinct())
            Assert.Equal(200, (int)(await server.Http.GetAsync(server.Address + path[1..])).StatusCode);
        // Each metric that an operator is told to watch is there.
        var shown = await server.Http.GetStringAsync(server.Address + "metrics");
        var named = Regex.Matches(Manual, @"`(controlsurface_[a-z_]+|dotnet_[a-z_]+)").Select(m => m.Groups[1].Value);
        // Those of one of several machines are looked for where there are several.
        foreach (
            var name in named
                .Distinct()
                .Except(WithoutFigures, StringComparer.Ordinal)
                .Where(name => !name.StartsWith("controlsurface_cluster_", StringComparison.Ordinal))
        )
            Assert.Contains($"# TYPE {name} ", shown, StringComparison.Ordinal);
        foreach (var word in Regex.Matches(Manual, @"\{state=""([a-z_A-Z]+)""\}").Select(m => m.Groups[1].Value))
            Assert.Contains(Enum.GetValues<ControlSurface.Core.Items.ItemState>(), s => WireNames.Of(s) == word);
    }

    // A figure by queue is not there before there is a queue, nor one of a write before something was written.
    private static readonly string[] WithoutFigures =
    [
        "controlsurface_queue_items",
        "controlsurface_journal_append_seconds",
        "controlsurface_journal_append",
        "controlsurface_engine_batch_events",
    ];

    [Fact]
    public async Task The_service_of_systemd_runs_the_server_as_its_own_user_in_its_state_folder()
    {
        var start = Words(Setting(Unit, "ExecStart"));
        Assert.Equal(["/usr/bin/dotnet", "/opt/controlsurface/ControlSurface.dll"], start[..2]);
        var options = await ServedByAsync(start[2..]);
        Assert.Equal($"/var/lib/{Setting(Unit, "StateDirectory")}", options.Data);
        // The server refuses a folder that others get into.
        Assert.Equal("0700", Setting(Unit, "StateDirectoryMode"));
        Assert.NotEqual("root", Setting(Unit, "User"));
        Assert.Equal("yes", Setting(Unit, "NoNewPrivileges"));
        Assert.Equal("strict", Setting(Unit, "ProtectSystem"));
        Assert.True(
            int.Parse(Setting(Unit, "TimeoutStopSec"), CultureInfo.InvariantCulture) > new ServerOptions().DrainSeconds
        );
        Assert.Equal("always", Setting(Unit, "Restart"));
        Assert.NotEqual(0, ServerHost.FatalExitCode);
        Assert.Equal(PortOf(options), Match(Nginx, @"server 127\.0\.0\.1:(\d+);"));
        Assert.Equal(PortOf(options), Match(Caddy, @"\{\$UPSTREAM:127\.0\.0\.1:(\d+)\}"));
        Assert.Contains($"controlsurface doctor --data {options.Data}", Manual, StringComparison.Ordinal);
    }

    [Fact]
    public void The_composition_gives_the_server_one_volume_a_read_only_root_and_time_to_stop()
    {
        var server = Section(Compose, "  server:");
        Assert.Contains("    read_only: true\n", server, StringComparison.Ordinal);
        Assert.Contains("    cap_drop: [ALL]\n", server, StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", server, StringComparison.Ordinal);
        // Keys are made by way of a temporary file.
        Assert.Contains("    tmpfs:\n      - /tmp\n", server, StringComparison.Ordinal);
        Assert.Contains(
            $"    volumes:\n      - data:{Value(Container, "VOLUME")}\n    networks:",
            server,
            StringComparison.Ordinal
        );
        Assert.True(
            int.Parse(Match(server, @"stop_grace_period: (\d+)s"), CultureInfo.InvariantCulture)
                > new ServerOptions().DrainSeconds
        );
        Assert.Contains("dockerfile: deploy/Containerfile", server, StringComparison.Ordinal);
        Assert.Equal($"server:{Value(Container, "EXPOSE")}", Match(Compose, "UPSTREAM: (.+)"));
        // The server is reached through the proxy alone, which it believes by the network that both are in.
        Assert.DoesNotContain("ports:", server, StringComparison.Ordinal);
        Assert.Equal(Match(Compose, "- subnet: (.+)"), Match(server, "ControlSurface__KnownProxies: (.+)"));
        var file = Match(server, "ControlSurface__StorageConnection: file:/run/secrets/(.+)");
        Assert.Contains($"  {file}:\n    file: ./secrets/{file}\n", Compose, StringComparison.Ordinal);
        Assert.NotNull(Storages.Find(Match(server, "ControlSurface__Storage: (.+)")));
        Assert.Contains("image: postgres:15", Section(Compose, "  db:"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_machine_of_three_has_an_address_and_a_volume_of_its_own_and_is_behind_the_proxy()
    {
        var three = Read("compose.cluster.yaml");
        var addresses = Regex
            .Matches(three, "ControlSurface__Cluster__Address: (.+)")
            .Select(m => new Uri(m.Groups[1].Value))
            .ToList();
        var names = Regex.Matches(three, @"aliases: \[(.+)\]").Select(m => m.Groups[1].Value);
        Assert.Equal(3, addresses.Count);
        Assert.Equal(addresses.Select(address => address.Host), names);
        Assert.Equal(
            Regex
                .Matches(three, "^  (server[-0-9]*):", RegexOptions.Multiline)
                .Select(m => m.Groups[1].Value + ":5080"),
            Match(three, "UPSTREAM: (.+)").Split(' ')
        );
        Assert.Equal(2, Regex.Matches(three, @"- data-(\d):/data").Select(m => m.Groups[1].Value).Distinct().Count());
    }

    [Theory]
    [InlineData("/api/v1/events", false, true)]
    [InlineData("/w/team-2/api/v1/events", false, true)]
    [InlineData("/mcp", false, true)]
    [InlineData("/w/team-2/mcp", false, true)]
    [InlineData("/api/v1/commands", true, true)]
    [InlineData("/w/team-2/api/v1/commands", true, true)]
    [InlineData("/api/v1/items", false, false)]
    [InlineData("/_blazor", false, false)]
    public void Nginx_holds_back_nothing_of_a_stream(string path, bool endlessBody, bool unbuffered)
    {
        var place = Locations()
            .Matches(Nginx)
            .Where(m => m.Groups[1].Value.Length == 0 || Regex.IsMatch(path, m.Groups[1].Value))
            .OrderByDescending(m => m.Groups[1].Length > 0)
            .First()
            .Groups[2]
            .Value;
        Assert.Contains("proxy_pass http://controlsurface;", place, StringComparison.Ordinal);
        // Sent twice it could be done twice, where it has no key.
        Assert.Contains("proxy_next_upstream off;", place, StringComparison.Ordinal);
        Assert.Equal(unbuffered, place.Contains("proxy_buffering off;", StringComparison.Ordinal));
        Assert.Equal(endlessBody, place.Contains("proxy_request_buffering off;", StringComparison.Ordinal));
        Assert.Equal(endlessBody, place.Contains("client_max_body_size 0;", StringComparison.Ordinal));
    }

    [Fact]
    public void The_proxies_pass_on_who_called_and_pages_over_WebSockets_and_no_figures()
    {
        foreach (
            var line in (string[])
                [
                    "proxy_http_version 1.1;",
                    "proxy_set_header Host $http_host;",
                    "proxy_set_header Upgrade $http_upgrade;",
                    "proxy_set_header Connection $controlsurface_connection;",
                    "proxy_set_header X-Forwarded-For $remote_addr;",
                    "proxy_set_header X-Forwarded-Proto $scheme;",
                    "proxy_set_header X-Forwarded-Host $http_host;",
                ]
        )
            Assert.Contains($"    {line}\n", Nginx, StringComparison.Ordinal);
        // Calls wait 55 s at most (API, waitSeconds), and the server itself takes 8 MiB.
        Assert.True(int.Parse(Match(Nginx, @"proxy_read_timeout (\d+)s;"), CultureInfo.InvariantCulture) > 60);
        Assert.True(int.Parse(Match(Nginx, @"client_max_body_size (\d+)m;"), CultureInfo.InvariantCulture) > 8);
        Assert.Contains("metrics$ {\n        return 404;", Nginx, StringComparison.Ordinal);
        Assert.Contains("respond @figures 404", Caddy, StringComparison.Ordinal);
        Assert.Contains("flush_interval -1", Caddy, StringComparison.Ordinal);
    }

    // As the command line would understand it, with every option known.
    private static async Task<ServeOptions> ServedByAsync(string[] arguments)
    {
        ServeOptions? served = null;
        var error = new StringWriter();
        var code = await CommandTree.RunAsync(
            arguments,
            options =>
            {
                served = options;
                return Task.FromResult(0);
            },
            error: error
        );
        Assert.True(code == 0 && served is not null, error.ToString());
        Assert.Empty(served.Settings);
        return served;
    }

    private static string PortOf(ServeOptions options) => options.Urls!.Split(':')[^1];

    private static string Read(string name) =>
        File.ReadAllText(Path.Combine(Repository.Folder, "deploy", name)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Lines(string text) => text.Split('\n');

    private static string Line(string text, string begins) =>
        Lines(text).Single(line => line.StartsWith(begins, StringComparison.Ordinal));

    private static string Value(string text, string word) => Line(text, word + " ")[(word.Length + 1)..];

    private static string Setting(string text, string name) => Line(text, name + "=")[(name.Length + 1)..];

    private static string Match(string text, string pattern) => Regex.Match(text, pattern).Groups[1].Value;

    // CMD ["a", "b"], or words with spaces between.
    private static string[] Words(string line) =>
        line.Contains('[', StringComparison.Ordinal)
            ? [.. Regex.Matches(line, "\"([^\"]*)\"").Select(m => m.Groups[1].Value)]
            : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // From a key of two spaces to the next one.
    private static string Section(string text, string key) =>
        string.Join(
            '\n',
            Lines(text)
                .SkipWhile(line => line != key)
                .Skip(1)
                .TakeWhile(line => line.Length == 0 || line.StartsWith("   ", StringComparison.Ordinal))
        );

    [GeneratedRegex(@"ControlSurface__([A-Za-z_0-9]+)(?:[=:] ?'?([^\s'`]*))?")]
    private static partial Regex Variables();

    [GeneratedRegex(@"ControlSurface:([A-Z][A-Za-z0-9:]*[A-Za-z0-9])")]
    private static partial Regex Colons();

    [GeneratedRegex(@"    location (?:~ (\S+)|/) \{\n(.*?)\n    \}", RegexOptions.Singleline)]
    private static partial Regex Locations();
}
