using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Server.Tests.Field;

namespace Server.Tests.Contract;

/// <summary>What the served document promises is enough to write a program against.</summary>
public sealed class A_client_that_was_generated_from_the_served_document
{
    [Fact]
    public async Task Compiles_and_does_the_main_job()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var rita = await server.AddAsync("Rita", ControlSurface.Core.Vocabulary.Roles.Reviewer);
        var sources = await GenerateAsync(server);
        Assert.True(sources.Count > 100, $"Only {sources.Count} files were generated.");
        sources.Add(await File.ReadAllTextAsync(Path.Combine(Root, "tests/Server.Tests/Contract/MainJob.cs")));

        var job = Compile(sources).GetType("Programs.MainJob")!.GetMethod("RunAsync")!;
        var seen = await (Task<string[]>)
            job.Invoke(null, [server.Address.ToString().TrimEnd('/'), mia.Key, bot.Key, rita.Key])!;

        Assert.Equal(["W-1", "already_completed", "409 Not_claimable", "W-1 Completed"], seen);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "ControlSurface.sln")))
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    private static async Task<List<string>> GenerateAsync(LiveServer server)
    {
        var folder = LiveServer.NewFolder();
        Directory.CreateDirectory(folder);
        try
        {
            var document = Path.Combine(folder, "v1.json");
            await File.WriteAllBytesAsync(
                document,
                await server.Http.GetByteArrayAsync(new Uri(server.Address, "/openapi/v1.json"))
            );
            var start = new ProcessStartInfo("dotnet")
            {
                WorkingDirectory = Root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
            };
            foreach (
                var word in (string[])
                    [
                        "kiota",
                        "generate",
                        "-l",
                        "CSharp",
                        "-d",
                        document,
                        "-o",
                        Path.Combine(folder, "out"),
                        "-n",
                        "Generated",
                        "-c",
                        "ApiClient",
                    ]
            )
                start.ArgumentList.Add(word);
            using var kiota = Process.Start(start)!;
            var said = kiota.StandardOutput.ReadToEndAsync();
            var complained = kiota.StandardError.ReadToEndAsync();
            await kiota.WaitForExitAsync();
            Assert.True(kiota.ExitCode == 0, await said + await complained);
            return
            [
                .. Directory
                    .EnumerateFiles(Path.Combine(folder, "out"), "*.cs", SearchOption.AllDirectories)
                    .Select(File.ReadAllText),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Assembly Compile(IEnumerable<string> sources)
    {
        var compiled = CSharpCompilation.Create(
            "generated-client",
            sources.Select(source =>
                CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))
            ),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        using var image = new MemoryStream();
        EmitResult result = compiled.Emit(image);
        Assert.True(
            result.Success,
            string.Join(
                "\n",
                result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10).Select(d => d.ToString())
            )
        );
        return Assembly.Load(image.ToArray());
    }
}
