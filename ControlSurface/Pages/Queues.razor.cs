using ControlSurface.Components;
using ControlSurface.Core.Queues;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>All queues, with what is in them.</summary>
public sealed partial class Queues
{
    private static readonly IReadOnlyList<LineView> Begins =
    [
        new(Icons.Settings, "with the usual policy, which its page then lets you change"),
        new(Icons.CircleDashed, "empty, and open to every agent that is limited to no other queue"),
    ];

    private bool _isMaking;
    private string _name = "";

    /// <summary><c>paused</c> for those that are; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    private IEnumerable<QueueRow> Shown(QueuesView view) =>
        State == "paused" ? view.Rows.Where(row => row.State == "paused") : view.Rows;

    protected override QueuesView Look() => QueuesView.From(Board, You, Time.GetUtcNow());

    // A queue that is there already is shown, with the policy that it has: nothing is made twice.
    private async Task MakeAsync(string why)
    {
        var name = _name.Trim();
        if (
            Board.FindQueue(name) is null
            && !await DoAsync(new QueueCommand.Set(name, new PolicyChange(), IfSeq: null))
        )
            return;
        _isMaking = false;
        Navigation.NavigateTo($"queues/{Uri.EscapeDataString(name)}");
    }
}
