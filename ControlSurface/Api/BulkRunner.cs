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
/// that a restart goes on where it was and does nothing twice. What became of each is written down as it goes.
/// </summary>
internal sealed partial class BulkRunner(Engine engine, ILogger<BulkRunner> log) : LastingService(log)
{
    // Results are written together: one event for some of them, and soon enough to be watched.
    private const int Together = 25;

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 4_096);
            try
            {
                await RunAllAsync(stopping).ConfigureAwait(false);
                await foreach (var batch in subscription.Batches.ReadAllAsync(stopping).ConfigureAwait(false))
                {
                    if (batch.Any(recorded => recorded.Event is BulkEvent.Started))
                        await RunAllAsync(stopping).ConfigureAwait(false);
                }
                if (!subscription.Lagged)
                    return; // The engine has stopped.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunAllAsync(CancellationToken stopping)
    {
        while (engine.Picture.Read(at => at.BulkJobs.FirstOrDefault(job => job.State == BulkState.Running)) is { } job)
        {
            if (!await RunAsync(job, stopping).ConfigureAwait(false))
                return;
        }
    }

    // False where nothing can be written: the job goes on after a restart, or with the next that begins.
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
            Render = outcome => new RenderedAnswer(outcome.Refusal is null ? 200 : 409, "{}"u8.ToArray(), null),
        };
        var outcome = await engine.SendAsync(request, stopping).ConfigureAwait(false);
        if (outcome.Refusal is Refusal.Unavailable or Refusal.OutcomeUnknown)
        {
            LogHeldUp(log, job.Id.Text);
            return null;
        }
        // Done before a restart that came between it and its being written down.
        if (outcome.Replayed is not null)
            return new BulkResult(id, Code: null, Detail: null);
        return engine.Picture.Read(at => RefusalWords.ResultOf(id, outcome.Refusal, at.NameOf, outcome.Now));
    }

    private async Task<bool> TellAsync(BulkJob job, List<BulkResult> results)
    {
        var outcome = await engine
            .SendAsync(new Request(new BulkCommand.Advance(job.Id, [.. results]), Caller.System))
            .ConfigureAwait(false);
        results.Clear();
        return outcome.Refusal is null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} is held up: the journal cannot be written")]
    private static partial void LogHeldUp(ILogger log, string job);
}
