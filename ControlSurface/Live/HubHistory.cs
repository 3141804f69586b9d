using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>What the hub reads for whoever resumes.</summary>
internal sealed class HubHistory(Engine engine, IJournal journal) : IJournalHistory
{
    // A read from disk: a hub's connection is served by its socket's thread.
    public Task<IReadOnlyList<LiveEvent>> ReadAsync(long after, int limit, CancellationToken waiting) =>
        Task.Run<IReadOnlyList<LiveEvent>>(
            () =>
            {
                // Read first: the journal is ahead of the picture for a moment, and the picture knows whose queue an event is in.
                var seq = engine.Picture.Seq;
                var page = journal.FindEvents(new EventQuery(after, limit));
                var events = page
                    .Rows.Where(e => e.Seq <= seq)
                    .Select(e => new Recorded(e.Seq, e.At, e.By, EventJson.Read(e.Type, e.Data.Span)));
                return LiveEvent.AllFrom([.. events], engine.Picture, journal);
            },
            waiting
        );
}
