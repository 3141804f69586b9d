using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Server.Tests.Api;

namespace Server.Tests.Clusters;

/// <summary>
/// Somebody who works through all machines in turn, as behind a balancer: whatever is not answered for good is sent again with its key,
/// to the next machine, until it is. Keeps what was acknowledged.
/// </summary>
internal sealed class RecordedCaller(TestMachines machines, string name) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private int _turn;
    private int _keys;

    internal ConcurrentQueue<string> Created { get; } = [];
    internal ConcurrentQueue<(string Item, string Lease, long Token)> Granted { get; } = [];
    internal ConcurrentQueue<string> Completed { get; } = [];

    /// <summary>How long each command took until it was acknowledged, with its repeats.</summary>
    internal ConcurrentQueue<TimeSpan> Waits { get; } = [];

    /// <summary>Creates, claims, renews and completes items until told to stop; what was begun is finished.</summary>
    /// <param name="pause">Between two items: what an agent thinks.</param>
    internal async Task WorkAsync(TimeSpan pause, CancellationToken stop)
    {
        for (var k = 0; !stop.IsCancellationRequested; k++)
        {
            await Task.Delay(pause, CancellationToken.None);
            var run = $"{name}-{k}";
            var item = (await SettleAsync("/items", new { queue = "crm", title = run })).GetProperty("id").GetString()!;
            Created.Enqueue(item);
            var lease = (await SettleAsync($"/items/{item}/claim", new { run })).GetProperty("lease");
            var (id, token) = (lease.GetProperty("id").GetString()!, lease.GetProperty("token").GetInt64());
            Granted.Enqueue((item, id, token));
            await SettleAsync(
                $"/leases/{id}/renew",
                new
                {
                    run,
                    token,
                    progress = new { step = run },
                }
            );
            await SettleAsync(
                $"/leases/{id}/complete",
                new
                {
                    run,
                    token,
                    result = run,
                }
            );
            Completed.Enqueue(item);
        }
    }

    /// <summary>Sends a command until it is acknowledged.</summary>
    /// <param name="named">Its idempotency key, where it was sent before; null for a new one.</param>
    internal async Task<JsonElement> SettleAsync(
        string path,
        object body,
        HttpMethod? method = null,
        string? named = null
    )
    {
        var (key, began) = (named ?? $"{name}-{Interlocked.Increment(ref _keys)}", Stopwatch.GetTimestamp());
        while (true)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(90))
                throw new TimeoutException($"{path} was not acknowledged.");
            if (machines.Addresses is not { Count: > 0 } at)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }
            var to = at[_turn++ % at.Count];
            try
            {
                using var patience = new CancellationTokenSource(Patience);
                var answer = await SendAsync(to, method ?? HttpMethod.Post, path, body, key, patience.Token);
                if ((int)answer.Status < 300)
                {
                    Waits.Enqueue(Stopwatch.GetElapsedTime(began));
                    return answer.Json;
                }
                // Said by a machine, not by a proxy between: it has a code. Anything else is a fault.
                if (
                    (answer.Status, answer.Code)
                    is not
                        (HttpStatusCode.ServiceUnavailable, "unavailable" or "outcome_unknown")
                        // Where this caller's patience ended before the first answer came.
                        and not
                        (HttpStatusCode.Conflict, "request_in_progress")
                )
                    throw new InvalidOperationException($"{path}: {(int)answer.Status} {answer.Json}");
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
            {
                // A machine that is gone, or stands still: the next one knows what became of it.
            }
            await Task.Delay(20, CancellationToken.None);
        }
    }

    internal async Task<(HttpStatusCode Status, string? Code, JsonElement Json)> SendAsync(
        Uri machine,
        HttpMethod method,
        string path,
        object? body,
        string? key,
        CancellationToken patience
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(machine, "/api/v1" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", machines.Key);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await _http.SendAsync(request, patience);
        var text = await response.Content.ReadAsStringAsync(patience);
        if (text.Length == 0)
            return (response.StatusCode, null, default);
        var json = JsonElement.Parse(text);
        return (response.StatusCode, json.TryGetProperty("code", out var code) ? code.GetString() : null, json);
    }

    /// <summary>All events, read through a machine.</summary>
    internal async Task<List<JsonElement>> EventsAsync(Uri machine)
    {
        var all = new List<JsonElement>();
        for (var after = 0L; ; )
        {
            var (status, _, page) = await SendAsync(
                machine,
                HttpMethod.Get,
                $"/events?limit=500&after={after}",
                body: null,
                key: null,
                CancellationToken.None
            );
            Assert.Equal(HttpStatusCode.OK, status);
            var next = page.GetProperty("next").GetInt64();
            if (next == after)
                return all;
            all.AddRange(page.GetProperty("events").EnumerateArray());
            after = next;
        }
    }

    public void Dispose() => _http.Dispose();
}
