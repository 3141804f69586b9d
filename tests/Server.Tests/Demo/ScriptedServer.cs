using System.Net;
using System.Text;

namespace Server.Tests.Demo;

/// <summary>Answers requests in a given order and remembers them: what a client does is what is tested, not a server.</summary>
internal sealed class ScriptedServer(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
{
    private int _next;

    public List<(string Path, string Body, string? Key)> Heard { get; } = [];

    public static Func<HttpResponseMessage> Says(int status, string json, int? retryAfter = null) =>
        () =>
        {
            var type = status < 400 ? "application/json" : "application/problem+json";
            var response = new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(json, Encoding.UTF8, type),
            };
            if (retryAfter is { } seconds)
                response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
            return response;
        };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ended)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(ended);
        request.Headers.TryGetValues("Idempotency-Key", out var keys);
        Heard.Add((request.RequestUri!.PathAndQuery, body, keys?.Single()));
        return answers[_next++]();
    }
}

/// <summary>A clock for whom every wait is over at once: it jumps to the end of it.</summary>
internal sealed class HastyTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();

    /// <summary>How long was waited in all.</summary>
    public TimeSpan Passed { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return start + Passed;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
            Passed += dueTime > TimeSpan.Zero ? dueTime : TimeSpan.Zero;
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Over();
    }

    private sealed class Over : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
