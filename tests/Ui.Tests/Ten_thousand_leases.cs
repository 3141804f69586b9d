using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;

namespace Ui.Tests;

public class Ten_thousand_leases : LiveHouse
{
    private const int Many = 10_000;

    [Fact]
    public async Task The_head_counts_all_and_only_rows_that_are_asked_for_are_made()
    {
        await Fill();

        var view = Look();
        var rows = Assert.IsType<LazyRows<Item, WorkRowView>>(Assert.Single(view.Groups).Rows);

        Assert.Equal("10,000 owned", view.Groups[0].Facts[0]);
        Assert.Equal((Many, Many), (view.Shown, view.Groups[0].Total));
        Assert.Equal(0, rows.Made);
        _ = rows.Skip(2_000).Take(40).ToList();
        Assert.Equal(40, rows.Made);
    }

    [Fact]
    public async Task A_change_out_of_sight_is_the_same_view_and_is_there_when_it_is_scrolled_to()
    {
        var leases = await Fill();
        var shown = Look();
        var rows = (LazyRows<Item, WorkRowView>)shown.Groups[0].Rows;
        _ = rows.Take(40).ToList();
        var far = leases[5_000];

        await Do(Agent, Note(far));
        var newer = Look();
        Assert.True(ViewEquality.AreSame(newer, shown));
        shown.Adopt(newer);
        Assert.Equal(newer.Groups[0].Rows[5_000], rows[5_000]);

        await Do(Agent, Note(leases[3]));
        Assert.False(ViewEquality.AreSame(Look(), shown));
    }

    [Fact]
    public async Task Selecting_all_of_them_makes_no_row_and_says_what_can_be_done()
    {
        await Fill();
        var view = Look();
        var rows = (LazyRows<Item, WorkRowView>)view.Groups[0].Rows;
        var selection = new RowSelection();
        selection.AddAll(rows.Keys);
        var you = Engine.Picture.Read(at => ControlSurface.Live.Viewer.On(Board.Of(at), Priya));
        var list = NowList.Of(new NowFilter(), you, Clock.GetUtcNow())!;
        var here = Engine.Picture.Read(at => PickedRow.Items(selection.Ids, Board.Of(at), list.Has));
        var selected = SelectionView.Of(selection.Count, here, BulkAct.Items, you, last: null);

        Assert.Equal((Many, 0), (selected.Here, selected.Gone));
        Assert.Equal("Cancel 10,000 items…", selected.Acts[0].ButtonFor(selected.Here));
        Assert.Equal(0, rows.Made);
    }

    [Fact]
    public async Task A_list_that_is_held_for_a_pointer_makes_only_what_is_drawn()
    {
        var leases = await Fill();
        var shown = Look().Groups[0].Rows;
        await Do(Agent, Note(leases[3]));
        var arrived = (LazyRows<Item, WorkRowView>)Look().Groups[0].Rows;

        var (held, waiting) = HeldOrder.Keep(shown, arrived, row => row.Item);
        Assert.Equal(0, waiting);
        var drawn = held.Skip(2_000).Take(40).ToList();
        Assert.Equal(40, arrived.Made);
        Assert.Equal(arrived[2_000], drawn[0]);

        // And once more on what is held: the next commit costs no more than the last.
        var next = (LazyRows<Item, WorkRowView>)Look().Groups[0].Rows;
        (held, _) = HeldOrder.Keep(held, next, row => row.Item);
        Assert.Equal(0, next.Made);
        Assert.Equal(next[5], held[5]);
    }

    // A note changes the item and leaves its place as it is: all leases end at the same instant.
    private static NoteCommand.Add Note(Lease lease) => new(lease.Item, "Look at this", "everyone", NoteKind.Note);

    private NowView Look() =>
        Engine.Picture.Read(at =>
            NowView.From(at, new NowFilter(), ControlSurface.Live.Viewer.On(Board.Of(at), Mara), Clock.GetUtcNow())
        );

    private async Task<Lease[]> Fill()
    {
        var created = await Task.WhenAll(
            Enumerable.Range(0, Many).Select(i => Do(Priya, new ItemCommand.Create("replies", $"Ticket {i}")))
        );
        var granted = await Task.WhenAll(
            created.Select(outcome =>
                Do(Agent, new ClaimCommand.One(((ItemReply)outcome.Reply!).Item.Item.Id, "7f3", null))
            )
        );
        return [.. granted.Select(outcome => ((GrantReply)outcome.Reply!).Lease.Lease)];
    }
}
