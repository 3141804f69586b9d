using System.Text.RegularExpressions;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>Rules for names, read from the sources.</summary>
public partial class NameTests
{
    private static readonly (string Folder, string Namespace)[] Projects =
    [
        ("ControlSurface", "ControlSurface"),
        ("ControlSurface.Core", "ControlSurface.Core"),
        ("tests/Core.Tests", "ControlSurface.Core.Tests"),
        ("tests/Server.Tests", "Server.Tests"),
        ("tests/Ui.Tests", "Ui.Tests"),
        ("tests/Browser.Tests", "Browser.Tests"),
        ("tests/Benchmarks", "Benchmarks"),
        ("tests/Testing", "ControlSurface.Testing"),
    ];

    /// <summary>A file's folder is its namespace. What all tests of a project share stands in House, and may be in the project's own namespace.</summary>
    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = Projects.SelectMany(project =>
            Sources(project.Folder)
                .Select(file => (file, Stands: Namespace().Match(File.ReadAllText(file)).Groups[1].Value))
                // Statements at the top have none; a program of somebody else has its own.
                .Where(one => one.Stands.Length > 0 && one.Stands != "Programs")
                .Where(one => !Expected(project.Namespace, project.Folder, one.file).Contains(one.Stands))
                .Select(one => $"{Path.GetRelativePath(Repository.Folder, one.file)}: {one.Stands}")
        );
        Assert.Empty(wrong);
    }

    /// <summary>These words say that a type does something, and not what.</summary>
    [Fact]
    public void No_type_is_a_manager_a_processor_a_helper_or_a_service()
    {
        var empty = Product()
            .SelectMany(file => Type().Matches(File.ReadAllText(file)).Select(type => type.Groups[1].Value))
            // A person of the demo whose role is manager.
            .Where(name => Empty().IsMatch(name) && name != "DemoManager");
        Assert.Empty(empty);
    }

    /// <summary>Who calls it sees that it has to be awaited. The hub's methods are named by the contract.</summary>
    [Fact]
    public void A_method_that_returns_a_task_ends_in_Async()
    {
        var wrong = Product()
            .Where(file => Path.GetFileName(file) != "LiveHub.cs")
            .SelectMany(file =>
                Asynchronous()
                    .Matches(File.ReadAllText(file))
                    .Select(method => method.Groups[1].Value)
                    .Where(name => !name.EndsWith("Async", StringComparison.Ordinal))
                    .Select(name => $"{Path.GetFileName(file)}: {name}")
            );
        Assert.Empty(wrong);
    }

    /// <summary>
    /// No name exists twice, so none needs a second one. Icons is MudBlazor's too, and Command the command line library's.
    /// </summary>
    [Fact]
    public void No_type_is_used_under_another_name()
    {
        string[] foreign = ["Icons", "Command"];
        var aliases = Product()
            .SelectMany(file =>
                Alias()
                    .Matches(File.ReadAllText(file))
                    .Where(alias => !foreign.Contains(alias.Groups[1].Value, StringComparer.Ordinal))
                    .Select(alias => $"{Path.GetFileName(file)}: {alias.Value.Trim()}")
            );
        Assert.Empty(aliases);
    }

    private static IEnumerable<string> Product() => Sources("ControlSurface").Concat(Sources("ControlSurface.Core"));

    private static IEnumerable<string> Sources(string folder) =>
        Repository
            .Files(folder)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => !file.Contains("Migrations", StringComparison.Ordinal));

    private static string[] Expected(string root, string folder, string file)
    {
        var inner = Path.GetRelativePath(Path.Combine(Repository.Folder, folder), Path.GetDirectoryName(file)!);
        var whole = string.Join('.', inner.Split(Path.DirectorySeparatorChar).Where(part => part != ".").Prepend(root));
        return [whole, whole.Replace(".House", string.Empty, StringComparison.Ordinal)];
    }

    [GeneratedRegex("""^(?:global |@)?using (\w+) = .*$""", RegexOptions.Multiline)]
    private static partial Regex Alias();

    [GeneratedRegex("""^namespace ([\w.]+)""", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex("""^[ a-z]*(?:class|struct|record|interface|enum) ([A-Z]\w*)""", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("""(?:Manager|Processor|Utils?|Helpers?|Service|Info)$""")]
    private static partial Regex Empty();

    [GeneratedRegex(
        """^ *(?!.*\bdelegate\b)(?:public|internal|private|protected)[ a-z]* (?:Task|ValueTask)(?:<[^()\n]*>)? ([A-Z]\w*)(?:<\w+>)?\(""",
        RegexOptions.Multiline
    )]
    private static partial Regex Asynchronous();
}
