using System.Net;
using System.Net.Sockets;

namespace Browser.Tests;

/// <summary>
/// The line between a browser and the server, as a proxy of its own: it can be cut without a word, so that nothing arrives on either
/// side and no connection is closed, and mended again.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _carried = [];
    private readonly int _to;
    private TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepts = Task.CompletedTask;

    private Line(int to) => _to = to;

    /// <summary>Where a browser finds the server through this line.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static Line To(Uri server)
    {
        var line = new Line(server.Port);
        line._whole.SetResult();
        line._listener.Start();
        line._accepts = line.AcceptAsync();
        return line;
    }

    /// <summary>Nothing passes any more; connections stay as they are.</summary>
    public void Cut() => _whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back passes, and all that follows.</summary>
    public void Mend() => _whole.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Mend();
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepts;
        await Task.WhenAll(_carried);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        // A listener that was stopped between two connections says that it was never started.
        catch (Exception ended)
            when (ended is OperationCanceledException or InvalidOperationException or SocketException)
        {
            // The story is over.
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        using var here = browser;
        using var there = new TcpClient();
        try
        {
            await _whole.Task.WaitAsync(_end.Token);
            await there.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
            var (a, b) = (here.GetStream(), there.GetStream());
            await Task.WhenAny(PumpAsync(a, b), PumpAsync(b, a));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException)
        {
            // One side has gone; the other is closed below.
        }
    }

    private async Task PumpAsync(Stream from, Stream to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is var read and > 0)
            {
                await _whole.Task.WaitAsync(_end.Token);
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side has gone; the other is closed by whoever waits for this.
        }
    }
}
