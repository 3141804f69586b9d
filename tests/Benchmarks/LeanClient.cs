using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks;

/// <summary>
/// One connection that sends one HTTP/1.1 request after another and waits for each answer. It does what a caller's HTTP
/// client does on the wire and as little as possible beside it, since it shares two cores with the server it measures.
/// </summary>
internal sealed class LeanClient : IPoster
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };
    private readonly string _head;
    private readonly byte[] _out = new byte[16 * 1024];
    private byte[] _in = new byte[64 * 1024];

    internal LeanClient(Uri address, string key)
    {
        _socket.Connect(IPAddress.Parse(address.Host), address.Port);
        _head =
            $" HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n";
    }

    /// <summary>POST of a JSON body under <c>/api/v1/</c>; the body of a 2xx answer, valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">Anything but a 2xx; the message has the answer.</exception>
    public ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key) =>
        SendAsync(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $"POST /api/v1/{path}{_head}Idempotency-Key: {key}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
            )
        );

    /// <summary>PUT of a JSON body under <c>/api/v1/</c>, without a key: it names what it makes.</summary>
    internal ValueTask<ReadOnlyMemory<byte>> PutAsync(string path, string body) =>
        SendAsync(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PUT /api/v1/{path}{_head}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
            )
        );

    /// <summary>GET of any address; the body of a 2xx answer, valid until the next call.</summary>
    internal ValueTask<ReadOnlyMemory<byte>> GetAsync(string path) => SendAsync(path, $"GET {path}{_head}\r\n");

    private async ValueTask<ReadOnlyMemory<byte>> SendAsync(string path, string request)
    {
        var bytes = request.Length * 3 <= _out.Length ? _out : new byte[request.Length * 3];
        var length = Encoding.UTF8.GetBytes(request, bytes);
        for (var sent = 0; sent < length; )
            sent += await _socket.SendAsync(bytes.AsMemory(sent, length - sent));
        return await AnswerAsync(path);
    }

    private async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(string path)
    {
        var have = 0;
        while (true)
        {
            if (have == _in.Length)
                Array.Resize(ref _in, _in.Length * 2);
            var read = await _socket.ReceiveAsync(_in.AsMemory(have));
            if (read == 0)
                throw new InvalidOperationException($"{path}: the server hung up.");
            have += read;
            var head = _in.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            var length = ContentLength(_in.AsSpan(0, head));
            if (have < head + 4 + length)
                continue;
            var body = _in.AsMemory(head + 4, length);
            if (_in[9] == (byte)'2')
                return body;
            throw new InvalidOperationException($"{path}: {Encoding.UTF8.GetString(_in, 0, head + 4 + length)}");
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new InvalidOperationException("An answer without Content-Length: " + Encoding.UTF8.GetString(head));
    }

    public void Dispose() => _socket.Dispose();
}
