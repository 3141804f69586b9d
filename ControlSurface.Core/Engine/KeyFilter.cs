using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Knows of most idempotency keys that they were never used, without asking the journal: a bitmap of 16 MiB, filled from the
/// journal after the start. It may think that a key was used which was not (then the journal is asked), never the reverse.
/// </summary>
internal sealed class KeyFilter
{
    private const int Bits = 1 << 27;
    private readonly long[] _words = new long[Bits / 64];
    private volatile bool _isWhole;

    internal bool MayBeUsed(PrincipalId who, string key)
    {
        if (!_isWhole)
            return true;
        var (word, bit) = Place(who, key);
        return (Volatile.Read(ref _words[word]) & bit) != 0;
    }

    internal void Add(PrincipalId who, string key)
    {
        var (word, bit) = Place(who, key);
        Interlocked.Or(ref _words[word], bit);
    }

    /// <summary>Takes in what was used before; new keys may be added meanwhile.</summary>
    internal void Fill(IEnumerable<(PrincipalId Principal, string Key)> used)
    {
        foreach (var (who, key) in used)
            Add(who, key);
        _isWhole = true;
    }

    private static (int Word, long Bit) Place(PrincipalId who, string key)
    {
        var place = (uint)HashCode.Combine(who.Number, key) % Bits;
        return ((int)(place / 64), 1L << (int)(place % 64));
    }
}
