using System.Collections.Concurrent;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>
/// Past moments, made from the journal as the present was (DESIGN.md, 8), for pages and the API. One is made at a time, since each
/// reads what may be a long journal, and the last few are kept for those who step to and fro. Safe from any thread.
/// </summary>
public sealed class Past(IJournal journal) : IDisposable
{
    /// <summary>How many events are replayed for one moment: some seconds of work.</summary>
    public const long MostReplayed = 1_000_000;

    private const int Kept = 4;
    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<PrincipalId, SemaphoreSlim> _places = [];
    private readonly LinkedList<Moment> _moments = [];

    private sealed record Moment(Workspace At, Lazy<Board> Board);

    /// <summary>The board after the event <paramref name="seq"/>; null where it is too far from a snapshot (<see cref="MostReplayed"/>).</summary>
    /// <param name="who">Who looks.</param>
    /// <param name="waiting">Ends the wait; a moment that is being made is finished and kept.</param>
    public Task<Board?> AtAsync(long seq, PrincipalId who, CancellationToken waiting) =>
        InTurnAsync(seq, who, static moment => moment.Board.Value, waiting);

    /// <summary>Reads the workspace as it was; null where it is too far from a snapshot.</summary>
    /// <param name="read">Runs after the wait, while nobody else looks at any past moment.</param>
    /// <inheritdoc cref="AtAsync"/>
    internal Task<T?> ReadAsync<T>(long seq, PrincipalId who, Func<Workspace, T> read, CancellationToken waiting)
        where T : class => InTurnAsync(seq, who, moment => read(moment.At), waiting);

    private async Task<T?> InTurnAsync<T>(long seq, PrincipalId who, Func<Moment, T> read, CancellationToken waiting)
        where T : class
    {
        // Each principal stands in the line once: whoever asks for many moments keeps nobody else waiting for all of them.
        var place = _places.GetOrAdd(who, static _ => new SemaphoreSlim(1));
        await place.WaitAsync(waiting).ConfigureAwait(false);
        try
        {
            await _one.WaitAsync(waiting).ConfigureAwait(false);
            try
            {
                // Reading and replaying blocks for as long as it takes, and a circuit has one thread.
                return await Task.Run(() => Find(seq) is { } moment ? read(moment) : null, waiting)
                    .ConfigureAwait(false);
            }
            finally
            {
                _one.Release();
            }
        }
        finally
        {
            place.Release();
        }
    }

    private Moment? Find(long seq)
    {
        if (_moments.FirstOrDefault(moment => moment.At.Seq == seq) is { } known)
            return known;
        if (seq - journal.Snapshots(seq).Select(snapshot => snapshot.Seq).FirstOrDefault() > MostReplayed)
            return null;
        var at = Engine.Recover(journal, seq);
        var made = new Moment(at, new Lazy<Board>(() => Board.Of(at)));
        _moments.AddFirst(made);
        if (_moments.Count > Kept)
            _moments.RemoveLast();
        return made;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
