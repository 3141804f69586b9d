using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Standing;
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
    /// <returns>Why it may not be sent any more; null where it may.</returns>
    internal static async Task<Refusal?> UntilMayBeginAsync(
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
            tried.Reply is BeginReply { Begun.Outcome: BeginResult.NotApproved }
            || tried.Refusal is LeaseRefusal.LeaseSuspended { Reasons: ["waiting_on_review"] };
        if (!waits)
            return null;
        var on = call.Host.Engine.Picture.Read(at =>
            at.FindAction(begin.Action) is { Artifact: { } artifact, Version: { } version }
                ? (artifact, version)
                : default
        );
        return on.version > 0
            ? await UntilAsync(call, on.artifact, at => IsSettled(at, on.artifact, on.version), wait)
            : null;
    }

    /// <summary>Waits until the condition holds, or the time is over, as long as the caller may.</summary>
    /// <param name="isThere">Looks at the committed state; short, and asked again after each event on the artifact.</param>
    /// <returns>Why the caller hears nothing of it: their rights are over, or the server stops. Null where they do.</returns>
    internal static async Task<Refusal?> UntilAsync(
        ApiCall call,
        ArtifactId id,
        Func<Workspace, bool> isThere,
        TimeSpan wait
    )
    {
        if (wait <= TimeSpan.Zero)
            return null;
        var over = await call.WaitAsync(gone => UntilAsync(call, id, isThere, wait, gone));
        if ((over ?? call.WithScopeOfNow().Hidden(ArtifactEndpoints.Find(call, id)?.Queue)) is { } refusal)
            return refusal;
        return call.Host.Engine.IsDraining && !call.Host.Engine.Picture.Read(isThere)
            ? call.Host.Engine.Stopping
            : null;
    }

    /// <summary>
    /// The batches that say something of the artifact. One principal may have thousands of waits, and to wake each of them at each
    /// commit would be everybody's delay.
    /// </summary>
    internal static FeedSubscription Listen(Engine engine, ArtifactId id) =>
        engine.Feed.Subscribe(capacity: 4_096, batch => IsAbout(batch, id));

    private static bool IsAbout(IReadOnlyList<Recorded> batch, ArtifactId id)
    {
        foreach (var recorded in batch)
        {
            if (recorded.Event is OnArtifact on && on.Artifact == id)
                return true;
        }
        return false;
    }

    private static async Task UntilAsync(
        ApiCall call,
        ArtifactId id,
        Func<Workspace, bool> isThere,
        TimeSpan wait,
        CancellationToken gone
    )
    {
        using var over = new CancellationTokenSource(wait, call.Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, gone, call.Host.Engine.Draining);
        try
        {
            while (!call.Host.Engine.IsDraining)
            {
                // Listens first and looks second: what comes between is seen twice and not missed.
                using var feed = Listen(call.Host.Engine, id);
                if (call.Host.Engine.Picture.Read(isThere))
                    return;
                await foreach (var _ in feed.Batches.ReadAllAsync(either.Token))
                {
                    if (call.Host.Engine.Picture.Read(isThere))
                        return;
                    if (call.Host.Engine.IsDraining)
                        return;
                }
                if (!feed.Lagged)
                    return;
            }
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // The wait is over, and nothing came; or the server stops, which the caller is told.
        }
    }
}
