using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlSurface.Demo;

/// <summary>
/// One caller's way to the API, as an honest client would write it: a bearer key, an idempotency key on every write, and
/// the same request again, under the same key, while the server says that asking again helps.
/// </summary>
internal sealed class DemoHttp(HttpClient http, string key, TimeProvider time)
{
    private const int MostTries = 8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // A member that is named with null means something else than one that is left out.
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public Task<DemoAnswer<T>> GetAsync<T>(string path, CancellationToken stopping)
        where T : class => SendAsync<T>(HttpMethod.Get, path, null, stopping);

    public Task<DemoAnswer<T>> PostAsync<T>(string path, object body, CancellationToken stopping)
        where T : class => SendAsync<T>(HttpMethod.Post, path, body, stopping);

    public Task<DemoAnswer<T>> PutAsync<T>(string path, object body, CancellationToken stopping)
        where T : class => SendAsync<T>(HttpMethod.Put, path, body, stopping);

    public Task<DemoAnswer<T>> PatchAsync<T>(string path, object body, CancellationToken stopping)
        where T : class => SendAsync<T>(HttpMethod.Patch, path, body, stopping);

    private async Task<DemoAnswer<T>> SendAsync<T>(
        HttpMethod method,
        string path,
        object? body,
        CancellationToken stopping
    )
        where T : class
    {
        var idempotencyKey = body is null ? null : Guid.NewGuid().ToString("N");
        for (var tries = 1; ; tries++)
        {
            var answer = await TryAsync<T>(method, path, body, idempotencyKey, stopping);
            if (tries == MostTries || !IsWorthRepeating(answer))
                return answer;
            await Task.Delay(answer.RetryAfter ?? TimeSpan.FromSeconds(tries), time, stopping);
        }
    }

    private async Task<DemoAnswer<T>> TryAsync<T>(
        HttpMethod method,
        string path,
        object? body,
        string? idempotencyKey,
        CancellationToken stopping
    )
        where T : class
    {
        using var request = new HttpRequestMessage(method, "api/v1/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: Json);
        try
        {
            using var response = await http.SendAsync(request, stopping);
            var wait = RetryAfter(response);
            if (response.IsSuccessStatusCode)
                return new DemoAnswer<T>(await ReadAsync<T>(response, stopping), null, wait);
            var problem = await ReadAsync<DemoProblem>(response, stopping);
            return new DemoAnswer<T>(null, problem ?? new DemoProblem { Detail = $"{response.StatusCode:D}" }, wait);
        }
        catch (HttpRequestException lost)
        {
            // The answer is lost, the request perhaps not: the same key finds out.
            return new DemoAnswer<T>(null, new DemoProblem { Code = "no_answer", Detail = lost.Message }, null);
        }
        catch (JsonException unread)
        {
            // Cut off, empty or not what was asked for: as good as lost, for which the same key is there.
            return new DemoAnswer<T>(null, new DemoProblem { Code = "no_answer", Detail = unread.Message }, null);
        }
    }

    // The other refusals are decisions: another answer to the same request would need the world to change first.
    private static bool IsWorthRepeating<T>(DemoAnswer<T> answer)
        where T : class =>
        answer.Code is "unavailable" or "outcome_unknown" or "rate_limited" or "request_in_progress" or "no_answer";

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, CancellationToken stopping)
        where T : class
    {
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal);
        return response.StatusCode == HttpStatusCode.NoContent || isJson is not true
            ? null
            : await response.Content.ReadFromJsonAsync<T>(Json, stopping);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            { Date: { } at } => at - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero,
            _ => null,
        };
}
