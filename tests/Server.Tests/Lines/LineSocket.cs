using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Server.Tests.Field;

namespace Server.Tests.Lines;

/// <summary>A stream of commands over a socket of its own, by hand: what no client would send can be sent.</summary>
internal sealed class LineSocket : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly List<byte> _line = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _to;
    private int _leftInChunk;
    private bool _isOver;

    private LineSocket(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    /// <summary>The status of the answer's head.</summary>
    internal int Status { get; private set; }

    /// <summary>The answer's head.</summary>
    internal string Head { get; private set; } = "";

    /// <param name="receives">Bytes that the system takes in before anybody reads; null for its usual.</param>
    internal static Task<LineSocket> OpenAsync(
        LiveServer server,
        string key,
        string address = "/api/v1/commands",
        int? receives = null
    ) => OpenAsync(server.Address, key, address, receives);

    internal static async Task<LineSocket> OpenAsync(
        Uri server,
        string key,
        string address = "/api/v1/commands",
        int? receives = null
    )
    {
        var client = new TcpClient { NoDelay = true };
        if (receives is { } bytes)
            client.ReceiveBufferSize = bytes;
        await client.ConnectAsync(server.Host, server.Port);
        var socket = new LineSocket(client);
        await socket.RawAsync(
            $"POST {address} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\n"
                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        return socket;
    }

    /// <summary>Sends lines as one chunk of the body.</summary>
    internal Task SendAsync(params string[] lines) => ChunkAsync(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Sends a command.</summary>
    internal Task SendAsync(object id, string method, string path, object? body = null, string? key = null) =>
        SendAsync(Line(id, method, path, body, key));

    /// <summary>A line as text.</summary>
    internal static string Line(object id, string method, string path, object? body = null, string? key = null)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["id"] = id,
            ["method"] = method,
            ["path"] = path,
        };
        if (key is not null)
            members["key"] = key;
        if (body is not null)
            members["body"] = body;
        return JsonSerializer.Serialize(members);
    }

    /// <summary>Sends a part of the body.</summary>
    internal async Task ChunkAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = Encoding.ASCII.GetBytes(bytes.Length.ToString("X", CultureInfo.InvariantCulture) + "\r\n");
        await _stream.WriteAsync((byte[])[.. head, .. bytes, (byte)'\r', (byte)'\n']);
    }

    /// <summary>Sends bytes as they are.</summary>
    internal async Task RawAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Ends the body.</summary>
    internal Task EndAsync() => RawAsync("0\r\n\r\n");

    /// <summary>Sends nothing more, while it goes on reading.</summary>
    internal void HalfClose() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection off.</summary>
    internal void Cut()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>The next answer; null once there are no more.</summary>
    internal async Task<LineAnswer?> NextAsync()
    {
        _line.Clear();
        while (await ByteAsync() is { } next)
        {
            if (next != '\n')
            {
                _line.Add(next);
                continue;
            }
            return new LineAnswer(JsonElement.Parse(Encoding.UTF8.GetString([.. _line])));
        }
        Assert.Empty(_line);
        return null;
    }

    /// <summary>So many answers, by their id as it is written.</summary>
    internal async Task<Dictionary<string, LineAnswer>> NextAsync(int count)
    {
        var all = new Dictionary<string, LineAnswer>(StringComparer.Ordinal);
        for (var k = 0; k < count; k++)
        {
            var next = await NextAsync() ?? throw new InvalidOperationException($"over after {k} of {count}");
            all.Add(next.Id, next);
        }
        return all;
    }

    /// <summary>All answers until the stream ends.</summary>
    internal async Task<List<LineAnswer>> RestAsync()
    {
        var all = new List<LineAnswer>();
        while (await NextAsync() is { } next)
            all.Add(next);
        return all;
    }

    /// <summary>Reads the head of the answer.</summary>
    internal async Task<int> HeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await RawByteAsync() ?? throw new InvalidOperationException("no head")));
        Head = head.ToString();
        return Status = int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until it is so.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, "waited in vain for " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private async ValueTask<byte?> ByteAsync()
    {
        if (Status == 0)
            Assert.Equal(200, await HeadAsync());
        if (_isOver)
            return null;
        if (_leftInChunk == 0 && !await NextChunkAsync())
            return null;
        var one = await RawByteAsync();
        if (--_leftInChunk == 0)
            await EndOfLineAsync();
        return one;
    }

    private async Task<bool> NextChunkAsync()
    {
        if (await EndOfLineAsync() is not { Length: > 0 } length)
        {
            _isOver = true;
            return false;
        }
        _leftInChunk = int.Parse(length, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _isOver = _leftInChunk == 0;
        return !_isOver;
    }

    private async Task<string> EndOfLineAsync()
    {
        var text = new StringBuilder();
        while (await RawByteAsync() is { } next)
        {
            if (next == '\n')
                break;
            if (next != '\r')
                text.Append((char)next);
        }
        return text.ToString();
    }

    private async ValueTask<byte?> RawByteAsync()
    {
        if (_from == _to)
        {
            try
            {
                (_from, _to) = (0, await _stream.ReadAsync(_buffer).AsTask().WaitAsync(Patience));
            }
            catch (IOException)
            {
                _to = 0;
            }
            if (_to == 0)
                return null;
        }
        return _buffer[_from++];
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The answer to a line.</summary>
internal sealed record LineAnswer(JsonElement Json)
{
    /// <summary>The id as it is written: a text in quotes, or a number.</summary>
    internal string Id => Json.GetProperty("id").GetRawText();

    internal int Status => Json.GetProperty("status").GetInt32();

    internal JsonElement Body => Json.GetProperty("body");

    internal string? Code => Body.GetProperty("code").GetString();

    /// <summary>Names of its members, in their order.</summary>
    internal string Members => string.Join(',', Json.EnumerateObject().Select(m => m.Name));

    internal string? Header(string name) =>
        Json.TryGetProperty("headers", out var headers) && headers.TryGetProperty(name, out var value)
            ? value.GetString()
            : null;

    internal LineAnswer Is(int status)
    {
        Assert.True(Status == status, $"expected {status}: {Json}");
        return this;
    }

    internal LineAnswer IsRefused(int status, string code, string? member = null)
    {
        Is(status);
        Assert.True(Code == code, $"expected {code}: {Json}");
        if (member is not null)
            Assert.True(Body.GetProperty("errors").TryGetProperty(member, out _), $"expected {member}: {Json}");
        return this;
    }
}
