using ControlSurface.Core.Notes;
using ControlSurface.Live;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class One_moment_for_a_page : LiveHouse
{
    [Fact]
    public async Task What_is_read_from_board_and_picture_together_is_of_one_seq_while_others_commit()
    {
        var item = await Item("Ticket");
        var live = Services.GetRequiredService<LiveFanOut>();
        var stop = false;
        var committing = Task.Run(async () =>
        {
            for (var k = 0; !Volatile.Read(ref stop); k++)
                await Do(Priya, new NoteCommand.Add(item, $"Note {k}", "everyone", NoteKind.Note));
        });

        var seen = new List<(long Board, long Picture, bool IsSameRecord)>();
        while (seen.DistinctBy(one => one.Picture).Count() < 20)
            seen.Add(
                live.Read(
                    (board, picture) =>
                        (board.Seq, picture.Seq, ReferenceEquals(board.Find(item), picture.FindItem(item)))
                )
            );
        Volatile.Write(ref stop, true);
        await committing;

        Assert.All(seen, one => Assert.Equal((one.Board, true), (one.Picture, one.IsSameRecord)));
        Assert.Equal(live.BoardAt().Seq, Engine.Picture.Seq);
    }
}
