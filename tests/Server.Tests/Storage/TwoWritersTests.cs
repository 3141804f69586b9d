using System.Collections;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;

namespace Server.Tests.Storage;

/// <summary>
/// Two writers that each believe: the old one knows where the journal ends, stands still, and wakes up once another one has opened the
/// workspace. <c>tests/cluster.sh</c> plays 10,000 rounds.
/// </summary>
public sealed class TwoWritersTests
{
    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("FORK_ROUNDS"),
        CultureInfo.InvariantCulture,
        out var rounds
    )
        ? rounds
        : 300;

    [Fact]
    public void Nothing_is_written_by_one_that_woke_up_between_its_read_and_its_append()
    {
        var sources = PostgresStorage.SourcesOf(new StoragePlace("", PostgresServer.Shared.NewDatabase()));
        PostgresStorage.Prepare(sources);
        var workspace = PostgresStorage.NewWorkspace(sources.Reads);
        var (seq, refused) = (0L, 0);
        var believes = PostgresJournal.Open(sources, workspace);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                PostgresJournal? next = null;
                var late = Batches.Renewals(seq, 1 + (round % 3)) with
                {
                    // Looked through once the write is made ready, and not sent yet.
                    Contents = new Waking(() =>
                    {
                        next = PostgresJournal.Open(sources, workspace);
                        // Every fourth only opens: the end is where the old one left it.
                        var written = round % 4;
                        if (written > 0)
                            next.Append(Batches.Renewals(seq, written));
                        seq += written;
                    }),
                };
                Assert.Throws<JournalFencedException>(() => believes.Append(late));
                refused++;
                // It has lost the workspace for good, also where it would write nothing but that it lives.
                Assert.Throws<JournalOutcomeUnknownException>(() => believes.MarkUp(Batches.T0));
                believes.Dispose();
                believes = next!;
            }
            Assert.Equal(Rounds, refused);
            // Read with the chain of hashes: one history, and each acknowledged event in it once.
            Assert.Equal(Enumerable.Range(1, (int)seq).Select(k => (long)k), believes.ReadAfter(0).Select(r => r.Seq));
        }
        finally
        {
            believes.Dispose();
        }
    }

    [Fact]
    public async Task Of_many_that_write_at_once_each_event_is_the_work_of_one()
    {
        var sources = PostgresStorage.SourcesOf(new StoragePlace("", PostgresServer.Shared.NewDatabase()));
        PostgresStorage.Prepare(sources);
        var workspace = PostgresStorage.NewWorkspace(sources.Reads);
        var written = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Fight(sources, workspace, Rounds / 4)))
        );
        using var last = PostgresJournal.Open(sources, workspace);
        Assert.Equal(written.SelectMany(seqs => seqs).Order(), last.ReadAfter(0).Select(r => r.Seq));
        Assert.Equal(Enumerable.Range(1, (int)last.LastSeq).Select(k => (long)k), last.ReadAfter(0).Select(r => r.Seq));
    }

    // Opens and writes until another one has opened, again and again.
    private static List<long> Fight(PostgresSources sources, Guid workspace, int rounds)
    {
        var written = new List<long>();
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                using var own = PostgresJournal.Open(sources, workspace);
                for (var k = 0; k < 3; k++)
                {
                    var (seq, count) = (own.LastSeq, 1 + (k % 2));
                    own.Append(Batches.Renewals(seq, count));
                    written.AddRange(Enumerable.Range(1, count).Select(step => seq + step));
                }
            }
            catch (Exception lost) when (lost is JournalFencedException or DataFolderException)
            {
                // Another one has opened it, or did so at the same time.
            }
        }
        return written;
    }

    // A list of nothing that does something when it is looked through.
    private sealed class Waking(Action wakes) : IReadOnlyList<KeptContent>
    {
        public int Count => 0;

        public KeptContent this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<KeptContent> GetEnumerator()
        {
            wakes();
            return Enumerable.Empty<KeptContent>().GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
