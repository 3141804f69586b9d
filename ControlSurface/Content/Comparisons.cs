namespace ControlSurface.Content;

/// <summary>
/// Comparisons made once for each pair of contents and kept, whoever asks: away from the page's own thread, few at a time, up to a
/// bound. What was used last is kept; what falls out is made again when it is asked for.
/// </summary>
/// <param name="boundCharacters">Characters of both sides that are kept, at most, over all pairs; one that is larger alone is kept alone.</param>
/// <param name="atOnce">Comparisons made at the same time; the others wait.</param>
public sealed class Comparisons(long boundCharacters = 16 * 1024 * 1024, int atOnce = 2) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _kept = new(); // used last, first
    private readonly Dictionary<Pair, LinkedListNode<Kept>> _byPair = [];
    private readonly SemaphoreSlim _turns = new(atOnce);
    private long _characters;

    private readonly record struct Pair(string From, string To, DiffOptions Options);

    private sealed record Kept(Pair Pair, Task<Comparison> Made, long Characters);

    /// <summary>Pairs that are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _kept.Count;
        }
    }

    /// <summary>The comparison of two contents, made now or before.</summary>
    /// <param name="fromHash">Content hash of the old text.</param>
    /// <param name="toHash">Content hash of the new text.</param>
    /// <param name="waiting">Ends the wait; the comparison is made and kept for whoever asks next.</param>
    public Task<Comparison> GetAsync(
        string fromHash,
        string from,
        string toHash,
        string to,
        DiffOptions options,
        CancellationToken waiting = default
    )
    {
        var pair = new Pair(fromHash, toHash, options);
        Task<Comparison> made;
        lock (_lock)
        {
            if (_byPair.TryGetValue(pair, out var node))
            {
                _kept.Remove(node);
                _kept.AddFirst(node);
                made = node.Value.Made;
            }
            else
            {
                made = MakeAsync(from, to, options);
                Keep(new Kept(pair, made, from.Length + (long)to.Length));
            }
        }
        // Also where the comparison was quicker: whoever has gone is told so, every time.
        return waiting.IsCancellationRequested ? Task.FromCanceled<Comparison>(waiting) : made.WaitAsync(waiting);
    }

    public void Dispose() => _turns.Dispose();

    // The work is all processor: on a circuit's own thread it would freeze the page, so it goes to the pool, a few at a time.
    private async Task<Comparison> MakeAsync(string from, string to, DiffOptions options)
    {
        await _turns.WaitAsync();
        try
        {
            return await Task.Run(() => Comparison.Of(from, to, options));
        }
        finally
        {
            _turns.Release();
        }
    }

    private void Keep(Kept one)
    {
        _byPair[one.Pair] = _kept.AddFirst(one);
        _characters += one.Characters;
        while (_characters > boundCharacters && _kept.Count > 1)
        {
            var oldest = _kept.Last!.Value;
            _kept.RemoveLast();
            _byPair.Remove(oldest.Pair);
            _characters -= oldest.Characters;
        }
    }
}
