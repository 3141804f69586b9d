using System.Net;
using System.Security.Cryptography;
using ControlSurface.Hosting;
using ControlSurface.Hosting.Cluster;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;

namespace Server.Tests.Clusters;

/// <summary>What one machine tells another about who sent a request.</summary>
public sealed class A_sealed_request
{
    private const string Target = "/api/v1/items?q=%C3%BC";
    private readonly MachineSeal _seal = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void Looks_to_the_other_machine_as_it_looked_to_the_first()
    {
        var sent = Request("https", "203.0.113.9", 4711);
        var came = Request("http", "10.0.0.1", 5);
        Seal(came, _seal.Write(sent, Target));
        Assert.True(_seal.TryOpen(came));
        Assert.Equal("https", came.Get<IHttpRequestFeature>()!.Scheme);
        Assert.Equal(IPAddress.Parse("203.0.113.9"), came.Get<IHttpConnectionFeature>()!.RemoteIpAddress);
        Assert.Equal(4711, came.Get<IHttpConnectionFeature>()!.RemotePort);
        Assert.False(came.Get<IHttpRequestFeature>()!.Headers.ContainsKey(MachineSeal.Header));
    }

    [Theory]
    [InlineData("http 127.0.0.1 1 00", "is made up")]
    [InlineData("", "is empty")]
    [InlineData(null, "is not there")]
    [InlineData("https 127.0.0.1 4711 {seal}", "names another address")]
    [InlineData("https 203.0.113.9 4711 {other}", "was sealed with another secret")]
    [InlineData("https 203.0.113.9 4711 {target}", "was sealed for another target")]
    public void Is_no_machines_where_the_seal(string? header, string why)
    {
        var sent = Request("https", "203.0.113.9", 4711);
        var other = new MachineSeal(RandomNumberGenerator.GetBytes(32));
        var came = Request("http", "10.0.0.1", 5);
        if (header is not null)
            Seal(
                came,
                header
                    .Replace("{seal}", _seal.Write(sent, Target).Split(' ')[^1], StringComparison.Ordinal)
                    .Replace("{other}", other.Write(sent, Target).Split(' ')[^1], StringComparison.Ordinal)
                    .Replace("{target}", _seal.Write(sent, "/api/v1/me").Split(' ')[^1], StringComparison.Ordinal)
            );
        Assert.False(_seal.TryOpen(came), why);
        Assert.Equal("http", came.Get<IHttpRequestFeature>()!.Scheme);
        Assert.Equal(IPAddress.Parse("10.0.0.1"), came.Get<IHttpConnectionFeature>()!.RemoteIpAddress);
    }

    [Theory]
    [InlineData("10.0.0.5:5090", "which is no address")]
    [InlineData("https://10.0.0.5:5090", "which is no address")]
    [InlineData("http://10.0.0.5:5090/w", "which is no address")]
    [InlineData("http://10.0.0.5:11111", "must be another port")]
    public void An_address_that_cannot_be_is_refused_with_a_sentence(string address, string sentence) =>
        Assert.Contains(sentence, FaultOf("postgres", address), StringComparison.Ordinal);

    [Fact]
    public void A_host_that_is_not_known_is_refused_with_a_sentence() =>
        Assert.Contains(
            "ControlSurface:Cluster:Address names nowhere.invalid",
            Assert.Throws<ServerOptionsException>(() => Silo.AddressOf(new Uri("http://nowhere.invalid:5090"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Several_machines_need_one_database()
    {
        Assert.Contains(
            "Set ControlSurface:Storage to postgres",
            FaultOf("sqlite", "http://10.0.0.5:5090"),
            StringComparison.Ordinal
        );
        Assert.Null(FaultOf("postgres", "http://10.0.0.5:5090"));
    }

    private static string? FaultOf(string storage, string address) =>
        ServerOptions
            .From(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([
                        new("ControlSurface:Storage", storage),
                        new("ControlSurface:Cluster:Address", address),
                    ])
                    .Build()
                    .GetSection(ServerOptions.Section)
            )
            .Fault();

    private static void Seal(FeatureCollection request, string value) =>
        request.Get<IHttpRequestFeature>()!.Headers[MachineSeal.Header] = value;

    private static FeatureCollection Request(string scheme, string from, int port)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(
            new HttpRequestFeature
            {
                Scheme = scheme,
                RawTarget = Target,
                Headers = new HeaderDictionary(),
            }
        );
        features.Set<IHttpConnectionFeature>(
            new HttpConnectionFeature { RemoteIpAddress = IPAddress.Parse(from), RemotePort = port }
        );
        return features;
    }
}
