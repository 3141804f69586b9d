using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>The walls of the house (DESIGN.md): what Core may know of, read from what the compiler made.</summary>
public class CoreTests
{
    private const string EngineRoom = "ControlSurface.Core.Engine";

    private static readonly string[] NotDeterministic =
    [
        "System.TimeProvider",
        "System.Random",
        "System.Environment",
        "System.Diagnostics.Stopwatch",
        "System.Threading.Thread",
        "System.Threading.Timer",
        "System.Threading.Tasks.Task",
        "System.Threading.Tasks.Task`1",
        "System.IO.File",
        "System.IO.Directory",
        "System.Globalization.CultureInfo.get_CurrentCulture",
        "System.DateTime.get_Now",
        "System.DateTime.get_UtcNow",
        "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid",
    ];

    [Fact]
    public void Core_knows_no_web_no_database_and_no_page()
    {
        var named = typeof(Workspace).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        string[] banned =
        [
            "Microsoft.AspNetCore",
            "Microsoft.EntityFrameworkCore",
            "Microsoft.Data",
            "MudBlazor",
            "SQLite",
        ];
        Assert.DoesNotContain(named, n => banned.Any(b => n.Contains(b, StringComparison.OrdinalIgnoreCase)));
        Assert.All(named, n => Assert.StartsWith("System", n, StringComparison.Ordinal));
    }

    [Fact]
    public void Outside_the_engine_nothing_knows_of_clocks_threads_chance_or_files() =>
        Assert.Empty(Uses(inEngine: false));

    // Without this the test above could pass because it reads nothing.
    [Fact]
    public void In_the_engine_they_are_found()
    {
        var found = string.Join(' ', Uses(inEngine: true));
        Assert.Contains("System.TimeProvider", found, StringComparison.Ordinal);
        Assert.Contains("System.Threading.Thread", found, StringComparison.Ordinal);
    }

    /// <summary>A reader cannot tell nine values in a row apart: more are set by name, each with its own description.</summary>
    [Fact]
    public void No_constructor_of_Core_takes_more_than_eight_values_by_position()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        var constructors = typeof(Workspace)
            .Assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .SelectMany(type => type.GetConstructors(All))
            .ToList();
        Assert.True(constructors.Count > 500, $"only {constructors.Count} constructors were read");
        Assert.Empty(constructors.Where(c => c.GetParameters().Length > 8).Select(c => c.DeclaringType!.FullName));
    }

    private static List<string> Uses(bool inEngine)
    {
        using var file = new PEReader(File.OpenRead(typeof(Workspace).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var found = new List<string>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            var room = RoomOf(metadata, method.GetDeclaringType());
            if (room.StartsWith(EngineRoom, StringComparison.Ordinal) != inEngine || method.RelativeVirtualAddress == 0)
                continue;
            var body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            found.AddRange(
                Calls(metadata, body).Where(IsBanned).Select(c => $"{room}.{metadata.GetString(method.Name)}: {c}")
            );
        }
        return found;
    }

    // An iterator that the compiler makes asks which thread it is on, to know whether it may be its own enumerator.
    private static bool IsBanned(string called) =>
        called != "System.Environment.get_CurrentManagedThreadId"
        && NotDeterministic.Any(b =>
            called == b || (called.StartsWith(b, StringComparison.Ordinal) && called[b.Length] == '.')
        );

    // Calls, new objects, functions and fields: what stands before a token of a member of another assembly (ECMA-335, III).
    private static readonly byte[] TakesMember =
    [
        0x28,
        0x6F,
        0x73,
        0x06,
        0x07,
        0x7B,
        0x7C,
        0x7D,
        0x7E,
        0x7F,
        0x80,
        0xD0,
    ];

    // Every four bytes of a body that could be such a token. A number that only looks like one could name something by
    // chance, never hide something.
    private static IEnumerable<string> Calls(MetadataReader metadata, byte[] body)
    {
        var members = metadata.MemberReferences.Count;
        for (var k = 1; k + 4 <= body.Length; k++)
        {
            if (!TakesMember.Contains(body[k - 1]))
                continue;
            var token = BitConverter.ToInt32(body, k);
            if (token >>> 24 != 0x0A || (token & 0xFFFFFF) is 0 || (token & 0xFFFFFF) > members)
                continue;
            var member = metadata.GetMemberReference((MemberReferenceHandle)MetadataTokens(token));
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
                yield return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
            }
        }
    }

    private static EntityHandle MetadataTokens(int token) =>
        System.Reflection.Metadata.Ecma335.MetadataTokens.EntityHandle(token);

    private static string RoomOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.IsNested
            ? RoomOf(metadata, type.GetDeclaringType())
            : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
