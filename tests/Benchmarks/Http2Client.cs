using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Benchmarks;

/// <summary>One HTTP/2 connection without TLS, which many agents share, by .NET's own client.</summary>
internal sealed class Http2Client : IPoster
{
    private readonly HttpClient _http;

    internal Http2Client(Uri address, string key)
    {
        _http = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = false })
        {
            BaseAddress = address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public async ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/" + path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await _http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? bytes
            : throw new InvalidOperationException($"{path}: {Encoding.UTF8.GetString(bytes)}");
    }

    public void Dispose() => _http.Dispose();
}
