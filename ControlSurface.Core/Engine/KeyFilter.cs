namespace ControlSurface.Core.Engine;

/// <summary>
/// Knows of most idempotency keys that they were never used, without context the journal: a bitmap of 16 MiB, filled from the
/// journal after the start and by every write since. It may take a key for used that was not (then the journal is asked), never the
/// reverse. Safe from any thread.
/// </summary>
internal sealed class KeyFilter
{
    private const int Bits = 1 << 27;

    // With one bit in sixteen set by keys of which many are forgotten by now, a look into the journal is saved too seldom.
    private const int FullAfter = Bits / 16;
    private volatile long[] _words = new long[Bits / 64];
    private volatile long[]? _next;
    private volatile bool _isWhole;
    private int _added;

    /// <summary>So many keys were added that it is worth filling it anew.</summary>
    internal bool IsFull => Volatile.Read(ref _added) >= FullAfter;

    internal bool MayBeUsed(PrincipalId who, string key)
    {
        if (!_isWhole)
            return true;
        var (word, bit) = Place(who, key);
        return (Volatile.Read(ref _words[word]) & bit) != 0;
    }

    /// <summary>Takes in a key whose answer is in the journal.</summary>
    internal void Add(PrincipalId who, string key)
    {
        // The next one first: where it took the place of the current one meanwhile, that is the current one now.
        if (_next is { } next)
            Set(next, who, key);
        Set(_words, who, key);
        Interlocked.Increment(ref _added);
    }

    /// <summary>Fills it from all keys in the journal; new ones may be added meanwhile.</summary>
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
