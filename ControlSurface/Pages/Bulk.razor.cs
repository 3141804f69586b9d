using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Bulk;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A page that does one act to many items: it names them, says what would become of each, and begins the job.</summary>
public sealed partial class Bulk
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    private OffView? NoReason =>
        string.IsNullOrWhiteSpace(_why) ? new OffView("Say why first: it stands in the history of each.") : null;

    private const int MostListed = 500;
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private BulkDo _act = BulkDo.Label;
    private string _add = "";
    private string _remove = "";
    private int _priority = 5;
    private string _why = "";
    private DraftField? _field;
    private IReadOnlyList<BulkOutcome>? _tried;
    private int _triedOf;

    /// <summary>The words of the query, from the address.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private string Filter => Text?.Trim() ?? "";

    private IReadOnlyList<string> Chosen => [.. View!.Rows.Select(row => row.Id).Where(id => !_left.Contains(id))];

    private BulkCommand.Start Command
    {
        get
        {
            var chosen = Chosen;
            var args = _act switch
            {
                BulkDo.Label => new BulkArgs(Named(_add), Named(_remove)),
                BulkDo.Priority => new BulkArgs(Priority: _priority),
                _ => new BulkArgs(),
            };
            return new BulkCommand.Start(_act, args, chosen, Filter: null, chosen.Count, _why.Trim());
        }
    }

    private static IReadOnlyList<string>? Named(string label) => label.Trim() is { Length: > 0 } given ? [given] : null;

    /// <inheritdoc/>
    protected override BulkView Look() => BulkView.From(Board, Filter, You, Time.GetUtcNow());

    private void Toggle(string id)
    {
        if (!_left.Remove(id))
            _left.Add(id);
        Again();
    }

    private void SetPriority(int priority)
    {
        _priority = priority;
        Again();
    }

    // What was tried is of other words than these.
    private void Again() => (_tried, Refusal) = (null, null);

    private void Try()
    {
        var command = Command;
        var tried = BulkView.Try(Engine.Picture, command, You, Time.GetUtcNow(), out var refusal);
        Refusal = refusal is null ? null : RefusalNotes.Of(refusal, Board.NameOf, Time.GetUtcNow());
        (_tried, _triedOf) = (refusal is null ? BulkView.Together(tried) : null, command.Expect);
    }

    private Task StartAsync() =>
        Drafts.SendAsync(
            [_field],
            async texts =>
            {
                _why = texts[0];
                var outcome = await SendAsync(Command);
                if (outcome.Reply is not BulkReply { Job: var job })
                    return false;
                Navigation.NavigateTo($"bulk/{job.Id}");
                return true;
            }
        );
}
