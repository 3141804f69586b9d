using ControlSurface.Core.Queues;

namespace ControlSurface.Storage.Projections;

/// <summary>What is looked up rather than coordinated. Safe from any thread; each call is short.</summary>
public interface IProjections
{
    /// <summary>The last event that was written down; -1 before anything is.</summary>
    long Seq { get; }

    /// <summary>Finds things by their words, all that was committed when it was asked if that is written down within two seconds.</summary>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned);

    /// <summary>A queue by the hour, or by the day (UTC). Stretches in which nothing happened are left out.</summary>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay);

    /// <summary>The levels that a queue had before an instant: with what a chart begins.</summary>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from);

    /// <summary>How the leases of a queue that ended since then used their time; the newest, where there are very many.</summary>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most);

    /// <summary>How long the reviews of a queue waited that were decided since then; the newest, where there are very many.</summary>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most);

    /// <summary>What happened since an instant that somebody who was away wants to hear of; at most 90 days back.</summary>
    /// <param name="until">Only before this instant; null for all since then.</param>
    /// <param name="queues">Only in these queues; null for all, and for what belongs to none.</param>
    /// <param name="most">How many of the newest are named for each kind.</param>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<Happened> HappenedSince(
        DateTimeOffset since,
        DateTimeOffset? until,
        IReadOnlyList<string>? queues,
        int most
    );

    /// <summary>Where work waited since the hour or day (UTC) that holds an instant, and what waits now.</summary>
    /// <param name="before">
    /// With the hour or day that holds this instant begins the period before, which ends where the other begins; null for none.
    /// </param>
    /// <param name="byDay">By the day, both periods at most 180 back; else by the hour, at most 16 days back.</param>
    /// <param name="queues">Only in these queues; null for all, and for what belongs to none.</param>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    Waits WaitsSince(DateTimeOffset from, DateTimeOffset? before, bool byDay, IReadOnlyList<string>? queues);

    /// <summary>How much there was in each of the queues at the end of the hour that holds an instant.</summary>
    /// <returns>Nothing of a queue that was not looked at by then.</returns>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at);

    /// <summary>How often each thing happened in each of the queues within the hour that holds an instant.</summary>
    /// <returns>Nothing of what did not happen.</returns>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at);

    /// <summary>
    /// How many were queued in each of the queues, and since when the oldest of them, at the end of each hour since an instant.
    /// </summary>
    /// <returns>
    /// In no order. Hours in which a queue was not looked at are left out: its levels stayed. The last hour before the instant is there,
    /// where there is one.
    /// </returns>
    /// <exception cref="ProjectionsNotReadyException">Nothing can be looked up yet, or just now.</exception>
    IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from);
}
