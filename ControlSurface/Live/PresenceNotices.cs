using ControlSurface.Core.Engine;

namespace ControlSurface.Live;

/// <summary>
/// Tells whoever listens to an item or an artifact that somebody opened it, edits it or went (API.md, notices without
/// <c>seq</c>), also where somebody is only no longer heard of.
/// </summary>
public sealed class PresenceNotices(
    PresenceBoard presence,
    LiveFeed feed,
    Engine engine,
    TimeProvider time,
    ILogger<PresenceNotices> log
) : LastingWork(log)
{
    private static readonly TimeSpan LookedEvery = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stopping)
    {
        presence.Changed += Tell;
        try
        {
            using var timer = new PeriodicTimer(LookedEvery, time);
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
                presence.ForgetWhoIsGone();
        }
        finally
        {
            presence.Changed -= Tell;
        }
    }

    private void Tell(object? sender, PresenceEventArgs change)
    {
        if (feed.Count == 0)
            return;
        var here = presence.On(change.Topic);
        var notice = engine.Picture.Read(at => LiveEvent.PresenceOn(at, change.Topic, here, engine.Now));
        if (notice is not null)
            feed.Notify(notice);
    }
}
