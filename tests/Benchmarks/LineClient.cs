using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks;

/// <summary>
/// One connection with a stream of commands that many agents share (<c>POST /api/v1/commands</c>). What they send at once goes in one
/// chunk; each waits for its own line. As little as possible beside that, as in <see cref="LeanClient"/>.
/// </summary>
internal sealed class LineClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource<ReadOnlyMemory<byte>>> _waiting = [];
    private ArrayBufferWriter<byte> _gathered = new(64 * 1024);
    private ArrayBufferWriter<byte> _sending = new(64 * 1024);
    private bool _isSending;
    private long _last;

    internal LineClient(Uri address, string key)
    {
        _socket.Connect(IPAddress.Parse(address.Host), address.Port);
        var head =
            $"POST /api/v1/commands HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n"
            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
        _socket.Send(Encoding.ASCII.GetBytes(head));
        _ = Task.Run(ReadAsync);
    }

    /// <summary>An agent's part of the connection.</summary>
    internal IPoster Agent() => new Part(this);

    private Task<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key)
    {
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        lock (_lock)
        {
            var id = ++_last;
            _waiting.Add(id, answer);
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"id\":{id},\"method\":\"POST\",\"path\":\"/{path}\",\"key\":\"{key}\",\"body\":{body}}}\n"
                ),
                _gathered
            );
            if (_isSending)
                return answer.Task;
            _isSending = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static client => _ = client.SendAsync(), this, preferLocal: false);
        return answer.Task;
    }

    private async Task SendAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                _sending.ResetWrittenCount();
                if (_gathered.WrittenCount == 0)
                {
                    _isSending = false;
                    return;
                }
                (_gathered, _sending) = (_sending, _gathered);
            }
            var head = Encoding.ASCII.GetBytes(
                _sending.WrittenCount.ToString("X", CultureInfo.InvariantCulture) + "\r\n"
            );
            await _socket.SendAsync(
                [head, new ArraySegment<byte>(_sending.WrittenMemory.ToArray()), "\r\n"u8.ToArray()],
                SocketFlags.None
            );
        }
    }

    // Chunks begin and end anywhere; their lengths stand on lines of their own, and no line of JSON begins as they do.
    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        var have = 0;
        while (true)
        {
            if (have == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = await _socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
                return;
            have += read;
            var at = 0;
            while (Chunk(buffer.AsSpan(at, have - at)) is var length and > 0)
                at += length;
            buffer.AsSpan(at, have - at).CopyTo(buffer);
            have -= at;
        }
    }

    private byte[] _rest = [];
    private bool _hasHead;

    /// <summary>Takes a whole chunk, or the head; how many bytes it was, 0 where it is not whole yet.</summary>
    private int Chunk(ReadOnlySpan<byte> bytes)
    {
        if (!_hasHead)
        {
            var head = bytes.IndexOf("\r\n\r\n"u8);
            _hasHead = head >= 0;
            return head < 0 ? 0 : head + 4;
        }
        var line = bytes.IndexOf("\r\n"u8);
        if (
            line < 0
            || !Utf8Parser.TryParse(bytes[..line], out int length, out _, 'x')
            || bytes.Length < line + length + 4
        )
            return 0;
        Lines(bytes.Slice(line + 2, length));
        return line + length + 4;
    }

    private void Lines(ReadOnlySpan<byte> chunk)
    {
        while (chunk.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (_rest.Length > 0)
            {
                Answer([.. _rest, .. chunk[..end]]);
                _rest = [];
            }
            else
            {
                Answer(chunk[..end].ToArray());
            }
            chunk = chunk[(end + 1)..];
        }
        if (!chunk.IsEmpty)
            _rest = [.. _rest, .. chunk];
    }

    private void Answer(byte[] line)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>>? answer = null;
        if (Utf8Parser.TryParse(line.AsSpan("{\"id\":".Length), out long id, out _))
        {
            lock (_lock)
                _waiting.Remove(id, out answer);
        }
        var status = line.AsSpan().IndexOf("\"status\":"u8) + "\"status\":".Length;
        if (answer is null || line[status] != (byte)'2')
        {
            var said = new InvalidOperationException(Encoding.UTF8.GetString(line));
            if (answer?.TrySetException(said) != true)
                Console.Error.WriteLine(said.Message);
            return;
        }
        var body = line.AsSpan().IndexOf("\"body\":"u8) + "\"body\":".Length;
        answer.SetResult(line.AsMemory(body, line.Length - body - 1));
    }

    public void Dispose() => _socket.Dispose();

    private sealed class Part(LineClient client) : IPoster
    {
        public ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key) =>
            new(client.PostAsync(path, body, key));

        public void Dispose() { }
    }
}
