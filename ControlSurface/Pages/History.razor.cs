using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>The journal, and the board at any past moment.</summary>
public sealed partial class History
{
    private readonly CancellationTokenSource _leaving = new();
    private Board? _board;
    private NowView? _past;
    private PastMoment? _then;
    private NotThere? _wrong;
    private DateTimeOffset? _firstAt;
    private (long?, string?, NowFilter) _shown;

    // Why there is no board to show, and where the journal begins where that is the reason.
    private sealed record NotThere(string Title, string Text, long? First = null);

    /// <summary>Show the board after this event instead of the journal.</summary>
    [SupplyParameterFromQuery]
    public long? At { get; set; }

    /// <summary>Show the board at this instant instead of the journal, as <c>2026-11-24T13:30:00Z</c>; without a zone it is the reader's time.</summary>
    [SupplyParameterFromQuery(Name = "time")]
    public string? AtTime { get; set; }

    /// <summary>With a past moment: one of the views of Now.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? ViewName { get; set; }

    /// <summary>With a past moment: only items that were in these states, parted by commas.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>With a past moment: only items that the words meant.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary>Only events of this type, from the address.</summary>
    [SupplyParameterFromQuery]
    public string? Type { get; set; }

    /// <summary>Only events of this principal.</summary>
    [SupplyParameterFromQuery]
    public string? By { get; set; }

    /// <summary>Only events of this item.</summary>
    [SupplyParameterFromQuery]
    public string? Item { get; set; }

    /// <summary>Only events of this queue.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Only events of the last so many minutes; null for all.</summary>
    [SupplyParameterFromQuery]
    public int? Minutes { get; set; }

    /// <summary>Only events from this instant on, in seconds since 1970.</summary>
    [SupplyParameterFromQuery(Name = "since")]
    public long? SinceSeconds { get; set; }

    /// <summary>Only events before this seq: an older page.</summary>
    [SupplyParameterFromQuery]
    public long? Before { get; set; }

    [Inject]
    private IJournal Journal { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Past Past { get; set; } = null!; // set by the framework before anything is drawn

    private bool IsPast => At is not null || Given(AtTime) is not null;

    private string Heading =>
        !IsPast ? "History"
        : At is { } seq ? $"After event {Words.Count(seq)}"
        : "A past moment";

    private NowFilter Narrow => new(Given(ViewName), Given(Queue), Given(State), Text: Given(Text));

    /// <inheritdoc/>
    protected override HistoryView Look() =>
        HistoryView.From(
            Journal,
            Board,
            new HistoryFilter(Given(Type), Given(By), Given(Item), Before, Given(Queue), Minutes)
            {
                Since =
                    Minutes is > 0 and <= 527_040 and var minutes ? Time.GetUtcNow().AddMinutes(-minutes)
                    : SinceSeconds is > 0 and < 253_402_300_799 and var seconds
                        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                    : null,
            },
            You
        );

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!IsPast || You.Principal is null || _shown == (At, AtTime, Narrow))
            return;
        _shown = (At, AtTime, Narrow);
        (_then, _wrong) = Find();
        if (_then is not { } then)
        {
            (_board, _past) = (null, null);
            return;
        }
        if (_board?.Seq != then.Seq)
            (_board, _past) = (null, null);
        var board = _board ?? await Past.AtAsync(then.Seq, _leaving.Token);
        if (_then != then)
            return; // the reader went on meanwhile
        // Roles are those of today: whoever may not see a queue now does not see its past, nor the past of what has left for it.
        if (You.Scope.IsLimited)
            board = board.Only(item => You.MaySee(Board.Find(item.Id)?.Queue ?? Journal.FindArchived(item.Id)?.Queue));
        (_board, _past) = (board, NowView.From(board, Narrow, You, then.At, then));
    }

    // An address may come from a form that had no circuit: whose time it is only the browser knows.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (At is not null || Given(AtTime) is not { } typed)
            return;
        if (
            PastMoment.Read(typed, out var isLocal) is null
            && isLocal
            && await Browser.InstantOfAsync(typed) is { } then
        )
            Navigation.NavigateTo(PastMoment.AddressOf(then), replace: true);
    }

    // The moment that the address names, or what is wrong with it; neither until the browser has said whose time it is.
    private (PastMoment?, NotThere?) Find()
    {
        var (last, now) = (Board.Seq, Time.GetUtcNow());
        if (At is { } seq)
            return seq >= 1 && seq <= last
                ? (new PastMoment(seq, Journal.ReadAfter(seq - 1).First().At, IsByTime: false), null)
                : (null, new NotThere("There is no such event", $"The last event is #{Words.Count(last)}."));
        if (PastMoment.Read(AtTime!, out var isLocal) is not { } at)
            return isLocal
                ? (null, null)
                : (
                    null,
                    new NotThere(
                        $"“{AtTime}” is no day and time",
                        "The field above takes one; an address has it as 2026-11-24T13:30:00Z."
                    )
                );
        if (at > now)
            return (null, new NotThere("That moment has not come yet", $"It is {Words.At(now)} now."));
        var then = PastMoment.AtTime(Journal, at);
        return then.Seq > 0
            ? (then, null)
            : (
                null,
                new NotThere(
                    "Nothing had happened yet",
                    $"The journal begins with event #1, at {Words.At(FirstAt)}.",
                    First: 1
                )
            );
    }

    // What narrows the list goes with the reader; a step that leads out of the journal is not offered.
    private IEnumerable<(string Name, string Href)> Steps(PastMoment then, long last)
    {
        var narrowed = Narrow.IsAny ? "" : $"&{Narrow.Query}";
        return new[]
        {
            Hours("A day earlier", -24),
            Hours("An hour earlier", -1),
            Event("One event earlier", then.Seq - 1),
            Event("One event later", then.Seq + 1),
            Hours("An hour later", 1),
            Hours("A day later", 24),
        }.OfType<(string, string)>();

        (string, string)? Hours(string name, int hours)
        {
            var at = then.At.AddHours(hours);
            return at >= FirstAt && at <= Time.GetUtcNow() ? (name, PastMoment.AddressOf(at) + narrowed) : null;
        }

        (string, string)? Event(string name, long seq) =>
            seq >= 1 && seq <= last ? (name, PastMoment.AddressOf(seq) + narrowed) : null;
    }

    private DateTimeOffset FirstAt => _firstAt ??= Journal.ReadAfter(0).First().At;

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(isDisposing);
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
