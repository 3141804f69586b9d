using System.Globalization;
using System.Net.Http.Headers;

namespace Server.Tests.Clusters;

/// <summary>
/// Somebody who follows the events through all machines in turn, as behind a balancer: where a stream ends or says nothing, the next
/// machine goes on after the last event that came. Keeps the number of each event in the order in which they came.
/// </summary>
internal sealed class RecordedStream(TestMachines machines) : IDisposable
{
    // While others work, a stream that is whole is never silent for so long.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<long> _heard = [];
    private long _last;

    /// <summary>How often it went on at another place.</summary>
    internal int Resumed { get; private set; }

    internal IReadOnlyList<long> Heard => _heard;

    /// <summary>Follows until it has heard the last event.</summary>
    /// <param name="end">The number of that event, once it is known.</param>
    internal async Task FollowAsync(Task<long> end)
    {
        for (var turn = 0; !end.IsCompletedSuccessfully || _last < await end; turn++)
        {
            try
            {
                if (machines.Addresses is { Count: > 0 } at)
                    await FollowOneAsync(at[turn % at.Count], end);
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or IOException)
            {
                // A machine that is gone, or stands still.
            }
            await Task.Delay(20);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task FollowOneAsync(Uri machine, Task<long> end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(machine, "/api/v1/events"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", machines.Key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", _last.ToString(CultureInfo.InvariantCulture));
        using var silence = new CancellationTokenSource(Silence);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(silence.Token));
        Resumed++;
        while (await lines.ReadLineAsync(silence.Token) is { } line)
        {
            silence.CancelAfter(Silence);
            if (!line.StartsWith("id: ", StringComparison.Ordinal))
                continue;
            _last = long.Parse(line[4..], CultureInfo.InvariantCulture);
            _heard.Add(_last);
            if (end.IsCompletedSuccessfully && _last >= await end)
                return;
        }
    }
}
