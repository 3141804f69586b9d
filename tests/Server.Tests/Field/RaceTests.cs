using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ControlSurface.Core.Principals;
using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>FIELD.md 5, with as many callers as the report names and more.</summary>
[Collection(Alone.Name)]
public sealed class Of_all_who_claim_the_same_item_at_once_exactly_one_has_it(ITestOutputHelper output)
{
    private const int Races = 10_000;
    private const int Callers = 64;

    [Fact]
    public async Task Field_05_exactly_one_in_10_000_races_of_2_to_64_callers()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, _, _, _) = await server.StaffAsync(new { claimSeconds = 86_400 });
        var wires = new List<Wire>();
        try
        {
            for (var k = 0; k < Callers; k++)
                wires.Add(await Wire.OpenAsync(server.Address, (await server.AddAsync($"agent {k}", Roles.Agent)).Key));
            await CreateAllAsync(wires);
            var began = Stopwatch.GetTimestamp();
            var (random, claims, winners) = (new Random(5), 0, new Dictionary<int, int>());
            for (var item = 1; item <= Races; )
            {
                // Several races run at the same moment, so that they meet in the same write.
                var sent = new List<(int Item, Wire Wire)>();
                while (item <= Races)
                {
                    var size = (int)Math.Round(Math.Pow(2, 1 + random.NextDouble() * 5));
                    if (sent.Count > 0 && sent.Count + size > Callers)
                        break;
                    for (var k = 0; k < size; k++)
                        sent.Add((item, wires[sent.Count]));
                    item++;
                }
                foreach (var (at, wire) in sent.OrderBy(_ => random.Next()).ToList())
                    wire.Post(string.Create(CultureInfo.InvariantCulture, $"/items/W-{at}/claim"), "{}");
                claims += sent.Count;
                foreach (var (at, wire) in sent)
                {
                    var (status, body) = await wire.ReadAsync();
                    if (status == 200)
                        winners[at] = winners.GetValueOrDefault(at) + 1;
                    else
                        Assert.True(
                            status == 409 && body.Contains("\"already_owned\"", StringComparison.Ordinal),
                            body
                        );
                }
            }
            var took = Stopwatch.GetElapsedTime(began);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Races} races, {claims} claims, {winners.Count} with a winner, {winners.Values.Count(n => n != 1)} with more than one, {took.TotalSeconds:0.0} s"
                )
            );
            Assert.Equal(Races, winners.Count);
            Assert.All(winners.Values, count => Assert.Equal(1, count));
            var grants = (await mia.EventsAsync())
                .Where(e => e.GetProperty("type").GetString() == "lease.claimed")
                .Select(e => e.GetProperty("itemId").GetString())
                .ToList();
            Assert.Equal(Races, grants.Count);
            Assert.Equal(Races, grants.Distinct().Count());
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        }
        finally
        {
            foreach (var wire in wires)
                wire.Dispose();
        }
    }

    private static async Task CreateAllAsync(List<Wire> wires)
    {
        for (var made = 0; made < Races; made += wires.Count)
        {
            var now = wires.Take(Math.Min(wires.Count, Races - made)).ToList();
            foreach (var wire in now)
                wire.Post("/items", """{"queue":"crm","title":"Call Ann"}""");
            foreach (var wire in now)
                Assert.Equal(201, (await wire.ReadAsync()).Status);
        }
    }
}

/// <summary>One keep-alive connection that sends without waiting for the answer: the test must not be what is slow.</summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket _socket;
    private readonly string _head;
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private int _filled;

    private Wire(Socket socket, Uri address, string key)
    {
        _socket = socket;
        _head = $"Host: {address.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n";
    }

    internal static async Task<Wire> OpenAsync(Uri address, string key)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        return new Wire(socket, address, key);
    }

    internal void Post(string path, string body)
    {
        var length = Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture);
        _socket.Send(
            Encoding.UTF8.GetBytes($"POST /api/v1{path} HTTP/1.1\r\n{_head}Content-Length: {length}\r\n\r\n{body}")
        );
    }

    internal void Get(string path) =>
        _socket.Send(Encoding.UTF8.GetBytes($"GET /api/v1{path} HTTP/1.1\r\n{_head}\r\n"));

    internal async Task<(int Status, string Body)> ReadAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + 16;
        var stop = head.IndexOf('\r', at);
        var length = int.Parse(stop < 0 ? head[at..] : head[at..stop], CultureInfo.InvariantCulture);
        var whole = end + 4 + length;
        while (_filled < whole)
            await FillAsync();
        var body = Encoding.UTF8.GetString(_buffer, end + 4, length);
        _buffer.AsSpan(whole, _filled - whole).CopyTo(_buffer);
        _filled -= whole;
        return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), body);
    }

    public void Dispose() => _socket.Dispose();

    private async Task FillAsync()
    {
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
        Assert.True(read > 0, "the server hung up");
        _filled += read;
    }
}
