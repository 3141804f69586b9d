using System.Globalization;
using ControlSurface.Core.Engine;

namespace ControlSurface.Pages.Views;

/// <summary>A past moment whose board is shown: after one event, or at an instant.</summary>
/// <param name="Seq">The last event that had happened.</param>
/// <param name="At">The instant: the event's own, or the one that was asked for.</param>
/// <param name="IsByTime">An instant was asked for, not an event.</param>
public sealed record PastMoment(long Seq, DateTimeOffset At, bool IsByTime)
{
    // What an address may hold; K is a zone, without which nobody knows whose time is meant.
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.fffK",
    ];

    /// <summary>The moment in an address.</summary>
    public string Address => IsByTime ? AddressOf(At) : AddressOf(Seq);

    /// <summary>The address of the board after an event.</summary>
    public static string AddressOf(long seq) => string.Create(CultureInfo.InvariantCulture, $"history?at={seq}");

    /// <summary>The address of the board at an instant; it means the same wherever it is read.</summary>
    public static string AddressOf(DateTimeOffset at) =>
        $"history?time={at.UtcDateTime.ToString(at.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}";

    /// <summary>The address of a list on the board of this moment.</summary>
    public string AddressOf(NowFilter filter) => Narrowed(Address, filter);

    /// <summary>The address of a board with what narrows its list.</summary>
    public static string Narrowed(string address, NowFilter filter) =>
        filter.IsAny ? address : $"{address}&{filter.Query}";

    /// <summary>Reads the instant of an address.</summary>
    /// <param name="isLocal">It has no zone: it is a time of the reader's own, which only their browser can place.</param>
    /// <returns>The instant; null where the text is none, or is local.</returns>
    public static DateTimeOffset? Read(string text, out bool isLocal)
    {
        isLocal = false;
        if (
            !DateTime.TryParseExact(
                text.Replace(' ', '+'), // as an address has the sign of a zone
                Forms,
                CultureInfo.InvariantCulture,
                DateTimeStyles.RoundtripKind,
                out var read
            )
        )
            return null;
        isLocal = read.Kind == DateTimeKind.Unspecified;
        return isLocal ? null : new DateTimeOffset(read).ToUniversalTime();
    }

    /// <summary>The moment at an instant; its seq is 0 where nothing had happened yet.</summary>
    public static PastMoment AtTime(IEventLog journal, DateTimeOffset at) =>
        // Instants are whole milliseconds: what happened in this one has happened.
        new(journal.LastBefore(at.AddMilliseconds(1)), at, IsByTime: true);
}
