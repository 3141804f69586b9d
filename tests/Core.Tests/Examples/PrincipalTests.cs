using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Who may call, with which keys, and who is away (API.md, People, keys and the outside).</summary>
public class PrincipalTests
{
    private static readonly PrincipalId New = new(99);

    private static Ask Add(string name, Roles roles = Roles.Agent) =>
        _ => new PrincipalCommand.Add(New, name, PrincipalKind.Agent, roles, null);

    private static Ask Rename(Principal who, string name) =>
        _ => new PrincipalCommand.Change(who.Id, new Optional<string>(IsSet: true, name), default, default);

    private static Ask SetRoles(Principal who, Roles roles) =>
        _ => new PrincipalCommand.Change(who.Id, default, new Optional<Roles>(IsSet: true, roles), default);

    private static Ask Key(Principal who, double expiresIn = 3600) =>
        story => new PrincipalCommand.IssueKey(who.Id, 6, "laptop", null, story.Now.AddSeconds(expiresIn));

    private static Ask Away(double? seconds, string? note = null) =>
        story => new PrincipalCommand.SetAbsence(seconds is { } s ? story.Now.AddSeconds(s) : null, note);

    [Fact]
    public void Only_an_admin_adds_and_changes_people_and_gives_them_keys()
    {
        var story = Story.Given();
        foreach (var other in All.Where(p => p.Id != Adam.Id))
        {
            story.When(other, Add("eve")).ThenRefused<Refusal.Forbidden>();
            story.When(other, Rename(Ann, "Anna")).ThenRefused<Refusal.Forbidden>();
            story.When(other, Key(Ann)).ThenRefused<Refusal.Forbidden>();
            story.When(other, _ => new PrincipalCommand.End(Ann.Id, "x")).ThenRefused<Refusal.Forbidden>();
        }
        story.When(Adam, Add("eve")).ThenHappened("principal.set");
        story.When(Adam, Rename(Ann, "Anna")).ThenHappened("principal.set");
        story.When(Adam, Rename(Ann, "Anna")).ThenNothingHappened();
        story.When(Adam, Key(Ann)).ThenHappened("principal.keyIssued");
        story
            .When(Adam, _ => new PrincipalCommand.RevokeKey(Ann.Id, 6, IsRevoked: false))
            .ThenHappened("principal.keyRevoked");
        story.When(Adam, _ => new PrincipalCommand.RevokeKey(Ann.Id, 6, IsRevoked: true)).ThenNothingHappened();
    }

    [Fact]
    public void Everybody_ends_their_own_sessions_and_an_admin_those_of_others()
    {
        var story = Story.Given();
        foreach (var other in All.Where(p => p.Id != Adam.Id))
        {
            story
                .When(other, _ => new PrincipalCommand.EndSession(other.Id, 3, IsOwn: true))
                .ThenHappened("session.ended");
            story
                .When(other, _ => new PrincipalCommand.EndSession(Adam.Id, 3, IsOwn: true))
                .ThenRefused<Refusal.NotFound>();
            story
                .When(other, _ => new PrincipalCommand.EndSession(Adam.Id, 3, IsOwn: false))
                .ThenRefused<Refusal.Forbidden>();
            story.When(other, _ => new PrincipalCommand.EndSessions(Adam.Id, [3])).ThenRefused<Refusal.Forbidden>();
        }
        story.When(Adam, _ => new PrincipalCommand.EndSession(Ann.Id, 3, IsOwn: false)).ThenHappened("session.ended");
        story.When(Adam, _ => new PrincipalCommand.EndSessions(Ann.Id, [])).ThenNothingHappened();
        story
            .When(Adam, _ => new PrincipalCommand.EndSession(Owner: null, 3, IsOwn: false))
            .ThenRefused<Refusal.NotFound>();
    }

    [Fact]
    public void A_name_is_one_persons_and_roles_and_times_have_bounds()
    {
        var story = Story.Given();
        story.When(Adam, Add(Bob.Name)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Add("")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Add("a\u202Eb")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Add("eve", Roles.None)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Rename(Ann, Bob.Name)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Key(Ann, expiresIn: 0)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new PrincipalCommand.End(New, "x")).ThenRefused<Refusal.NotFound>();
        story.When(Adam, _ => new PrincipalCommand.Pause(Ann.Id, " ")).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void The_last_admin_stays_one()
    {
        var story = Story.Given();
        story.When(Adam, SetRoles(Adam, Roles.Viewer)).ThenRefused<Refusal.InvalidRequest>();
        // Nobody shuts the door behind themselves.
        story.When(Mona, _ => new PrincipalCommand.Pause(Mona.Id, "x")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new PrincipalCommand.End(Adam.Id, "x")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, _ => new PrincipalCommand.Pause(Adam.Id, "x")).ThenRefused<Refusal.InvalidRequest>();
        story.Does(Adam, SetRoles(Mona, Roles.Admin));
        story.When(Adam, SetRoles(Adam, Roles.Viewer)).ThenHappened("principal.set");
    }

    [Fact]
    public void A_manager_pauses_and_resumes_everybody_but_an_admin()
    {
        var story = Story.Given();
        story.When(Mona, _ => new PrincipalCommand.Pause(Adam.Id, "coup")).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, _ => new PrincipalCommand.Pause(Bob.Id, "it loops")).ThenHappened("principal.set");
        story.AnItem();
        story.When(Bob, Claim(1)).ThenRefused<Refusal.Paused>();
        story.When(Mona, _ => new PrincipalCommand.Resume(Bob.Id)).ThenHappened("principal.set");
        story.When(Bob, Claim(1)).ThenHappened("lease.claimed");
    }

    [Fact]
    public void Whoever_is_ended_holds_nothing_from_the_same_write_on_and_does_not_come_back()
    {
        var story = Story.Given().AnItem().Does(Bob, Claim(1));
        story
            .When(Adam, _ => new PrincipalCommand.End(Bob.Id, "left the team"))
            .ThenHappened("principal.set", "lease.principalEnded");
        story.When(Adam, _ => new PrincipalCommand.End(Bob.Id, "again")).ThenNothingHappened();
        story.When(Adam, _ => new PrincipalCommand.Resume(Bob.Id)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Adam, Key(Bob)).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void An_absence_ends_when_it_is_over_or_when_they_say_so()
    {
        var story = Story.Given();
        story.When(Rita, Away(0)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Rita, Away(400 * 86_400.0)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Rita, Away(600, "lunch"), at: 10).ThenHappened("principal.left");
        Assert.Equal("lunch", story.At.FindAbsence(Rita.Id)!.Note);
        story.Until(609.9);
        Assert.NotNull(story.At.FindAbsence(Rita.Id));
        story.Until(610);
        Assert.Null(story.At.FindAbsence(Rita.Id));
        story.When(Rita, Away(null), at: 620).ThenNothingHappened();
        story.Does(Rita, Away(600), at: 630);
        story.When(Rita, Away(null), at: 640).ThenHappened("principal.cameBack");
    }
}
