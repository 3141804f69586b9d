using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>
/// What a page knows of how much there was in the queues: it changes with the half hour, and with what the reader may see, and is asked
/// for no more often.
/// </summary>
/// <param name="ask">Asks the projections for what the page shows.</param>
public sealed class KnownPast(Func<IProjections, IReadOnlyList<string>, DateTimeOffset, QueuesPast> ask)
{
    // The projections are behind for a moment after a start; nobody need ask them at each look.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private (long Half, int Of, Viewer As, QueuesPast Past)? _known;
    private DateTimeOffset _asksAt;

    /// <summary>What is known now; <see cref="QueuesPast.Unknown"/> while it is being written down.</summary>
    public QueuesPast At(DateTimeOffset now, IProjections projections, Board board, Viewer you)
    {
        var half = now.ToUnixTimeSeconds() / 1800;
        if (_known is { } known && known.Half == half && known.Of == board.Queues.Count && known.As == you)
            return known.Past;
        if (now < _asksAt && _asksAt - now <= Again)
            return QueuesPast.Unknown;
        try
        {
            List<string> names = [.. board.Queues.Select(queue => queue.Name).Where(you.MaySee)];
            var past = ask(projections, names, now);
            _known = (half, board.Queues.Count, you, past);
            return past;
        }
        catch (ProjectionsNotReadyException)
        {
            _asksAt = now + Again;
            return QueuesPast.Unknown;
        }
    }
}
