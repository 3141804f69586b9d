using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;
using ControlSurface.Storage.Tables;
using Npgsql;
using Server.Tests.Storage;

namespace Server.Tests.Access;

/// <summary>Who may call, in a real PostgreSQL that several processes share.</summary>
public sealed class PostgresAccessStoreTests() : AccessStoreContract(NewPlace)
{
    // One database for all: each test's workspace has an id of its own in it.
    private static readonly Lazy<string> Shared = new(() => PostgresServer.Shared.NewDatabase());

    // Its sources are its own, as another process's are.
    private StoragePlace Beside => new(Place.Folder, Place.Connection + ";Application Name=another process");

    [Fact]
    public async Task Of_two_processes_that_add_at_the_same_time_each_gets_numbers_of_its_own()
    {
        using var other = AccessStore.Open(Beside, Clock);
        await Task.WhenAll(
            Task.Run(() => AddTen(Store, "here")),
            Task.Run(() => AddTen(Store, "also here")),
            Task.Run(() => AddTen(other, "there"))
        );
        Assert.True(Store.LookForChanges() || Store.Principals.Count == 30);
        other.LookForChanges();
        foreach (var store in (AccessStore[])[Store, other])
        {
            Assert.Equal(Enumerable.Range(1, 30), store.Principals.Select(p => p.Id.Number));
            Assert.Equal(Enumerable.Range(1, 30), store.Keys().Select(k => k.Id).Order());
        }

        static void AddTen(AccessStore store, string name)
        {
            for (var k = 0; k < 10; k++)
                store.AddKey(store.AddPrincipal($"{name} {k}", PrincipalKind.Agent, Roles.Agent, null).Id, "key");
        }
    }

    [Fact]
    public void A_name_that_another_process_took_a_moment_ago_is_taken()
    {
        using var other = AccessStore.Open(Beside, Clock);
        other.AddPrincipal("Bob", PrincipalKind.Person, Roles.Viewer, null);
        Assert.Null(Store.Find("Bob"));
        Assert.Throws<AccessRefusedException>(() => Store.AddPrincipal("Bob", PrincipalKind.Agent, Roles.Agent, null));
    }

    [Fact]
    public void What_one_process_ends_is_ended_in_another_at_its_next_look_and_a_look_at_nothing_says_so()
    {
        var key = Store.AddKey(Ann().Id, "a");
        using var other = AccessStore.Open(Beside, Clock);
        Assert.NotNull(other.Verify(key.Text));
        Assert.False(other.LookForChanges());
        Store.RevokeKey(key.Id);
        Assert.True(other.LookForChanges());
        Assert.Null(other.Verify(key.Text));
    }

    [Fact]
    public void A_session_that_one_process_uses_does_not_run_out_in_another()
    {
        var (session, secret) = Store.BeginSession(Ann().Id, new SignInProof("link"));
        using var other = AccessStore.Open(Beside, Clock);
        Clock.Advance(other.SessionIdle - TimeSpan.FromMinutes(1));
        Store.UseSession(secret);
        Store.WriteDownUses();
        Clock.Advance(TimeSpan.FromMinutes(2));
        // It has not looked yet, and takes the session for unused.
        other.EndExpiredSessions();
        Assert.Equal(session.Number, Assert.Single(Store.Sessions()).Number);
        Assert.NotNull(other.UseSession(secret));
        Clock.Advance(other.SessionIdle + TimeSpan.FromMinutes(1));
        other.EndExpiredSessions();
        Store.LookForChanges();
        Assert.Null(Store.UseSession(secret));
    }

    [Fact]
    public void A_workspace_has_no_rows_of_another_and_each_begins_at_one()
    {
        Ann();
        using var another = AccessStore.Open(NewPlace(Path.Combine(Place.Folder, "another")), Clock);
        Assert.Empty(another.Principals);
        Assert.Equal(1, another.AddPrincipal("Ann", PrincipalKind.Person, Roles.Admin, null).Id.Number);
        Assert.False(Store.HasAdmin);
        another.SetState(another.Find("Ann")!.Id, PrincipalState.Ended, "left");
        Store.LookForChanges();
        Assert.Equal(PrincipalState.Active, Store.Find("Ann")!.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_change_whose_answer_never_came_is_made_once(bool isCommitted)
    {
        Ann();
        var sources = PostgresStorage.SourcesOf(Place);
        var tables = new PostgresTables(sources, StorageMark.Read(Place.Folder)!.Id!.Value, "access");
        var tries = 0;
        tables.OnCommit = transaction =>
        {
            if (tries++ > 0)
            {
                transaction.Commit();
                return;
            }
            var session = transaction.Connection!.ProcessID;
            if (isCommitted)
                transaction.Commit();
            PostgresServer.Scalar(Place.Connection!, $"select pg_terminate_backend({session}, 5000)");
            if (!isCommitted)
                transaction.Commit();
            throw new NpgsqlException("The answer was lost.", new IOException());
        };
        var added = tables.Change(rows =>
        {
            var row = new PrincipalRow
            {
                Id = rows.NextNumber(AccessTables.Principals),
                Name = "Bob",
                Kind = "agent",
                Roles = "agent",
                State = "active",
            };
            rows.Rows<PrincipalRow>().Add(row);
            return row;
        });
        Store.LookForChanges();
        Assert.Equal(isCommitted ? 1 : 2, tries);
        Assert.Equal(2, added.Id);
        Assert.Equal(["Ann", "Bob"], Store.Principals.Select(p => p.Name));
    }

    [Fact]
    public void A_text_may_hold_any_character_that_json_may()
    {
        Store.SetState(Ann().Id, PrincipalState.Paused, "lunch\0 ½ 字 😀");
        using var other = AccessStore.Open(Beside, Clock);
        Assert.Equal("lunch\uFFFD ½ 字 😀", other.Find("Ann")!.Why);
    }

    [Fact]
    public void What_the_folder_keeps_in_a_file_is_taken_in_once_with_every_number_that_was_given()
    {
        var folder = Path.Combine(Place.Folder, "before");
        Directory.CreateDirectory(folder);
        string text;
        using (var before = AccessStore.Open(new StoragePlace(folder), Clock))
        {
            var bob = before.AddPrincipal("Bob", PrincipalKind.Person, Roles.Admin, null);
            text = before.AddKey(bob.Id, "laptop").Text;
            before.BeginSession(bob.Id, new SignInProof("link"));
            before.EndSession(1, of: null, by: null);
            // Sessions that ended long ago go; their numbers are not given again.
            Clock.Advance(TimeSpan.FromDays(31));
            before.EndSession(before.BeginSession(bob.Id, new SignInProof("link")).Session.Number, null, null);
            Clock.Advance(TimeSpan.FromDays(31));
        }
        using var late = Database.Open(DataFolder.AccessFileIn(folder), DatabaseAccess.ReadWrite);

        var place = NewPlace(folder);
        for (var k = 0; k < 2; k++)
        {
            using var now = AccessStore.Open(place, Clock);
            Assert.Equal("Bob", now.Verify(text)!.Principal.Name);
            Assert.Equal(2 + k, now.AddPrincipal($"Sue {k}", PrincipalKind.Person, Roles.Viewer, null).Id.Number);
            Assert.Equal(3 + k, now.BeginSession(new PrincipalId(1), new SignInProof("link")).Session.Number);
        }

        Assert.False(File.Exists(DataFolder.AccessFileIn(folder)));
        Assert.True(File.Exists(DataFolder.AccessFileIn(folder) + ".moved"));
        // A command that had the file open is told, and loses nothing.
        Assert.ThrowsAny<System.Data.Common.DbException>(() =>
            late.Execute(
                "insert into principals (name, kind, roles, state, created_at) values ('Late', 'agent', 'agent', 'active', 0)"
            )
        );
    }

    private static StoragePlace NewPlace(string folder)
    {
        Directory.CreateDirectory(folder);
        var place = new StoragePlace(folder, Shared.Value);
        var sources = PostgresStorage.SourcesOf(place);
        PostgresStorage.Prepare(sources);
        StorageMark.Write(folder, new StorageMark(PostgresStorage.Word, PostgresStorage.NewWorkspace(sources.Tables)));
        return place;
    }
}
