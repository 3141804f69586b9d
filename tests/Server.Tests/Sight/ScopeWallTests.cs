using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using ControlSurface.Api;
using ControlSurface.Core.Workspaces;

namespace Server.Tests.Sight;

/// <summary>What a caller may see is decided by <see cref="Scope"/>: read from what the compiler made, nothing else asks for queues.</summary>
public sealed class ScopeWallTests
{
    private static readonly string[] Asked =
    [
        "Principal.get_Queues",
        "Caller.get_KeyQueues",
        "LiveCaller.get_KeyQueues",
        "VerifiedKey.get_Queues",
        "VerifiedKey.get_KeyQueues",
        "CredentialStanding.get_KeyQueues",
        "BulkJob.get_KeyQueues",
    ];

    // Who may ask, and what for: none of these decides what somebody sees.
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["PrincipalScope"] = "makes the one value",
        ["PrincipalRules"] = "checks that the queues may be, and whether they changed",
        ["AccessSnapshot"] = "keeps them as they were written",
        ["AccessStore"] = "keeps them as they were written",
        ["AccessChanges"] = "writes what is not named as it was",
        ["KeyCommands"] = "compares what the command line was told with what is known",
        ["PrincipalBody"] = "shows a principal that was narrowed before",
        ["VerifiedKey"] = "becomes a caller",
        ["KeyVerifier"] = "becomes a caller",
        ["Authentication"] = "makes a caller of a key",
        ["KeyHandler"] = "makes a caller of a key",
        ["HealthEndpoints"] = "makes a caller of a key",
        ["McpSetup"] = "makes a caller of a key",
        ["LiveCaller"] = "becomes a caller",
        ["OpenConnection"] = "notices that rights changed",
        ["BulkRunner"] = "makes a caller of who began the job",
        ["SignIn"] = "keys that are limited to queues do not sign in",
        ["DemoAccess"] = "finds whoever the demo added before",
        ["EventJson"] = "writes events",
        ["EventJsonContext"] = "writes events",
        ["StateJson"] = "writes snapshots",
        ["StateJsonContext"] = "writes snapshots",
    };

    [Fact]
    public void Found_4_2_only_the_scope_asks_a_principal_or_a_key_for_its_queues()
    {
        var uses = new[] { typeof(Workspace).Assembly, typeof(ApiOperation).Assembly }
            .SelectMany(assembly => Uses(assembly.Location))
            .Distinct()
            .ToList();
        // Without this the test could pass because it reads nothing.
        Assert.Contains(uses, use => use.By == "PrincipalScope");
        Assert.All(
            uses.Where(use => !Allowed.ContainsKey(use.By) && use.Member.Split('.')[0] != use.By),
            use => Assert.Fail($"{use.By} asks for {use.Member}: ask the caller's Scope, or say here what for.")
        );
    }

    private static IEnumerable<(string By, string Member)> Uses(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var found = new List<(string, string)>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            var body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            var by = OutermostOf(metadata, method.GetDeclaringType());
            found.AddRange(
                Calls(metadata, body).Where(called => Asked.Contains(called)).Select(called => (by, called))
            );
        }
        return found;
    }

    // What stands before the token of a method is call or callvirt (ECMA-335, III).
    private static IEnumerable<string> Calls(MetadataReader metadata, byte[] body)
    {
        for (var k = 1; k + 4 <= body.Length; k++)
        {
            if (body[k - 1] is not (0x28 or 0x6F))
                continue;
            var token = BitConverter.ToInt32(body, k);
            var row = token & 0xFFFFFF;
            if (token >>> 24 == 0x06 && row > 0 && row <= metadata.MethodDefinitions.Count)
            {
                var method = metadata.GetMethodDefinition(MetadataTokens.MethodDefinitionHandle(row));
                var type = metadata.GetTypeDefinition(method.GetDeclaringType());
                yield return $"{metadata.GetString(type.Name)}.{metadata.GetString(method.Name)}";
            }
            else if (token >>> 24 == 0x0A && row > 0 && row <= metadata.MemberReferences.Count)
            {
                var member = metadata.GetMemberReference(MetadataTokens.MemberReferenceHandle(row));
                if (member.Parent.Kind != HandleKind.TypeReference)
                    continue;
                var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
                yield return $"{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
            }
        }
    }

    private static string OutermostOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.IsNested ? OutermostOf(metadata, type.GetDeclaringType()) : metadata.GetString(type.Name);
    }
}
