using ControlSurface.Core.Queues;
using ControlSurface.Storage.Projections;

namespace Server.Tests.Api;

/// <summary>A house without a disk has nothing to look things up in, and says so.</summary>
internal sealed class NoProjections : IProjections
{
    public long Seq => -1;

    public Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned) => throw NotReady();

    public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) => throw NotReady();

    public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) => throw NotReady();

    public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) => throw NotReady();

    public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) => throw NotReady();

    public IReadOnlyList<Happened> HappenedSince(
        DateTimeOffset since,
        DateTimeOffset? until,
        IReadOnlyList<string>? queues,
        int most
    ) => throw NotReady();

    public Waits WaitsSince(DateTimeOffset from, DateTimeOffset? before, bool byDay, IReadOnlyList<string>? queues) =>
        throw NotReady();

    public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) => throw NotReady();

    public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => throw NotReady();

    public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) => throw NotReady();

    private static ProjectionsNotReadyException NotReady() => new("There is no disk.");
}
