using ControlSurface.Core.Queues;
using ControlSurface.Storage.Projections;

namespace Ui.Tests;

/// <summary>Projections of which a test knows the part that its page asks for; the rest is not ready.</summary>
internal abstract class PartOfProjections : IProjections
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

    public virtual Waits WaitsSince(
        DateTimeOffset from,
        DateTimeOffset? before,
        bool byDay,
        IReadOnlyList<string>? queues
    ) => throw NotReady();

    public virtual IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) =>
        throw NotReady();

    public virtual IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => [];

    public virtual IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) => [];

    private static ProjectionsNotReadyException NotReady() => new("No part of the test.");
}
