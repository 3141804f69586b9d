using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// Carries bulk jobs out, one after another: each id is asked for by itself as whoever began the job, under a key of its own, so
/// that a restart goes on where it was and does nothing twice. What became of each is written down as it goes. While the journal
/// cannot be written the jobs wait, and are tried again each second.
/// </summary>
internal sealed partial class BulkRunner(Engine engine, TimeProvider time, ILogger<BulkRunner> log) : LastingWork(log)
{
    // Results are written together: one event for some of them, and soon enough to be watched.
    private const int Together = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private bool _isHeldUp;

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 4_096, BeginsOne);
            try
            {
                do
                {
                    // A job that began before this is among those that run now.
                    Drain(subscription);
                    while (!await RunAllAsync(stopping).ConfigureAwait(false))
                    {
                        await Task.Delay(Patience, time, stopping).ConfigureAwait(false);
                        Drain(subscription);
                        if (subscription.Batches.Completion.IsCompleted)
                            break;
                    }
                } while (await subscription.Batches.WaitToReadAsync(stopping).ConfigureAwait(false));
                if (!subscription.Lagged)
                    return; // The engine has stopped.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static bool BeginsOne(IReadOnlyList<Recorded> batch)
    {
        foreach (var recorded in batch)
        {
            if (recorded.Event is BulkEvent.Started)
                return true;
        }
        return false;
    }

    private static void Drain(FeedSubscription subscription)
    {
        while (subscription.Batches.TryRead(out _))
        {
            // The jobs are read from the picture.
        }
    }

    // False where nothing can be written now: the jobs are tried again.
    private async Task<bool> RunAllAsync(CancellationToken stopping)
    {
        while (engine.Picture.Read(at => at.BulkJobs.FirstOrDefault(job => job.State == BulkState.Running)) is { } job)
        {
            if (!await RunAsync(job, stopping).ConfigureAwait(false))
            {
                HeldUp(job);
                return false;
            }
            _isHeldUp = false;
        }
        return true;
    }

    private async Task<bool> RunAsync(BulkJob job, CancellationToken stopping)
    {
        var results = new List<BulkResult>(Together);
        for (var k = job.Results.Count; k < job.Ids.Count; k++)
        {
            var isStopped = engine.Picture.Read(at => at.FindBulk(job.Id)) is not { State: BulkState.Running };
            if (isStopped || stopping.IsCancellationRequested)
                break;
            if (await OneAsync(job, k, stopping).ConfigureAwait(false) is not { } result)
                return false;
            results.Add(result);
            if (results.Count == Together && !await TellAsync(job, results).ConfigureAwait(false))
                return false;
        }
        return results.Count == 0 || await TellAsync(job, results).ConfigureAwait(false);
    }

    private async Task<BulkResult?> OneAsync(BulkJob job, int k, CancellationToken stopping)
    {
        var id = job.Ids[k];
        var command = engine.Picture.Read(at => job.CommandFor(at, id));
        var key = $"bulk:{job.Id}:{k}";
        var request = new Request(command, new Caller(job.By, job.KeyQueues))
        {
            Key = new IdempotencyKey(key, SHA256.HashData(Encoding.UTF8.GetBytes(key))),
            Render = outcome => Kept(ResultOf(id, outcome)),
        };
        var outcome = await engine.SendAsync(request, stopping).ConfigureAwait(false);
        if (outcome.Refusal is Refusal.Unavailable or Refusal.OutcomeUnknown)
            return null;
        // The id was tried before, and the process or the journal failed before its result was written down.
        return outcome.Replayed is { } first ? ResultOf(id, first) : ResultOf(id, outcome);
    }

    private BulkResult ResultOf(string id, Outcome outcome) =>
        engine.Picture.Read(at => RefusalWords.ResultOf(id, outcome.Refusal, at.NameOf, outcome.Now));

    /// <summary>A result as it is kept under the key of its id: a refusal with its code and its sentence.</summary>
    internal static RenderedAnswer Kept(BulkResult result) =>
        result.Code is not { } code
            ? new RenderedAnswer(StatusCodes.Status200OK, "{}"u8.ToArray(), Location: null)
            : new RenderedAnswer(
                StatusCodes.Status409Conflict,
                JsonBytes.Of(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("code"u8, code);
                    writer.WriteString("detail"u8, result.Detail);
                    writer.WriteEndObject();
                }),
                Location: null
            );

    private static BulkResult ResultOf(string id, KeptAnswer first)
    {
        if (first.Status < StatusCodes.Status400BadRequest)
            return new BulkResult(id, Code: null, Detail: null);
        var kept = JsonElement.Parse(first.Body);
        return new BulkResult(id, kept.GetProperty("code").GetString(), kept.GetProperty("detail").GetString());
    }

    private async Task<bool> TellAsync(BulkJob job, List<BulkResult> results)
    {
        var outcome = await engine
            .SendAsync(new Request(new BulkCommand.Advance(job.Id, [.. results]), Caller.System))
            .ConfigureAwait(false);
        results.Clear();
        return outcome.Refusal is null;
    }

    // Logged once for as long as it lasts, and not with each try.
    private void HeldUp(BulkJob job)
    {
        if (!_isHeldUp)
            LogHeldUp(log, job.Id.Text);
        _isHeldUp = true;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Job} is held up: the journal cannot be written. It is tried again each second"
    )]
    private static partial void LogHeldUp(ILogger log, string job);
}
