using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>Waiting for what people decide on a version, so that nobody polls. Holds no thread, and ends with its caller.</summary>
internal static class ReviewWait
{
    /// <summary>Whether nobody has to decide on the version any more.</summary>
    internal static bool IsSettled(Workspace at, ArtifactId id, int version) =>
        at.FindArtifact(id) is not { } artifact
        || ReviewOutcome.Of(at, artifact, version).State != ReviewOutcomeState.Pending;

    /// <summary>
    /// Waits, before an action is begun, until the review of its version is settled. Returns at once where something else decides
    /// what the call comes to.
    /// </summary>
    /// <param name="request">The request that is about to be sent; tried first, changing nothing.</param>
    internal static async Task UntilMayBeginAsync(
        ApiCall call,
        ActionCommand.Begin begin,
        Request request,
        TimeSpan wait
    )
    {
        var tried = await call.Host.Engine.SendAsync(
            new Request(request.Command, request.Caller) { DryRun = true },
            call.Http.RequestAborted
        );
        var waits =
            tried.Reply is Reply.ForBegin { Begun.Outcome: "not_approved" }
            || tried.Refusal is Refusal.LeaseSuspended { Reasons: ["waiting_on_review"] };
        if (!waits)
            return;
        var on = call.Host.Engine.Picture.Read(at =>
            at.FindAction(begin.Action) is { Artifact: { } artifact, Version: { } version }
                ? (artifact, version)
                : default
        );
        if (on.version > 0)
            await UntilAsync(call, on.artifact, at => IsSettled(at, on.artifact, on.version), wait);
    }

    /// <summary>Waits until the condition holds, or the time is over.</summary>
    /// <param name="isThere">Looks at the committed state; short, and asked again after each event on the artifact.</param>
    /// <returns>False where the server stops before the condition holds.</returns>
    internal static async Task<bool> UntilAsync(
        ApiCall call,
        ArtifactId id,
        Func<Workspace, bool> isThere,
        TimeSpan wait
    )
    {
        if (wait <= TimeSpan.Zero)
            return true;
        using var over = new CancellationTokenSource(wait, call.Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, call.Http.RequestAborted);
        try
        {
            while (!call.Host.Engine.IsDraining)
            {
                // Listens first and looks second: what comes between is seen twice and not missed.
                using var feed = call.Host.Engine.Feed.Subscribe(capacity: 4_096);
                if (call.Host.Engine.Picture.Read(isThere))
                    return true;
                await foreach (var batch in feed.Batches.ReadAllAsync(either.Token))
                {
                    if (
                        batch.Any(r => r.Event is OnArtifact on && on.Artifact == id)
                        && call.Host.Engine.Picture.Read(isThere)
                    )
                        return true;
                    if (call.Host.Engine.IsDraining)
                        break;
                }
                if (!feed.Lagged)
                    break;
            }
        }
        catch (OperationCanceledException) when (!call.Http.RequestAborted.IsCancellationRequested)
        {
            // The wait is over, and nothing came.
        }
        return !call.Host.Engine.IsDraining || call.Host.Engine.Picture.Read(isThere);
    }
}
