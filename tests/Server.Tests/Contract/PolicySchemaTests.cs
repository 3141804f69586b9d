using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ControlSurface.Api;
using ControlSurface.Core.Queues;
using Server.Tests.Api;

namespace Server.Tests.Contract;

/// <summary>The members of a policy are generated from their descriptors: other people's programs must not notice.</summary>
public sealed class PolicySchemaTests
{
    [Fact]
    public async Task The_served_schemas_of_policies_are_those_that_were_written_by_hand()
    {
        await using var house = await House.OpenAsync();
        using var client = new HttpClient { BaseAddress = house.Address };
        var served = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!["components"]!["schemas"]!;
        var written = JsonNode.Parse(await File.ReadAllTextAsync(Beside("policy.schema.json")))!.AsObject();
        Assert.NotEmpty(written);
        foreach (var (name, schema) in written)
            Assert.True(JsonNode.DeepEquals(Sorted(schema!), Sorted(served[name]!)), $"{name}: {served[name]}");
    }

    [Fact]
    public void Each_member_has_one_number_one_name_and_texts_for_people_and_programs()
    {
        Assert.Equal(Enumerable.Range(1, PolicyMembers.All.Count), PolicyMembers.All.Select(member => member.Number));
        Assert.Equal(
            typeof(QueuePolicy).GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order(),
            PolicyMembers.All.Select(member => member.Name).Order()
        );
        Assert.Equal(PolicyMembers.All, PolicyMembers.OnPage.OrderBy(member => member.Number));
        Assert.All(
            PolicyMembers.All,
            member =>
            {
                Assert.EndsWith(".", member.Meaning, StringComparison.Ordinal);
                Assert.Equal(member.Meaning, MemberMeanings.Of(member.Name));
                Assert.EndsWith(".", member.Say(QueuePolicy.Default, LastWeek.Unknown), StringComparison.Ordinal);
                Assert.NotEmpty(member.Label);
            }
        );
    }

    // Which members are required is a set; the order in which a schema lists them says nothing.
    private static JsonNode Sorted(JsonNode schema)
    {
        var copy = schema.DeepClone();
        if (copy["required"] is JsonArray required)
            copy["required"] = new JsonArray([
                .. required.Select(name => (string)name!).Order(StringComparer.Ordinal).Select(name => (JsonNode)name),
            ]);
        return copy;
    }

    private static string Beside(string file, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, file);
}
