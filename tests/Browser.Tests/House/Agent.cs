using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Browser.Tests;

/// <summary>Somebody with a key, who works over HTTP as agents do.</summary>
internal sealed class Agent : IDisposable
{
    private readonly HttpClient _http;

    public Agent(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = new Uri(address, "/api/v1/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Creates a queue, or changes what is named.</summary>
    public Task QueueAsync(string name, object? policy = null) =>
        SendAsync(HttpMethod.Put, $"queues/{name}", policy ?? new { });

    /// <summary>Adds an item; its id.</summary>
    public async Task<string> ItemAsync(string queue, string title, string body = "", params string[] targets)
    {
        var added = await PostAsync(
            "items",
            new
            {
                queue,
                title,
                body,
                targets,
            }
        );
        return added.GetProperty("id").GetString()!;
    }

    /// <summary>Claims an item; the lease that comes of it.</summary>
    public async Task<Lease> ClaimAsync(string item, string run = "7f3", int? leaseSeconds = null)
    {
        var granted = await PostAsync($"items/{item}/claim", new { run, leaseSeconds });
        var lease = granted.GetProperty("lease");
        return new Lease(lease.GetProperty("id").GetString()!, lease.GetProperty("token").GetInt64(), run, item);
    }

    public Task StartAsync(Lease lease) => PostAsync($"leases/{lease.Id}/start", new { lease.Run, lease.Token });

    public Task RenewAsync(Lease lease, string step) =>
        PostAsync(
            $"leases/{lease.Id}/renew",
            new
            {
                lease.Run,
                lease.Token,
                progress = new { step },
            }
        );

    public Task CompleteAsync(Lease lease) => PostAsync($"leases/{lease.Id}/complete", new { lease.Run, lease.Token });

    public Task<JsonElement> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>What the journal holds from <paramref name="after"/> on, as its JSON.</summary>
    public async Task<string> EventsAsync(long after = 0)
    {
        var all = new System.Text.StringBuilder();
        while (true)
        {
            var page = await _http.GetStringAsync(
                new Uri(FormattableString.Invariant($"events?after={after}&limit=100"), UriKind.Relative)
            );
            all.AppendLine(page);
            var next = JsonElement.Parse(page).GetProperty("next").GetInt64();
            if (next == after)
                return all.ToString();
            after = next;
        }
    }

    /// <summary>A content of a version, as it is kept.</summary>
    public Task<string> ContentAsync(string artifact, int version) =>
        _http.GetStringAsync(
            new Uri(FormattableString.Invariant($"artifacts/{artifact}/versions/{version}/content"), UriKind.Relative)
        );

    /// <summary>Makes an artifact on the item, prepares one action on it, and asks for a review; the artifact's id.</summary>
    public async Task<string> AskAsync(Lease lease, string name, string text, string action)
    {
        var made = await PostAsync(
            "artifacts",
            new
            {
                name,
                itemId = lease.Item,
                contentType = "text/plain",
                content = text,
                lease.Run,
                lease.Token,
            }
        );
        var id = made.GetProperty("id").GetString()!;
        await PrepareAsync(lease, id, action, "helpdesk:ticket/88190");
        await PostAsync($"artifacts/{id}/versions/1/review", new { lease.Run, lease.Token });
        return id;
    }

    /// <summary>Prepares an action on the artifact's first version.</summary>
    public Task PrepareAsync(Lease lease, string artifact, string action, string target) =>
        SendAsync(
            HttpMethod.Put,
            $"actions/{action}",
            new
            {
                kind = "send_reply",
                target,
                itemId = lease.Item,
                artifactId = artifact,
                version = 1,
                lease.Run,
                lease.Token,
            }
        );

    /// <summary>The next version on the one with this number.</summary>
    public Task PublishAsync(Lease lease, string artifact, int baseVersion, string text, string note) =>
        PostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion,
                content = text,
                note,
                lease.Run,
                lease.Token,
            }
        );

    /// <summary>The answer, whatever it is.</summary>
    public Task<HttpResponseMessage> TryPostAsync(string path, object body) =>
        _http.PostAsJsonAsync(path, body, JsonSerializerOptions.Web);

    /// <summary>Puts what is accepted.</summary>
    public Task PutAsync(string path, object body) =>
        SendAsync(HttpMethod.Put, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)), body);

    /// <summary>Publishes two versions on the first one, which contradict each other; the id of the conflict.</summary>
    public async Task<string> CollideAsync(Lease lease, string artifact)
    {
        await PublishAsync(lease, artifact, 1, "We credit two days.", "two");
        using var refused = await TryPostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = "We credit three days.",
                lease.Run,
                lease.Token,
            }
        );
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        return problem.GetProperty("conflictId").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path) =>
        JsonElement.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)));

    public void Dispose() => _http.Dispose();

    /// <summary>An artifact of the lease's item whose two versions are these bytes; its id.</summary>
    public Task<string> PictureAsync(Lease lease, byte[] first, byte[] second) =>
        FileAsync(lease, "banner.png", "image/png", first, second);

    /// <summary>An artifact of two versions that are no text.</summary>
    public async Task<string> FileAsync(Lease lease, string name, string contentType, byte[] first, byte[] second)
    {
        var made = await PostAsync(
            "artifacts",
            new
            {
                name,
                itemId = lease.Item,
                contentType,
                contentHash = await KeepAsync(first),
                lease.Run,
                lease.Token,
            }
        );
        var id = made.GetProperty("id").GetString()!;
        await PostAsync(
            $"artifacts/{id}/versions",
            new
            {
                baseVersion = 1,
                contentHash = await KeepAsync(second),
                lease.Run,
                lease.Token,
            }
        );
        return id;
    }

    private async Task<string> KeepAsync(byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("image/png");
        using var answer = await _http.PostAsync(new Uri("contents", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("hash").GetString()!;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = JsonContent.Create(body, options: JsonSerializerOptions.Web),
        };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}

/// <summary>What a claim gave: the lease's id and its fencing token.</summary>
internal sealed record Lease(string Id, long Token, string Run, string Item);
