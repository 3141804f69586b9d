using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// Many open pages on Now over many leases: from the sending of a command to the batch that shows it, in each page; the server's
/// processor time and memory. The pages are circuits of the server's own protocol, driven on the same machine.
/// </summary>
internal static class PagesBenchmark
{
    private const int Queues = 20;
    private const int Commits = 100;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    internal static int Run(string[] args)
    {
        var pages = Number(args, 0, 200);
        var leases = Number(args, 1, 10_000);
        using var server = ServerProcess.Start([.. ServerProcess.NoLimit, "--ControlSurface:Limits:Circuits=5000"]);
        var agent = server.AddKey("agent", "agent");
        var people = Enumerable.Range(1, 4).Select(k => server.AddKey($"Reader {k}", "person", "manager")).ToList();
        for (var k = 1; k <= Queues; k++)
            server.MakeQueue($"queue-{k:00}", """{"leaseSeconds":7200}""");
        MeasureAsync(server, agent, people, pages, leases).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(
        ServerProcess server,
        string agent,
        List<string> people,
        int pages,
        int leases
    )
    {
        using var http = Client(server.Address, agent);
        using var manager = Client(server.Address, people[0]);
        var first = await FillAsync(http, leases);
        var alone = await CommitAsync(manager, first, Commits, _ => { });
        Say($"{leases:N0} leases, no page: commit p50 {At(alone, 50):F1} ms, p99 {At(alone, 99):F1} ms");

        var before = server.LiveHeap;
        var watch = new Watch();
        var sessions = new List<CookieContainer>();
        foreach (var person in people)
            sessions.Add(await CircuitClient.SignInAsync(server.Address, person));
        var open = new List<CircuitClient>();
        var opening = Stopwatch.StartNew();
        for (var k = 0; k < pages; k++)
            open.Add(await CircuitClient.OpenAsync(server.Address, "/", sessions[k % sessions.Count], watch.Look));
        Say($"{pages} pages open after {opening.Elapsed.TotalSeconds:F1} s");
        await Task.Delay(TimeSpan.FromSeconds(5));
        var heap = server.LiveHeap;
        Say($"{open.Sum(page => page.Batches)} batches of {open.Sum(page => page.Bytes):N0} bytes drew them");
        foreach (var said in open.Select(page => page.Failed).OfType<string>().Distinct().Take(3))
            Say(said);
        await CommitAsync(manager, first, 20, watch.Expect);

        watch.Clear();
        var (cpu, bytes, batches) = (server.CpuTime, open.Sum(page => page.Bytes), open.Sum(page => page.Batches));
        var paused = server.Paused;
        var time = Stopwatch.StartNew();
        var commits = await CommitAsync(manager, first, Commits, watch.Expect);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var took = time.Elapsed;
        var used = server.CpuTime - cpu;
        var drawn = Math.Max(1, open.Sum(page => page.Batches) - batches);
        var seen = watch.Seen;
        Say($"commit p50 {At(commits, 50):F1} ms, p99 {At(commits, 99):F1} ms");
        Say(
            $"command to row p50 {At(seen, 50):F0} ms, p99 {At(seen, 99):F0} ms; {seen.Count:N0} of {Commits * pages:N0} shown"
        );
        Say(
            $"server {used / took:P0} of a core; {used.TotalMilliseconds / drawn:F2} ms for each of {drawn:N0} drawings; {used.TotalMilliseconds / Commits / pages:F3} ms for each page and commit; {(open.Sum(page => page.Bytes) - bytes) / drawn:N0} bytes a drawing"
        );
        Say($"all stood still for the collector {(server.Paused - paused) / took:P0} of the time");
        Say(
            $"live heap {(heap - before) / pages / 1024.0:F0} KiB a page; {open.Count(page => page.Failed is not null)} pages failed"
        );
        foreach (var page in open)
            await page.DisposeAsync();
    }

    // Items of the first queue, in the order of their rows: all leases end within the same minute.
    private static async Task<Dictionary<string, long>> FillAsync(HttpClient http, int leases)
    {
        var first = new ConcurrentBag<(int Order, string Item)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, leases),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (k, stop) =>
            {
                var queue = $"queue-{(k % Queues) + 1:00}";
                var item = await PostAsync(
                    http,
                    "items",
                    new
                    {
                        queue,
                        title = $"Ticket {k}",
                        labels = new[] { $"l{k % 50}" },
                    }
                );
                var id = item.GetProperty("id").GetString()!;
                var claim = await PostAsync(http, $"items/{id}/claim", new { run = $"r{k % 2000}" });
                var lease = claim.GetProperty("lease");
                await PostAsync(
                    http,
                    $"leases/{lease.GetProperty("id").GetString()}/start",
                    new { run = $"r{k % 2000}", token = lease.GetProperty("token").GetInt64() }
                );
                if (k % Queues == 0)
                    first.Add((k, id));
            }
        );
        var items = first.OrderBy(one => one.Order).Take(5).Select(one => one.Item).ToList();
        var seqs = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var id in items)
        {
            var item = await http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/items/" + id, UriKind.Relative));
            seqs.Add(id, item.GetProperty("seq").GetInt64());
        }
        return seqs;
    }

    // A title is changed: its row stays where it is.
    private static async Task<List<double>> CommitAsync(
        HttpClient http,
        Dictionary<string, long> items,
        int count,
        Action<string> expect
    )
    {
        var took = new List<double>();
        for (var k = 0; k < count; k++)
        {
            var mark = $"mark-{Guid.NewGuid():N}";
            expect(mark);
            var time = Stopwatch.StartNew();
            var item = items.Keys.ElementAt(k % items.Count);
            using var answer = await http.PatchAsJsonAsync(
                new Uri($"/api/v1/items/{item}", UriKind.Relative),
                new { title = mark, ifSeq = items[item] }
            );
            var text = await answer.Content.ReadAsStringAsync();
            took.Add(time.Elapsed.TotalMilliseconds);
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException(text);
            items[item] = JsonElement.Parse(text).GetProperty("seq").GetInt64();
            await Task.Delay(Between);
        }
        return took;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(new Uri("/api/v1/" + path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new InvalidOperationException($"{path}: {text}");
    }

    private static HttpClient Client(Uri address, string key)
    {
        var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static int Number(string[] args, int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

    private static double At(IReadOnlyCollection<double> values, int percent) =>
        values.Count == 0
            ? double.NaN
            : values.Order().ElementAt(Math.Min(values.Count - 1, values.Count * percent / 100));

    private static void Say(string words) => Console.WriteLine(words);

    /// <summary>When each of the marks that were committed last arrives in each page.</summary>
    private sealed class Watch
    {
        // A page is drawn four times a second at most, so one batch may show more than one.
        private const int Last = 10;
        private readonly ConcurrentBag<double> _seen = [];
        private volatile Wanted[] _wanted = [];

        internal IReadOnlyCollection<double> Seen => _seen;

        internal void Expect(string mark) =>
            _wanted = [
                .. _wanted.TakeLast(Last - 1),
                new Wanted(Encoding.UTF8.GetBytes(mark), Stopwatch.GetTimestamp(), []),
            ];

        internal void Clear()
        {
            _wanted = [];
            _seen.Clear();
        }

        internal void Look(CircuitClient page, ReadOnlyMemory<byte> batch)
        {
            foreach (var wanted in _wanted)
            {
                if (batch.Span.IndexOf(wanted.Mark) >= 0 && wanted.By.TryAdd(page, true))
                    _seen.Add(Stopwatch.GetElapsedTime(wanted.At).TotalMilliseconds);
            }
        }

        private sealed record Wanted(byte[] Mark, long At, ConcurrentDictionary<CircuitClient, bool> By);
    }
}
