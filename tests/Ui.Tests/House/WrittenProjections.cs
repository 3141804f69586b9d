using ControlSurface.Core.Engine;
using ControlSurface.Core.Queues;
using ControlSurface.Storage.Projections;

namespace Ui.Tests;

/// <summary>What the real projections write down of a house's journal, all that was committed whenever they are asked.</summary>
internal sealed class WrittenProjections : IProjections, IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "written-" + Path.GetRandomFileName());
    private readonly IJournal _journal;
    private readonly ProjectionFile _file;
    private readonly ProjectionWriter _writer;
    private readonly Figures _figures;
    private readonly Happenings _happenings;
    private readonly WaitsReader _waits;

    internal WrittenProjections(IJournal journal)
    {
        _journal = journal;
        _file = new ProjectionFile(_path);
        _writer = ProjectionWriter.Open(_file, 1, journal);
        (_figures, _happenings, _waits) = (new(_file, 1), new(_file, 1), new(_file, 1));
    }

    public long Seq => _writer.Seq;

    public Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned) =>
        throw new ProjectionsNotReadyException("No part of the test.");

    public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) =>
        CaughtUp(_figures).Of(queue, from, byDay);

    public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) =>
        CaughtUp(_figures).LevelsBefore(queue, from);

    public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) =>
        CaughtUp(_figures).Terms(queue, since, most);

    public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) =>
        CaughtUp(_figures).ReviewWaits(queue, since, most);

    public IReadOnlyList<Happened> HappenedSince(
        DateTimeOffset since,
        DateTimeOffset? until,
        IReadOnlyList<string>? queues,
        int most
    ) => CaughtUp(_happenings).Since(since, until, queues, most);

    public Waits WaitsSince(DateTimeOffset from, DateTimeOffset? before, bool byDay, IReadOnlyList<string>? queues) =>
        CaughtUp(_waits).Read(from, before, byDay, queues);

    public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) =>
        CaughtUp(_figures).LevelsAt(queues, at);

    public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) =>
        CaughtUp(_figures).CountsIn(queues, at);

    public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) =>
        CaughtUp(_figures).QueuedByHour(queues, from);

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
        foreach (var ending in (string[])["", "-wal", "-shm"])
            File.Delete(_path + ending);
    }

    private T CaughtUp<T>(T reader)
    {
        lock (_writer)
            _writer.Write([.. _journal.ReadAfter(_writer.Seq)], []);
        return reader;
    }
}
