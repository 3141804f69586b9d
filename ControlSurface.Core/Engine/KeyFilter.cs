using System.Numerics;
using System.Runtime.InteropServices;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Tells for nearly all idempotency keys that they were never used, without a look into the journal: a Bloom filter, filled from the
/// journal after the start and by each write since. It may take an unused key for a used one, and then the journal is read; never the
/// reverse. Safe from any thread.
/// </summary>
/// <remarks>
/// A look into the journal asks each portion of seven days. With one bit a key, a million keys made one unused key in 130 look like a
/// used one, and each of those cost two hundred portions: half of all the work. With four bits it is less than one in a million.
/// </remarks>
internal sealed class KeyFilter
{
    // Of a key all bits lie in one block, so that a key costs one miss of the processor's cache.
    private const int WordsPerBlock = 8;
    private const int BitsPerKey = 4;

    // With so many bits for each key one unused key in some hundreds is looked up, and the filter is filled anew.
    private const int RoomPerKey = 16;
    private const long LeastBits = 1L << 27; // 16 MiB, for eight million keys

    // Another one in each process, as a string's own hash has: nobody can send keys that share their bits.
    private static readonly ulong Seed = ((ulong)(uint)HashCode.Combine(1) << 32) | (uint)HashCode.Combine(2);

    private readonly long _leastBits;
    private volatile long[] _words;
    private volatile long[]? _next;
    private volatile bool _isWhole;
    private long _bitsOfNext;
    private long _added;

    /// <param name="leastBits">A power of two, at least 512; tests take a small one.</param>
    internal KeyFilter(long leastBits = LeastBits)
    {
        _leastBits = leastBits;
        _bitsOfNext = leastBits;
        _words = new long[leastBits / 64];
    }

    /// <summary>Whether it holds so many keys, some of them no longer kept, that it should be filled anew.</summary>
    internal bool IsFull => Interlocked.Read(ref _added) >= CapacityOf(_words);

    internal bool MayBeUsed(PrincipalId who, string key)
    {
        if (!_isWhole)
            return true;
        var hash = HashOf(who, key);
        var words = _words;
        var block = BlockOf(words, hash);
        for (var k = 0; k < BitsPerKey; k++)
        {
            var (word, bit) = BitOf(hash, k);
            if ((Volatile.Read(ref words[block + word]) & bit) == 0)
                return false;
        }
        return true;
    }

    /// <summary>Adds a key whose answer is in the journal.</summary>
    internal void Add(PrincipalId who, string key)
    {
        var hash = HashOf(who, key);
        // Set the next bitmap first: if it replaces the current one meanwhile, the second line sets it once more.
        if (_next is { } next)
            Set(next, hash);
        Set(_words, hash);
        Interlocked.Increment(ref _added);
    }

    /// <summary>Fills the filter from all keys in the journal; <see cref="Add"/> may be called meanwhile.</summary>
    internal void Fill(IEnumerable<(PrincipalId Principal, string Key)> used)
    {
        var next = _isWhole ? new long[_bitsOfNext / 64] : _words;
        _next = next;
        // Also where it fails: it is tried again after as many keys, not at once.
        Interlocked.Exchange(ref _added, 0);
        var kept = 0L;
        foreach (var (who, key) in used)
        {
            Set(next, HashOf(who, key));
            kept++;
        }
        _words = next;
        _next = null;
        _isWhole = true;
        // What was added meanwhile may be among those that were read: counted twice, it is filled anew a little earlier.
        Interlocked.Add(ref _added, kept);
        // Where those that are kept take half of the room already, it would be filled anew too often: the next one is larger.
        _bitsOfNext = Math.Max(_leastBits, (long)BitOperations.RoundUpToPowerOf2((ulong)(2 * RoomPerKey * kept)));
    }

    private static long CapacityOf(long[] words) => words.LongLength * 64 / RoomPerKey;

    private static void Set(long[] words, ulong hash)
    {
        var block = BlockOf(words, hash);
        for (var k = 0; k < BitsPerKey; k++)
        {
            var (word, bit) = BitOf(hash, k);
            // Most are set once and asked for often.
            if ((Volatile.Read(ref words[block + word]) & bit) == 0)
                Interlocked.Or(ref words[block + word], bit);
        }
    }

    // The upper half says which block, each nine bits of the lower half which of its bits.
    private static long BlockOf(long[] words, ulong hash) =>
        (long)((hash >> 36) & (ulong)(words.LongLength / WordsPerBlock - 1)) * WordsPerBlock;

    private static (int Word, long Bit) BitOf(ulong hash, int k)
    {
        var place = (int)(hash >> (9 * k)) & 511;
        return (place >> 6, 1L << (place & 63));
    }

    // Four characters at a time, and mixed at the end so that each bit depends on all of them.
    private static ulong HashOf(PrincipalId who, string key)
    {
        var hash = Seed ^ (uint)who.Number;
        var bytes = MemoryMarshal.AsBytes(key.AsSpan());
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = Mixed(hash ^ part);
        foreach (var rest in bytes[(bytes.Length / 8 * 8)..])
            hash = Mixed(hash ^ rest);
        return Mixed(hash ^ (uint)key.Length);
    }

    private static ulong Mixed(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCD;
        hash ^= hash >> 33;
        hash *= 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
