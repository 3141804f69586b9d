using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;

namespace Server.Tests.Access;

/// <summary>What holds of principals, keys and sign-in links wherever they are kept.</summary>
public abstract class AccessStoreContract : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Batches.T0);
    private readonly AccessStore _store;
    private readonly TemporaryFolder _temporary = new();

    private protected AccessStoreContract(Func<string, StoragePlace> placeOf)
    {
        Place = placeOf(DataFolder.Create(_temporary.Path));
        _store = Open();
    }

    private protected StoragePlace Place { get; }

    private protected FakeTimeProvider Clock => _clock;

    private protected AccessStore Store => _store;

    /// <summary>As another process opens it.</summary>
    private protected AccessStore Open() => AccessStore.Open(Place, _clock);

    [Fact]
    public void A_key_is_good_for_its_principal_with_roles_and_queues()
    {
        var ann = _store.AddPrincipal("Ann", PrincipalKind.Agent, Roles.Agent | Roles.Viewer, ["crm"]);
        var key = _store.AddKey(ann.Id, "laptop", ["crm"]);
        var verified = _store.Verify(key.Text)!;
        Assert.Equal(
            (1, "Ann", PrincipalKind.Agent, Roles.Agent | Roles.Viewer),
            (ann.Id.Number, ann.Name, ann.Kind, ann.Roles)
        );
        Assert.Equal(ann.Id, verified.Principal.Id);
        Assert.Equal(["crm"], verified.Principal.Queues!);
        Assert.Equal((ann.Id, key.Id), (verified.Caller.Id, verified.KeyId));
        Assert.Equal(["crm"], verified.Caller.KeyQueues!);
    }

    [Fact]
    public void A_key_has_the_published_form_and_its_check_finds_any_wrong_character()
    {
        var key = _store.AddKey(Ann().Id, "laptop").Text;
        Assert.Matches("^cs_agent_[0-9A-Za-z]{36}$", key);
        for (var k = 0; k < key.Length; k++)
        {
            var other = key[k] == 'x' ? 'y' : 'x';
            Assert.False(KeyText.IsWellFormed(key[..k] + other + key[(k + 1)..]));
        }
        Assert.True(KeyText.IsWellFormed(key));
        Assert.NotEqual(key, _store.AddKey(Ann().Id, "second").Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cs_agent_")]
    [InlineData("cs_robot_000000000000000000000000000000000000")]
    public void What_is_no_key_is_nobodys(string text) => Assert.Null(_store.Verify(text));

    [Fact]
    public void A_well_formed_key_that_was_never_given_is_nobodys() =>
        Assert.Null(_store.Verify(KeyText.Make(PrincipalKind.Agent)));

    [Fact]
    public void A_key_ends_when_it_is_revoked_at_its_time_or_with_its_principal()
    {
        var revoked = _store.AddKey(Ann().Id, "a");
        var expiring = _store.AddKey(Ann().Id, "b", expiresAt: Batches.T0.AddSeconds(60));
        var third = _store.AddKey(Ann().Id, "c");
        Assert.Equal("Ann", _store.RevokeKey(revoked.Id)!.Name);
        Assert.Null(_store.Verify(revoked.Text));
        _clock.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.NotNull(_store.Verify(expiring.Text));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_store.Verify(expiring.Text));
        Assert.NotNull(_store.Verify(third.Text));
        _store.SetState(Ann().Id, PrincipalState.Ended, "left");
        Assert.Null(_store.Verify(third.Text));
        Assert.Throws<AccessRefusedException>(() => _store.SetState(Ann().Id, PrincipalState.Active, null));
        Assert.Throws<AccessRefusedException>(() => _store.AddKey(Ann().Id, "d"));
        Assert.Null(_store.RevokeKey(99));
    }

    [Fact]
    public void Someone_paused_is_still_known_by_their_key()
    {
        var key = _store.AddKey(Ann().Id, "a");
        _store.SetState(Ann().Id, PrincipalState.Paused, "lunch");
        Assert.Equal(
            (PrincipalState.Paused, "lunch"),
            (_store.Verify(key.Text)!.Principal.State, _store.Verify(key.Text)!.Principal.Why)
        );
    }

    [Fact]
    public void Names_are_taken_once_and_show_nothing_that_hides()
    {
        Ann();
        Assert.Throws<AccessRefusedException>(() =>
            _store.AddPrincipal("Ann", PrincipalKind.Person, Roles.Viewer, null)
        );
        Assert.Throws<AccessRefusedException>(() =>
            _store.AddPrincipal("A\u202Enn", PrincipalKind.Person, Roles.Viewer, null)
        );
        Assert.Throws<AccessRefusedException>(() => _store.AddPrincipal(" ", PrincipalKind.Person, Roles.Viewer, null));
        Assert.Throws<AccessRefusedException>(() => _store.AddPrincipal("Bob", PrincipalKind.Person, Roles.None, null));
        Assert.Single(_store.Principals);
    }

    [Fact]
    public void A_change_tells_who_is_concerned_and_only_them()
    {
        var (ann, bob) = (Ann(), _store.AddPrincipal("Bob", PrincipalKind.Person, Roles.Support, null));
        var key = _store.AddKey(bob.Id, "a");
        var told = new List<string>();
        _store.Changed += (_, e) => told.AddRange(e.Changed.Select(p => p.Name));
        _store.RevokeKey(key.Id);
        Assert.Equal(["Bob"], told);
        _store.SetPrincipal(ann.Id, "Anna", Roles.Manager, ["ops"]);
        Assert.Equal(["Bob", "Anna"], told);
        Assert.Equal(Roles.Manager, _store.Find(ann.Id)!.Roles);
        _store.RevokeKey(key.Id);
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task What_another_process_changes_is_in_force_after_a_quarter_of_a_second()
    {
        var key = _store.AddKey(Ann().Id, "a");
        using var watch = new AccessWatch(() => [_store], () => { }, _clock, NullLogger<AccessWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        var told = new TaskCompletionSource<Principal>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Changed += (_, e) => told.TrySetResult(e.Changed.Single());
        using (var other = Open())
            other.SetState(Ann().Id, PrincipalState.Ended, "left");
        Assert.NotNull(_store.Verify(key.Text));
        while (!told.Task.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
        Assert.Equal(PrincipalState.Ended, (await told.Task).State);
        Assert.Null(_store.Verify(key.Text));
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void A_key_that_another_process_made_works_at_once()
    {
        using var other = Open();
        var bob = other.AddPrincipal("Bob", PrincipalKind.Agent, Roles.Agent, null);
        Assert.Equal("Bob", _store.Verify(other.AddKey(bob.Id, "a").Text)!.Principal.Name);
    }

    [Fact]
    public void When_a_key_was_last_used_is_written_down()
    {
        var key = _store.AddKey(Ann().Id, "a");
        Assert.Null(_store.Keys(Ann().Id).Single().LastUsedAt);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.Verify(key.Text);
        _store.WriteDownUses();
        using var other = Open();
        var view = other.Keys().Single();
        Assert.Equal(Batches.T0.AddSeconds(5), view.LastUsedAt);
        Assert.Equal((key.Text[..13], key.Text[^4..]), (view.Begins, view.Ends));
    }

    [Fact]
    public async Task What_is_tended_besides_ends_no_watch_whatever_it_throws()
    {
        var tended = 0;
        using var watch = new AccessWatch(
            () => [_store],
            () =>
            {
                tended++;
                throw new FormatException("no word");
            },
            _clock,
            NullLogger<AccessWatch>.Instance
        );
        await watch.StartAsync(CancellationToken.None);
        for (var k = 0; k < 10_000 && Volatile.Read(ref tended) < 3; k++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
        Assert.False(watch.ExecuteTask!.IsFaulted);
        Assert.True(tended >= 3);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void A_sign_in_link_works_once_and_for_a_quarter_of_an_hour()
    {
        var ann = Ann();
        var link = Secret(_store.MakeSignInLink(ann.Id));
        Assert.Equal(ann.Id, _store.UseSignInLink(link)!.Id);
        Assert.Null(_store.UseSignInLink(link));
        var late = Secret(_store.MakeSignInLink(ann.Id));
        _clock.Advance(AccessStore.LinkLife);
        Assert.Null(_store.UseSignInLink(late));
        Assert.Null(_store.UseSignInLink("0000"));
        var first = _store.UseSignInLink(Secret(_store.MakeSignInLink(principal: null)))!;
        Assert.Equal((PrincipalKind.Person, Roles.Admin, "Admin"), (first.Kind, first.Roles, first.Name));
    }

    [Fact]
    public void A_link_of_someone_who_ended_meanwhile_signs_nobody_in()
    {
        var link = Secret(_store.MakeSignInLink(Ann().Id));
        _store.SetState(Ann().Id, PrincipalState.Ended, null);
        Assert.Null(_store.UseSignInLink(link));
        Assert.Throws<AccessRefusedException>(() => _store.MakeSignInLink(Ann().Id));
    }

    public void Dispose()
    {
        _store.Dispose();
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Principal Ann() =>
        _store.Find("Ann") ?? _store.AddPrincipal("Ann", PrincipalKind.Agent, Roles.Agent, null);

    private protected static string Secret(string path) => path.Split('=')[1];
}
