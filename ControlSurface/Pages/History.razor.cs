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
    private Board? _whole; // of the past moment, before anything of it is left out
    private Board? _board; // what the reader may see of it
    private Viewer? _seenBy;
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

    private string Heading => !IsPast ? "History" : "A past moment";

    private NowFilter Narrow => new(Given(ViewName), Given(Queue), Given(State), Text: Given(Text));

    /// <inheritdoc/>
    protected override HistoryView Look()
    {
        LookBack();
        return HistoryView.From(Journal, Board, Filter, You);
    }

    private HistoryFilter Filter =>
        new(Given(Type), Given(By), Given(Item), Before, Given(Queue), Minutes)
        {
            Since =
                Minutes is > 0 and <= 527_040 and var minutes ? Time.GetUtcNow().AddMinutes(-minutes)
                : SinceSeconds is > 0 and < 253_402_300_799 and var seconds
                    ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null,
        };

    // Reading blocks for as long as it takes, and this is the circuit's only thread.
    private async Task<ListFile> ReadListAsync()
    {
        var (board, filter, you) = (Board, Filter, You);
        var events = await Task.Run(() => HistoryView.All(Journal, board, filter, you, _leaving.Token), _leaving.Token);
        return ListFiles.Events("history", events);
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!IsPast || You.Principal is null)
        {
            _shown = default;
            return;
        }
        var asked = (At, AtTime, Narrow);
        if (_shown == asked)
            return;
        _shown = asked;
        var (then, wrong) = await FindAsync();
        if (_shown != asked)
            return; // the reader went on meanwhile
        (_then, _wrong) = (then, wrong);
        if (_whole?.Seq != then?.Seq)
            (_whole, _board, _past) = (null, null, null);
        // What was wrong may be right when it is asked again: a moment comes, and events follow.
        if (then is null)
        {
            _shown = default;
            return;
        }
        var whole = _whole ?? await Past.AtAsync(then.Seq, You.Id, _leaving.Token);
        if (_then != then)
            return;
        if (whole is null)
        {
            (_then, _wrong) = (
                null,
                new NotThere(
                    "That moment is too far back to be shown",
                    $"More than {Words.Count(Past.MostReplayed)} events lie between it and the snapshot before it."
                )
            );
            return;
        }
        _whole = whole;
        _past = null;
        LookBack();
    }

    // Roles are those of today: whoever may not see a queue now does not see its past, nor the past of what has left for it.
    private void LookBack()
    {
        if (_whole is not { } whole || _then is not { } then)
            return;
        if (_board?.Seq != whole.Seq || _seenBy?.Principal != You.Principal)
        {
            _board = You.Scope.IsLimited
                ? whole.Only(item => You.MaySee(Board.Find(item.Id)?.Queue ?? Journal.FindArchived(item.Id)?.Queue))
                : whole;
            _past = null;
            // The view of the journal may be the same as before.
            StateHasChanged();
        }
        _seenBy = You;
        _past ??= NowView.From(_board, Narrow, You, then.At, then);
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
    private async Task<(PastMoment?, NotThere?)> FindAsync()
    {
        var (last, now) = (Board.Seq, Time.GetUtcNow());
        if (At is { } seq)
        {
            if (seq < 1 || seq > last)
                return (null, new NotThere("There is no such event", $"The last event is #{Words.Count(last)}."));
            return (new PastMoment(seq, await ReadAsync(() => InstantOf(seq)), IsByTime: false), null);
        }
        if (PastMoment.Read(AtTime!, out var isLocal) is not { } at)
            return isLocal
                ? (null, null)
                : (
                    null,
                    new NotThere(
                        $"“{AtTime}” is not a day and time",
                        "The field above takes one; an address has it as 2026-11-24T13:30:00Z."
                    )
                );
        if (at > now)
            return (null, new NotThere("That moment has not come yet", $"It is {Words.At(now)} now."));
        var then = await ReadAsync(() => PastMoment.AtTime(Journal, at));
        return then.Seq > 0
            ? (then, null)
            : (
                null,
                new NotThere(
                    "Nothing had happened yet",
                    $"The journal begins with event #1, at {Words.At(_firstAt!.Value)}.",
                    First: 1
                )
            );
    }

    // Reading blocks for as long as it takes, and this is the circuit's only thread.
    private async Task<T> ReadAsync<T>(Func<T> read)
    {
        var known = _firstAt;
        var (first, got) = await Task.Run(() => (known ?? InstantOf(1), read()), _leaving.Token);
        _firstAt = first;
        return got;
    }

    private DateTimeOffset InstantOf(long seq) => Journal.ReadAfter(seq - 1).First().At;

    // What narrows the list goes with the reader; a step that leads out of the journal is not offered.
    private IEnumerable<(string Name, string Href)> Steps(PastMoment then, long last)
    {
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
            return at >= _firstAt && at <= Time.GetUtcNow()
                ? (name, PastMoment.Narrowed(PastMoment.AddressOf(at), Narrow))
                : null;
        }

        (string, string)? Event(string name, long seq) =>
            seq >= 1 && seq <= last ? (name, PastMoment.Narrowed(PastMoment.AddressOf(seq), Narrow)) : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(isDisposing);
    }
}
