using System.Data.Common;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;
using ControlSurface.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;

namespace Server.Tests.Access;

/// <summary>The disk or the database fails while principals, keys and sessions are written: nobody is told what is not so.</summary>
public sealed class Changes_of_access_while_the_store_fails : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private FailingHome _home = null!;
    private AccessStore _store = null!;
    private Engine _engine = null!;
    private PrincipalSync _sync = null!;
    private Principal _admin = null!;

    public async Task InitializeAsync()
    {
        _home = new FailingHome(new FolderHome(DataFolder.Create(_temporary.Path)));
        _store = AccessStore.Open(_home, _clock);
        _engine = Engine.Open(new InMemoryJournal(), _clock);
        _sync = new PrincipalSync(_store, _engine, NullLogger<PrincipalSync>.Instance);
        _admin = _store.AddPrincipal("Ada", PrincipalKind.Person, Roles.Admin, queues: null);
        Assert.True(await _sync.EnsureAsync(_admin));
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    public void Dispose()
    {
        _sync.Dispose();
        _store.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task A_change_that_the_database_said_nothing_of_is_answered_as_unknown()
    {
        var key = _store.AddKey(_admin.Id, "laptop");
        _home.AfterChange = () => throw new OutcomeUnknownException("The answer was lost.");
        var (outcome, _) = await RevokeAsync(key.Id);
        Assert.Equal("outcome_unknown", outcome.Refusal!.Code);
        // It was written: this process learns of it by itself.
        _home.AfterChange = null;
        Assert.NotNull(_store.Verify(key.Text));
        _store.LookForChanges();
        Assert.Null(_store.Verify(key.Text));
    }

    [Fact]
    public async Task A_revocation_that_cannot_be_read_back_is_answered_as_unknown_and_holds_from_the_next_look_on()
    {
        var key = _store.AddKey(_admin.Id, "laptop");
        _home.BeforeRead = () => throw new LostException();
        var (outcome, _) = await RevokeAsync(key.Id);
        Assert.Equal("outcome_unknown", outcome.Refusal!.Code);
        Assert.Throws<LostException>(() => _store.LookForChanges());
        _home.BeforeRead = null;
        Assert.True(_store.LookForChanges());
        Assert.Null(_store.Verify(key.Text));
    }

    [Fact]
    public async Task A_change_that_was_refused_changed_nothing_and_says_so()
    {
        var key = _store.AddKey(_admin.Id, "laptop");
        _home.BeforeChange = () => throw new LostException();
        var (outcome, _) = await RevokeAsync(key.Id);
        Assert.Equal("unavailable", outcome.Refusal!.Code);
        _store.LookForChanges();
        Assert.NotNull(_store.Verify(key.Text));
    }

    [Fact]
    public async Task A_session_that_was_ended_is_told_as_ended_where_only_the_note_of_it_could_not_be_written()
    {
        var (session, secret) = _store.BeginSession(_admin.Id, new SignInProof("link"));
        Assert.True(await _sync.TellSessionsAsync());
        _home.BeforeWrite = () => throw new LostException();
        var (outcome, _) = await ApplyAsync(new PrincipalCommand.EndSession(_admin.Id, session.Number, IsOwn: false));
        Assert.Null(outcome.Refusal);
        Assert.Null(_store.UseSession(secret));
    }

    private Task<(Outcome Outcome, string? Key)> RevokeAsync(int key) =>
        ApplyAsync(new PrincipalCommand.RevokeKey(_admin.Id, key, IsRevoked: false));

    private Task<(Outcome Outcome, string? Key)> ApplyAsync(PrincipalCommand command) =>
        new AccessChanges(_store, _sync, _engine, _clock).ApplyAsync(
            new Request(command, new Caller(_admin.Id)),
            credential: null
        );

    private sealed class LostException() : DbException("The disk does not answer.");

    /// <summary>A home whose tables do what a test says, before or after they do their own work.</summary>
    private sealed class FailingHome(FolderHome home) : IWorkspaceHome
    {
        internal Action? BeforeRead { get; set; }
        internal Action? BeforeWrite { get; set; }
        internal Action? BeforeChange { get; set; }
        internal Action? AfterChange { get; set; }

        public string Mend => home.Mend;
        public ISecrets Secrets => home.Secrets;
        public bool WasOpened => home.WasOpened;

        public string Where(KnownDatabase database) => home.Where(database);

        public ITables Open(KnownDatabase database) => new FailingTables(this, home.Open(database));

        public ITables? Examine(KnownDatabase database) => home.Examine(database);

        public ISecrets ExamineSecrets() => home.ExamineSecrets();

        public HomeContent Read(IReadOnlyList<KnownDatabase> databases) => home.Read(databases);

        public bool WasAtWork(long asOf) => home.WasAtWork(asOf);

        public void MarkIdle() => home.MarkIdle();

        public void MarkOpen() => home.MarkOpen();

        private sealed class FailingTables(FailingHome home, ITables tables) : ITables
        {
            public string Where => tables.Where;

            public long Version(long asOf) => tables.Version(asOf);

            public T Read<T>(Func<TableStatements, T> read, bool isTogether = false)
            {
                home.BeforeRead?.Invoke();
                return tables.Read(read, isTogether);
            }

            public T Write<T>(Func<TableStatements, T> write)
            {
                home.BeforeWrite?.Invoke();
                return tables.Write(write);
            }

            public T Change<T>(Func<TableChange, T> change)
            {
                home.BeforeChange?.Invoke();
                var result = tables.Change(change);
                home.AfterChange?.Invoke();
                return result;
            }

            public void Dispose() => tables.Dispose();
        }
    }
}
