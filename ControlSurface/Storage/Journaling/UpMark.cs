using System.Globalization;
using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Journaling;

/// <summary>
/// The mark that a server writes each second: when it was up, and where the journal ended. A tail that is missing later breaks no
/// chain, but is missed by this.
/// </summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Seq">Of the last event; 0 for none.</param>
/// <param name="Hash">The chain's hash at that seq, lower-case hex.</param>
internal sealed record UpMark(long At, long Seq, string Hash)
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    internal static UpMark Of(long at, (long Seq, byte[] Hash) end) =>
        new(at, end.Seq, Convert.ToHexStringLower(end.Hash));

    /// <summary>As it is stored: the three, with a space between.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{At} {Seq} {Hash}");

    /// <summary>Reads what <see cref="Text"/> wrote; null where nothing is stored.</summary>
    /// <exception cref="JournalCorruptException">It is something else.</exception>
    internal static UpMark? Parse(string? text)
    {
        if (text is not { Length: > 0 })
            return null;
        return
            text.Split(' ') is [var atText, var seqText, var hash]
            && long.TryParse(atText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            && at >= Earliest
            && at <= Latest
            && long.TryParse(seqText, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? new UpMark(at, seq, hash)
            : throw new JournalCorruptException(
                $"The mark of how far the journal went cannot be read: {text}. {JournalHistory.Advice}"
            );
    }
}
