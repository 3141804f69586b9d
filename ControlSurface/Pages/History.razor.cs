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
    private string? _wrong;

    /// <summary>Show the board after this event instead of the journal.</summary>
    [SupplyParameterFromQuery]
    public long? At { get; set; }

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
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Past Past { get; set; } = null!; // set by the framework before anything is drawn

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
        if (At is not { } seq || You.Principal is null || _board?.Seq == seq)
            return;
        (_board, _past, _wrong) = (null, null, null);
        if (seq < 1 || seq > Board.Seq)
        {
            _wrong = "There is no such event";
            return;
        }
        var board = await Past.AtAsync(seq, _leaving.Token);
        // Roles are those of today: whoever may not see a queue now does not see its past, nor the past of what has left for it.
        if (You.Scope.IsLimited)
            board = board.Only(item => You.MaySee(Board.Find(item.Id)?.Queue ?? Journal.FindArchived(item.Id)?.Queue));
        (_board, _past) = (board, NowView.From(board, new NowFilter(), You, board.At, then: board.At));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(isDisposing);
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
