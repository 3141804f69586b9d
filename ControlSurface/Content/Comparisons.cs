namespace ControlSurface.Content;

/// <summary>
/// What texts came to beside each other, made once for each pair of contents and kept, whoever asks: two at a time (<see
/// cref="ContentWork"/>), up to a bound. What was used last is kept; what falls out is made again when it is asked for.
/// </summary>
/// <param name="boundCharacters">Characters of all sides that are kept, at most; one that is larger alone is kept alone.</param>
/// <param name="atOnce">Turns of its own at the same time; 0 shares those of the process.</param>
public sealed class Comparisons(long boundCharacters = 16 * 1024 * 1024, int atOnce = 0) : IDisposable
{
    private readonly SemaphoreSlim? _turns = atOnce > 0 ? new SemaphoreSlim(atOnce) : null;
    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _kept = new(); // used last, first
    private readonly Dictionary<Key, LinkedListNode<Kept>> _byKey = [];
    private long _characters;

    private enum Kind
    {
        Comparison,
        Quotes,
    }

    private readonly record struct Key(Kind Kind, string From, string To, DiffOptions Options);

    private sealed record Kept(Key Key, Task Made, long Characters);

    /// <summary>Results that are kept now.</summary>
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
    ) =>
        MakeAsync(
            new Key(Kind.Comparison, fromHash, toHash, options),
            from.Length + (long)to.Length,
            () => Comparison.Of(from, to, options),
            waiting
        );

    /// <summary>Where the quotes of comments on one content stand in another.</summary>
    public Task<QuoteMap> QuotesAsync(
        string fromHash,
        string from,
        string toHash,
        string to,
        CancellationToken waiting = default
    ) =>
        MakeAsync(
            new Key(Kind.Quotes, fromHash, toHash, DiffOptions.Exact),
            from.Length + (long)to.Length,
            () => QuoteMap.Of(from, to),
            waiting
        );

    /// <inheritdoc/>
    public void Dispose() => _turns?.Dispose();

    private Task<T> MakeAsync<T>(Key key, long characters, Func<T> make, CancellationToken waiting)
    {
        Task<T> made;
        lock (_lock)
        {
            // What failed is tried again: a failure says nothing about the texts.
            if (_byKey.TryGetValue(key, out var node) && !node.Value.Made.IsFaulted)
            {
                _kept.Remove(node);
                _kept.AddFirst(node);
                made = (Task<T>)node.Value.Made;
            }
            else
            {
                if (node is not null)
                    Drop(node);
                // Without the caller's token: others may wait for the same.
                made = ContentWork.RunAsync(make, _turns, CancellationToken.None);
                Keep(new Kept(key, made, characters));
            }
        }
        // Also where the comparison was quicker: whoever has gone is told so, every time.
        return waiting.IsCancellationRequested ? Task.FromCanceled<T>(waiting) : made.WaitAsync(waiting);
    }

    private void Keep(Kept one)
    {
        _byKey[one.Key] = _kept.AddFirst(one);
        _characters += one.Characters;
        while (_characters > boundCharacters && _kept.Count > 1)
            Drop(_kept.Last!);
    }

    private void Drop(LinkedListNode<Kept> node)
    {
        _kept.Remove(node);
        _byKey.Remove(node.Value.Key);
        _characters -= node.Value.Characters;
    }
}
