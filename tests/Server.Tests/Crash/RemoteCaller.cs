using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Server.Tests.Api;

namespace Server.Tests.Crash;

/// <summary>Somebody with a key who calls a server of another process, wherever it listens just now.</summary>
internal sealed class RemoteCaller(string key) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    internal Uri Address { get; set; } = null!; // Set before the first call, and after each start.

    internal Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null, idempotencyKey: null);

    internal Task<Answer> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    internal async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string? idempotencyKey)
    {
        var at =
            path.StartsWith("/readyz", StringComparison.Ordinal)
            || path.StartsWith("/healthz", StringComparison.Ordinal)
                ? path
                : "/api/v1" + path;
        using var request = new HttpRequestMessage(method, new Uri(Address, at));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using var response = await _http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    internal async Task<List<JsonElement>> EventsAsync(long after)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var page = (await GetAsync($"/events?limit=500&after={after}")).Is(200);
            if (page["next"].GetInt64() == after)
                return all;
            all.AddRange(page["events"].EnumerateArray());
            after = page["next"].GetInt64();
        }
    }

    public void Dispose() => _http.Dispose();
}
