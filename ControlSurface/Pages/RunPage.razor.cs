using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A page of all that one run holds, where somebody who may can end it.</summary>
public sealed partial class RunPage
{
    // More are said by their number: the list of the page has each.
    private const int MostNamed = 8;
    private OneRunView? _asked;
    private IReadOnlyList<LineView> _follows = [];

    /// <summary>The run's name, from the address.</summary>
    [Parameter]
    public required string Name { get; set; }

    /// <inheritdoc/>
    protected override RunPageView? Look() => ReadPicture(at => RunPageView.From(at, Name, You));

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
        List<LineView> follows =
        [
            .. released
                .Where(view => You.MaySee(view.Lease.Queue))
                .Take(MostNamed)
                .Select(view => new LineView(
                    Icons.Unlink,
                    $"{view.Lease.Item.Text} is released, in {view.Lease.Queue}."
                )),
        ];
        if (released.Count > follows.Count)
            follows.Add(
                new LineView(Icons.Unlink, $"{Words.Count(released.Count - follows.Count)} more are released.")
            );
        follows.Add(new LineView(Icons.Ban, "It may start nothing until its agent reopens it."));
        if (run.Outside.Count > 0)
            follows.Add(
                new LineView(
                    Icons.CircleQuestionMark,
                    $"{Words.Plural(run.Outside.Count, "action")} may have happened: somebody has to look.",
                    Hue: Hue.Open
                )
            );
        (_asked, _follows) = (run, follows);
    }

    private async Task EndAsync(string why)
    {
        if (_asked is { } run && await DoAsync(End(run, why)))
            _asked = null;
    }
}
