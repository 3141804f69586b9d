using System.Text;
using ControlSurface.Api;

namespace Server.Tests.Api;

/// <summary>Which requests under one key are the same (API.md, Refusals, Idempotency-Key).</summary>
public sealed class CanonicalJsonTests
{
    private static string Print(string body, string method = "POST", string path = "/api/v1/items") =>
        Convert.ToHexStringLower(CanonicalJson.Fingerprint(method, path, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """ { "b" : [ 1 , 2 ] , "a" : 1 } """)]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":100}""", """{"a":1e2}""")]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""")]
    [InlineData("{}", "")]
    public void Two_spellings_of_one_body_are_one_request(string one, string other) =>
        Assert.Equal(Print(one), Print(other));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":0.1}""", """{"a":0.10000000000000001}""")]
    public void Another_body_is_another_request(string one, string other) => Assert.NotEqual(Print(one), Print(other));

    [Fact]
    public void Another_method_address_or_query_is_another_request()
    {
        Assert.NotEqual(Print("{}"), Print("{}", method: "PUT"));
        Assert.NotEqual(Print("{}"), Print("{}", path: "/api/v1/item"));
        Assert.NotEqual(Print("{}"), Print("{}", path: "/api/v1/items?dryRun=true"));
    }
}
