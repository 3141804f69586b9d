using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;

namespace Server.Tests.Storage;

/// <summary>A file that a move held, and a mark that somebody changed.</summary>
public sealed class SqliteFenceTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public SqliteFenceTests()
    {
        DataFolder.Create(_temporary.Path);
        using var storage = SqliteStorage.Open(_temporary.Path);
        storage.Journal.Append(Batches.Of(0, Batches.Created(1)));
        storage.Journal.MarkUp(Batches.T0);
    }

    public void Dispose() => _temporary.Dispose();

    private string JournalFile => DataFolder.JournalFileIn(_temporary.Path);

    [Theory]
    [InlineData("batches")]
    [InlineData("marks")]
    public void A_hold_that_was_ended_half_way_is_ended_by_the_next_start(string ended)
    {
        SqliteFence.Set(JournalFile);
        _temporary.Tamper($"drop trigger moving_{ended}");

        using (var storage = SqliteStorage.Open(_temporary.Path))
        {
            storage.Journal.Append(Batches.Of(1, Batches.Created(2)));
            storage.Journal.MarkUp(Batches.T0.AddSeconds(1));
        }

        Assert.False(SqliteFence.IsSet(JournalFile));
    }

    [Theory]
    [InlineData("soon 1 00")]
    [InlineData("1 one 00")]
    [InlineData("1 1")]
    [InlineData("9223372036854775807 1 00")]
    public void A_mark_that_cannot_be_read_stops_the_start_with_a_sentence(string mark)
    {
        _temporary.Tamper($"update marks set value = '{mark}' where name = 'up'");
        var no = Assert.Throws<JournalCorruptException>(() => SqliteStorage.Open(_temporary.Path));
        Assert.Contains($"cannot be read: {mark}.", no.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_is_read_as_it_was_written()
    {
        var mark = new UpMark(-1, 7, "00ff");
        Assert.Equal(mark, UpMark.Parse(mark.Text));
        Assert.Null(UpMark.Parse(""));
    }
}
