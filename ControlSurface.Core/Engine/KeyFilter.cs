namespace ControlSurface.Core.Engine;

/// <summary>
/// Tells for most idempotency keys that they were never used, without a look into the journal: a bitmap of 16 MiB, filled from the
/// journal after the start and by each write since. It may take an unused key for a used one, and then the journal is read; never the
/// reverse. Safe from any thread.
/// </summary>
internal sealed class KeyFilter
{
    private const int Bits = 1 << 27;

    // Once one bit in sixteen is set, many of them by keys that are no longer kept, the filter saves too few looks into the journal.
    private const int FullAfter = Bits / 16;
    private volatile long[] _words = new long[Bits / 64];
    private volatile long[]? _next;
    private volatile bool _isWhole;
    private int _added;

    /// <summary>Whether so many keys were added that the filter should be filled anew.</summary>
    internal bool IsFull => Volatile.Read(ref _added) >= FullAfter;

    internal bool MayBeUsed(PrincipalId who, string key)
    {
        if (!_isWhole)
            return true;
        var (word, bit) = Place(who, key);
        return (Volatile.Read(ref _words[word]) & bit) != 0;
    }

    /// <summary>Adds a key whose answer is in the journal.</summary>
    internal void Add(PrincipalId who, string key)
    {
        // Set the next bitmap first: if it replaces the current one meanwhile, the second line sets it once more.
        if (_next is { } next)
            Set(next, who, key);
        Set(_words, who, key);
        Interlocked.Increment(ref _added);
    }

    /// <summary>Fills the filter from all keys in the journal; <see cref="Add"/> may be called meanwhile.</summary>
    internal void Fill(IEnumerable<(PrincipalId Principal, string Key)> used)
    {
        var next = _isWhole ? new long[Bits / 64] : _words;
        _next = next;
        Volatile.Write(ref _added, 0);
        foreach (var (who, key) in used)
            Set(next, who, key);
        _words = next;
        _next = null;
        _isWhole = true;
    }

    private static void Set(long[] words, PrincipalId who, string key)
    {
        var (word, bit) = Place(who, key);
        Interlocked.Or(ref words[word], bit);
    }

    private static (int Word, long Bit) Place(PrincipalId who, string key)
    {
        var place = (uint)HashCode.Combine(who.Number, key) % Bits;
        return ((int)(place / 64), 1L << (int)(place % 64));
    }
}
