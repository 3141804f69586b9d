using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A page of all that one run holds, where somebody who may can end it.</summary>
public sealed partial class RunPage
{
    private OneRunView? _asked;
    private IReadOnlyList<LineView> _follows = [];

    /// <summary>The run's name, from the address.</summary>
    [Parameter]
    public required string Name { get; set; }

    /// <inheritdoc/>
    protected override RunPageView? Look() =>
        ReadPicture(at => RunPageView.From(at, Name, You, Time.GetUtcNow()))?.WithSpent(Board, You);

    // What it holds is shown already, or is held by it now.
    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) =>
        View is null
        || touched.Everything
        || touched.Locks
        || touched.Items.Any(item => View.Shows(item) || Live.Board.Find(item)?.Lease?.Holder.Run == Name);

    private RunCommand.End End(OneRunView run, string? why) => new(Name, "ended by hand", why, run.Of);

    // A dry run tells the consequences, so that the question cannot say another thing than happens.
    private async Task AskAsync(OneRunView run)
    {
        var tried = await TryAsync(End(run, why: null));
        if (tried.Reply is not RunReply { Released: var released })
            return;
        var follows = ReadPicture(at =>
            RunEnds.Of(
                at,
                [.. released.Select(view => at.FindItem(view.Lease.Item)).OfType<Item>()],
                run.Outside.Count,
                You
            )
        );
        (_asked, _follows) = (run, follows);
    }

    // A note to the holder of each, as force offers it on one item. It is heard with the next reply under the lease.
    private async Task AskForHandoffAsync(OneRunView run)
    {
        foreach (var item in run.MayAsk)
            if (!await DoAsync(ItemActs.AskForHandoff(item)))
                return;
    }

    private async Task EndAsync(string why)
    {
        if (_asked is { } run && await DoAsync(End(run, why)))
            _asked = null;
    }
}
