using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;

namespace Server.Tests.LongLife;

/// <summary>
/// Nine days of work over a projector whose every window is three: the batches that may wait for it, and the events of one
/// transaction; with restarts of the whole and of it alone at any moment. What it then holds is what it makes of the whole journal in one go.
/// </summary>
public sealed class ProjectionLifeTests
{
    private static readonly DateTimeOffset T0 = new(2030, 1, 31, 9, 0, 0, TimeSpan.Zero);

    private static readonly ProjectionPace Small = new()
    {
        FeedCapacity = 3,
        MostAtOnce = 3,
        Round = TimeSpan.Zero,
        Patience = TimeSpan.FromMilliseconds(1),
    };

    [Fact]
    public async Task What_is_looked_up_is_what_the_whole_journal_says_with_the_smallest_of_windows()
    {
        var first = int.TryParse(
            Environment.GetEnvironmentVariable("SIMULATION_SEED"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : 1;
        for (var seed = first; seed < first + 3; seed++)
        {
            await using var life = new Life(seed);
            await life.LiveAsync();
            var lived = await life.TablesAsync();
            await life.ForgetAsync();
            var madeAgain = await life.TablesAsync();
            Assert.True(lived.Count > 100, $"SIMULATION_SEED={seed}: too little happened");
            Assert.True(
                lived.SequenceEqual(madeAgain),
                $"SIMULATION_SEED={seed}: {string.Join('\n', lived.Except(madeAgain).Select(l => "- " + l).Concat(madeAgain.Except(lived).Select(l => "+ " + l)))}"
            );
        }
    }

    private sealed class Life(int seed) : IAsyncDisposable
    {
        private static readonly PrincipalId Mona = new(1);
        private static readonly PrincipalId Ann = new(2);
        private readonly Random _random = new(seed);
        private readonly FakeTimeProvider _clock = new(T0);
        private readonly TemporaryFolder _temporary = new();
        private readonly List<ItemId> _items = [];
        private DataFolder _folder = null!; // set by OpenAsync before anything is done
        private IStorage _storage = null!; // the same
        private Engine _engine = null!; // the same
        private Projector _projector = null!; // the same

        internal async Task LiveAsync()
        {
            await OpenAsync();
            await SendAsync(
                Caller.System,
                new PrincipalCommand.Sync(Principal(Mona, PrincipalKind.Person, Roles.Manager))
            );
            await SendAsync(Caller.System, new PrincipalCommand.Sync(Principal(Ann, PrincipalKind.Agent, Roles.Agent)));
            foreach (var queue in (string[])["crm", "web"])
                await SendAsync(new Caller(Mona), new QueueCommand.Set(queue, new PolicyChange(), null));
            while (_clock.GetUtcNow() < T0.AddDays(9))
            {
                await StepAsync();
                _clock.Advance(TimeSpan.FromMinutes(_random.Next(1, 120)));
            }
        }

        /// <summary>All that is kept, but how much there was at an hour: that is looked at, and not counted.</summary>
        internal async Task<List<string>> TablesAsync()
        {
            Assert.True(
                await _projector.WaitForAsync(_engine.Picture.Seq, TimeSpan.FromSeconds(30), CancellationToken.None),
                $"SIMULATION_SEED={seed}: it does not follow"
            );
            using var connection = Database.Open(DataFolder.ProjectionFileIn(_temporary.Path), DatabaseAccess.ReadOnly);
            return
            [
                .. (
                    (string[])
                        [
                            "select 'document', kind, key, queue, title, external_id, text from documents order by kind, key",
                            $"select 'figure', queue, hour, measure, count, sum_ms from figures where measure < {(int)Measure.Queued} order by queue, hour, measure",
                            "select 'term', lease, queue, claimed_at, started_at, ended_at, longest_ms, most_quiet from terms order by lease",
                            "select 'happening', seq, at, what, queue from happenings order by seq",
                            "select 'review', review, queue, decided_at from reviews order by review",
                        ]
                ).SelectMany(sql =>
                    connection.Rows(
                        sql,
                        row => string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(k => $"{row.GetValue(k)}"))
                    )
                ),
            ];
        }

        /// <summary>The file is gone, as if somebody had deleted it.</summary>
        internal async Task ForgetAsync()
        {
            await StopProjectorAsync();
            foreach (var file in Directory.GetFiles(_temporary.Path, "projections.db*"))
                File.Delete(file);
            await StartProjectorAsync(new ProjectionPace());
        }

        private async Task StepAsync()
        {
            switch (_random.Next(12))
            {
                case 0:
                    await CloseAsync();
                    await OpenAsync();
                    break;
                case 1:
                    // Work goes on while nothing follows, and more than the window holds.
                    await StopProjectorAsync();
                    for (var k = 0; k < 8; k++)
                        await WorkAsync();
                    await StartProjectorAsync(Small);
                    break;
                case 2:
                    _clock.Advance(TimeSpan.FromHours(_random.Next(1, 20)));
                    await _engine.AskAsync(static (_, _) => true);
                    break;
                default:
                    // Several at once, so that it falls behind and reads the journal.
                    await Task.WhenAll(Enumerable.Range(0, _random.Next(1, 12)).Select(_ => WorkAsync()));
                    break;
            }
        }

        private async Task WorkAsync()
        {
            var (what, which) = (_random.Next(6), _random.Next(1, 50));
            if (what == 0 || _items.Count == 0)
            {
                var queue = which % 2 == 0 ? "crm" : "web";
                var created = await SendAsync(
                    new Caller(Mona),
                    new ItemCommand.Create(queue, $"Work {which}") { ExternalId = $"X-{which}" }
                );
                if (created.Reply is ItemReply { Created: true } reply)
                    _items.Add(reply.Item.Item.Id);
                return;
            }
            var item = _items[which % _items.Count];
            var lease = _engine.Picture.Read(at => at.FindItem(item)?.Lease);
            await SendAsync(
                new Caller(what == 5 ? Mona : Ann),
                (what, lease) switch
                {
                    (5, _) => new ItemCommand.Cancel(item, "No more."),
                    (_, null) => new ClaimCommand.One(item, $"r{which}", LeaseSeconds: null),
                    (1 or 2, _) => new LeaseCommand.Start(lease.Id, lease.Holder.Run, lease.Token),
                    (3, _) => new LeaseCommand.Renew(
                        lease.Id,
                        lease.Holder.Run,
                        lease.Token,
                        new ProgressNote("2 of 3", null)
                    ),
                    _ => new LeaseCommand.Complete(lease.Id, lease.Holder.Run, lease.Token, null, LeaveOpen: false),
                }
            );
        }

        private Task<Outcome> SendAsync(Caller by, Command command) => _engine.SendAsync(new Request(command, by));

        private static Principal Principal(PrincipalId id, PrincipalKind kind, Roles roles) =>
            new(id, id.Text, kind, roles, Queues: null, PrincipalState.Active);

        private async Task OpenAsync()
        {
            _folder = DataFolder.Open(_temporary.Path);
            _storage = Storages.Find("sqlite")!.Open(new StoragePlace(_folder.Path));
            _engine = Engine.Open(
                _storage.Journal,
                _clock,
                new EngineOptions
                {
                    SnapshotEvery = 3,
                    RecentKeys = 3,
                    ArchiveAfter = TimeSpan.FromSeconds(1),
                }
            );
            await StartProjectorAsync(Small);
        }

        private async Task StartProjectorAsync(ProjectionPace pace)
        {
            _projector = new Projector(
                _engine,
                _storage.Journal,
                _folder,
                _clock,
                NullLogger<Projector>.Instance,
                pace: pace
            );
            await _projector.StartAsync(CancellationToken.None);
        }

        private async Task StopProjectorAsync()
        {
            await _projector.StopAsync(CancellationToken.None);
            _projector.Dispose();
        }

        private async Task CloseAsync()
        {
            await StopProjectorAsync();
            await _engine.DisposeAsync();
            _storage.Dispose();
            _folder.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            await CloseAsync();
            _temporary.Dispose();
        }
    }
}
