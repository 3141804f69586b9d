using ControlSurface.Core.Engine;

namespace ControlSurface.Live;

/// <summary>
/// Boards of past moments, made from the journal as the present was (DESIGN.md, 8). One is made at a time, since each reads what may
/// be a long journal, and the last few are kept for those who step to and fro.
/// </summary>
public sealed class Past(IJournal journal) : IDisposable
{
    private const int Kept = 4;
    private readonly SemaphoreSlim _one = new(1);
    private readonly LinkedList<Board> _boards = [];

    /// <summary>The board after the event <paramref name="seq"/>.</summary>
    /// <param name="waiting">Ends the wait; a board that is being made is finished and kept.</param>
    public async Task<Board> AtAsync(long seq, CancellationToken waiting)
    {
        await _one.WaitAsync(waiting).ConfigureAwait(false);
        try
        {
            var known = _boards.FirstOrDefault(board => board.Seq == seq);
            if (known is null)
            {
                // Reading and replaying blocks for as long as it takes, and this is the circuit's only thread.
                known = await Task.Run(() => Board.Of(Engine.Recover(journal, seq)), waiting).ConfigureAwait(false);
                _boards.AddFirst(known);
                if (_boards.Count > Kept)
                    _boards.RemoveLast();
            }
            return known;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
