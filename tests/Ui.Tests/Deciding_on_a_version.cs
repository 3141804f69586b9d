using Bunit;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class Deciding_on_a_version : ReviewHouse
{
    [Fact]
    public async Task The_page_names_what_is_read_and_what_approving_it_would_do()
    {
        var piece = await Asked(action: "send:88190");

        var page = Open(piece);

        var hash = Current(piece).ContentHash;
        var panel = page.Find("[data-decide]");
        Assert.Equal(("1", hash), (panel.GetAttribute("data-version"), panel.GetAttribute("data-content-hash")));
        Assert.Contains(
            $"v1 by reply-agent run 7ef, {hash[7..11]}…{hash[^4..]}",
            Read(page.Find(".meta")),
            StringComparison.Ordinal
        );
        Assert.Contains("we credit one day.", page.Find(".diff").TextContent, StringComparison.Ordinal);
        var action = Read(page.Find("[data-action='send:88190']"));
        Assert.Contains("Send reply", action, StringComparison.Ordinal);
        Assert.Contains("helpdesk:ticket/88190", action, StringComparison.Ordinal);
        Assert.Contains("Would go through now", action, StringComparison.Ordinal);
        Assert.Contains(
            "reply-agent run 7ef goes on",
            page.Find(".consequences").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains("0 of 1 approval needed", page.Find(".side").TextContent, StringComparison.Ordinal);
        Assert.Contains(
            "May decide: you, Priya Nair, Tomas Okafor.",
            Read(page.Find(".eligible")),
            StringComparison.Ordinal
        );
        Assert.Equal(["approve", "request_changes", "reject", "ask"], Decisions(page));
    }

    [Fact]
    public async Task Approving_lets_exactly_the_shown_action_begin()
    {
        var piece = await Asked(action: "send:88190");
        var page = Open(piece);
        await page.Find("[data-comment]").InputAsync("Amount is right.");

        await page.Find("[data-do=approve]").ClickAsync();

        var approval = Assert.Single(Artifact(piece).Approvals);
        Assert.Equal(
            (Rita, Current(piece).ContentHash, "Amount is right."),
            (approval.By, approval.ContentHash, approval.Comment)
        );
        Assert.Equal("send:88190", Assert.Single(approval.Covers).Action);
        Assert.Equal("valid", page.Find(".page").GetAttribute("data-state"));
        Assert.Contains("You approved v1", Read(page.Find("[data-notice=approved]")), StringComparison.Ordinal);
        Assert.DoesNotContain("approve", Decisions(page));
        Assert.Equal("", page.Find("[data-comment]").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task A_newer_version_is_said_at_once_and_takes_the_decision_but_not_the_text_or_the_comment()
    {
        var piece = await Asked(action: "send:88190");
        var page = Open(piece);
        await page.Find("[data-comment]").InputAsync("Please keep the line about the invoice.");

        await Publish(piece, "Dear Mr Haverkamp,\nwe credit three days.\n", "shorter closing line");

        page.WaitForAssertion(() => Assert.Empty(Decisions(page)));
        Assert.Equal("newer", page.Find(".page").GetAttribute("data-state"));
        var notice = page.Find("[role=status] [data-notice=newer]");
        Assert.Contains("v2 arrived while you were reading v1", Read(notice), StringComparison.Ordinal);
        Assert.Contains(
            "reply-agent run 7ef published it: “shorter closing line”.",
            Read(notice),
            StringComparison.Ordinal
        );
        Assert.Equal($"artifacts/{piece.Id}?v=2", notice.QuerySelector("[data-do=open_newer]")!.GetAttribute("href"));
        Assert.Contains("we credit one day.", page.Find(".diff").TextContent, StringComparison.Ordinal);
        Assert.Equal("Please keep the line about the invoice.", page.Find("[data-comment]").GetAttribute("value"));
        Assert.Contains(
            "open it to decide",
            page.Find("[data-decide]").GetAttribute("data-why")!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not any more: v2 is current",
            Read(page.Find("[data-action='send:88190']")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Once_it_has_been_opened_the_newer_version_can_be_decided_on()
    {
        var piece = await Asked();
        Open(piece);
        await Publish(piece, "Dear Mr Haverkamp,\nwe credit three days.\n");

        var page = Open(piece, version: 2);

        Assert.Contains("approve", Decisions(page));
        Assert.Equal("2", page.Find("[data-decide]").GetAttribute("data-version"));
    }

    [Fact]
    public async Task An_approval_that_fell_says_by_what_by_whom_when_and_shows_what_changed_since()
    {
        var piece = await Asked(action: "send:88190");
        await Decide(Rita, piece);
        var page = Open(piece);
        Assert.Equal("valid", page.Find(".page").GetAttribute("data-state"));
        Clock.Advance(TimeSpan.FromMinutes(4));
        await Resume(piece);

        await Publish(piece, "Dear Mr Haverkamp,\nwe credit three days.\n", "router rental");

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-notice=fallen]")));
        var fallen = Read(page.Find("[data-notice=fallen]"));
        Assert.Contains("Your approval of v1 was invalidated by v2", fallen, StringComparison.Ordinal);
        Assert.Contains(
            "You approved v1 at 21:05:12 UTC on 24 Nov 2026. At 21:09:12 UTC on 24 Nov 2026 reply-agent run 7ef published v2: “router rental”.",
            fallen,
            StringComparison.Ordinal
        );
        Assert.Contains("Nothing began under your approval, and nothing can.", fallen, StringComparison.Ordinal);
        var conflict = Engine.Picture.Read(at => Assert.Single(at.OpenConflicts));
        Assert.Equal(
            [$"artifacts/{piece.Id}?v=2&from=1", $"conflicts/{conflict.Id}"],
            page.FindAll("[data-notice=fallen] a").Select(a => a.GetAttribute("href"))
        );
        Assert.Empty(page.FindAll("[data-notice=conflict]"));
        Assert.Equal("invalidated", page.Find("[data-approval]").GetAttribute("data-state"));

        var newer = Open(piece, version: 2);
        Assert.Equal("invalidated", newer.Find(".page").GetAttribute("data-state"));
        Assert.Contains("v1, approved by you", Read(newer.Find(".reading-bar")), StringComparison.Ordinal);
        Assert.Contains("three", newer.Find(".diff ins").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approve", "Tomas Okafor approved v1 at 21:05:12 UTC")]
    [InlineData("request_changes", "Tomas Okafor requested changes at 21:05:12 UTC")]
    [InlineData("reject", "Tomas Okafor rejected it at 21:05:12 UTC")]
    public async Task When_somebody_decided_first_the_page_says_who_and_what(string decision, string words)
    {
        var piece = await Asked();
        var page = Open(piece);
        await page.Find("[data-comment]").InputAsync("I was about to");

        await Decide(Tomas, piece, decision, "The fee is missing.");

        page.WaitForAssertion(() => Assert.Contains(words, Read(page.Find(".notices")), StringComparison.Ordinal));
        Assert.Contains("“The fee is missing.”", Read(page.Find(".notices")), StringComparison.Ordinal);
        Assert.Equal(decision != "approve", Decisions(page).Contains("approve"));
        Assert.Equal("I was about to", page.Find("[data-comment]").GetAttribute("value"));
    }

    [Fact]
    public async Task What_is_sent_back_needs_a_word_and_wakes_the_holder_with_it()
    {
        var piece = await Asked();
        var page = Open(piece);

        await page.Find("[data-do=request_changes]").ClickAsync();
        Assert.Contains(
            "Write in the comment",
            Read(page.Find("[data-decide] [role=alert]")),
            StringComparison.Ordinal
        );
        Assert.Empty(Artifact(piece).Verdicts);
        await page.Find("[data-comment]").InputAsync("Name the amount.");
        await page.Find("[data-do=request_changes]").ClickAsync();

        Assert.Equal(
            ("request_changes", "Name the amount."),
            (WireNames.Of(Artifact(piece).Verdicts[0].Decision), Artifact(piece).Verdicts[0].Comment)
        );
        Assert.Equal("changes_requested", page.Find(".page").GetAttribute("data-state"));
        var item = Engine.Picture.Read(at => at.FindItem(piece.Item)!);
        Assert.Contains(item.Notes, note => note.Text == "Name the amount.");
    }

    [Fact]
    public async Task Asking_keeps_the_review_open()
    {
        var piece = await Asked();
        var page = Open(piece);
        await page.Find("[data-comment]").InputAsync("Which rule is this?");

        await page.Find("[data-do=ask]").ClickAsync();

        Assert.NotNull(Artifact(piece).OpenReview);
        Assert.Contains("approve", Decisions(page));
    }

    [Fact]
    public async Task What_would_not_be_seen_has_to_be_looked_at_before_it_can_be_approved()
    {
        var piece = await Asked(text: "Pay to \u202eSmith\u202c\n");
        var page = Open(piece);
        Assert.True(page.Find("[data-do=approve]").HasAttribute("disabled"));
        Assert.Contains("Look first at what would not be seen", Read(page.Find(".gate")), StringComparison.Ordinal);
        Assert.False(page.Find("[data-do=request_changes]").HasAttribute("disabled"));

        await page.Find("[data-do=look_hidden]").ClickAsync();

        Assert.Contains("U+202E", page.Find(".hidden-note").TextContent, StringComparison.Ordinal);
        Assert.False(page.Find("[data-do=approve]").HasAttribute("disabled"));
        await page.Find("[data-do=approve]").ClickAsync();
        Assert.Equal("valid", State(piece));
    }

    [Fact]
    public async Task Contents_are_text_whatever_they_say()
    {
        var piece = await Asked(text: "<script>window.ran.push(1)</script><img src=x onerror=alert(1)>\n");

        var page = Open(piece);

        Assert.Contains(
            "<script>window.ran.push(1)</script>",
            page.Find(".diff .text").TextContent,
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll(".diff script, .diff img"));
    }

    [Fact]
    public async Task Whoever_made_it_reads_why_they_may_not_approve_in_place_of_the_button()
    {
        var item = await Item("Help page");
        var content = Content("one\n");
        var create = new ArtifactCommand.Create(
            "Help page",
            item,
            null,
            "text/plain",
            new Proposed(content.Hash, 4),
            [],
            null,
            null
        );
        var made = ((ArtifactReply)(await Do(Rita, create, content)).Reply!).Artifact.Artifact.Id;

        var page = Render<ArtifactPage>(p => p.Add(x => x.Id, made.Text));

        Assert.DoesNotContain("approve", Decisions(page));
        Assert.Contains(
            "You made a change since the last approved version. Priya Nair and Tomas Okafor may decide.",
            Read(page.Find(".why-not")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_viewer_reads_all_of_it_and_decides_on_nothing()
    {
        var piece = await Asked(action: "send:88190");
        Viewer = Vera;

        var page = Open(piece);

        Assert.Contains("we credit one day.", page.Find(".diff").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("[data-action='send:88190']"));
        Assert.Empty(page.FindAll("button[data-do]"));
    }

    [Fact]
    public async Task Two_are_needed_and_each_counts_once()
    {
        await Do(Priya, new QueueCommand.Set("replies", new PolicyChange { RequiredApprovals = 2 }, IfSeq: null));
        var piece = await Asked(action: "send:88190");
        var page = Open(piece);
        Assert.Contains(
            "After yours it still needs one more, by somebody else.",
            page.Find(".side").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "It may begin once the other approvals are given",
            Read(page.Find("[data-action='send:88190']")),
            StringComparison.Ordinal
        );

        await page.Find("[data-do=approve]").ClickAsync();

        Assert.Equal("partial", page.Find(".page").GetAttribute("data-state"));
        Assert.Contains(
            "1 of 2 are given; nothing begins before all are.",
            Read(page.Find(".notices")),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("approve", Decisions(page));
        await Decide(Tomas, piece);
        page.WaitForAssertion(() => Assert.Equal("valid", page.Find(".page").GetAttribute("data-state")));
    }

    [Fact]
    public async Task An_action_that_would_not_begin_says_why_and_blocks_nothing()
    {
        var first = await Asked(action: "send:1");
        await Decide(Rita, first);
        await Resume(first);
        var begun = (BeginReply)
            (await Do(Agent, new ActionCommand.Begin("send:1", "7ef", first.Lease.Token, "permit-1"))).Reply!;
        Assert.Equal(ControlSurface.Core.Applying.BeginResult.Go, begun.Begun.Outcome);
        await Do(Agent, new ActionCommand.Complete("send:1", "permit-1", "7ef", "{}", "18", null));
        var piece = await Made("Second reply");
        await Do(
            Agent,
            new ActionCommand.Prepare("send:2")
            {
                Kind = "send_reply",
                Target = "helpdesk:ticket/88190",
                Item = piece.Item,
                Artifact = piece.Id,
                Version = 1,
                ExpectedTargetVersion = "17",
                Summary = "Sends the reply to J. Haverkamp",
                Run = "7ef",
                Token = piece.Lease.Token,
            }
        );
        await Ask(piece);

        var page = Open(piece);

        var action = Read(page.Find("[data-action='send:2']"));
        Assert.Contains("expected at version 17; it is at 18", action, StringComparison.Ordinal);
        Assert.Contains("Would not go through:", action, StringComparison.Ordinal);
        Assert.Equal(
            "Whoever prepared it says: Sends the reply to J. Haverkamp",
            Read(page.Find("[data-action='send:2'] [data-claim]"))
        );
        Assert.Contains("Nothing would go through now.", page.Find(".none-goes").TextContent, StringComparison.Ordinal);
        Assert.Contains("approve", Decisions(page));
    }

    [Fact]
    public async Task Where_whoever_was_asked_is_away_it_says_until_when_and_goes_when_they_are_back()
    {
        var piece = await Asked(reviewers: [Tomas.Text]);
        await Do(Tomas, new PrincipalCommand.SetAbsence(Clock.GetUtcNow().AddHours(3), "dentist"));
        Viewer = Priya;
        var page = Open(piece);
        Assert.Contains(
            "is away, the first until",
            Read(page.Find("[data-notice=nobody_eligible]")),
            StringComparison.Ordinal
        );

        await Do(Tomas, new PrincipalCommand.SetAbsence(Until: null, Note: null));

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-notice=nobody_eligible]")));
    }

    [Fact]
    public async Task Where_nobody_may_decide_it_is_said_and_a_manager_overrides_with_a_reason()
    {
        await Do(
            Priya,
            new QueueCommand.Set("replies", new PolicyChange { SelfApproval = SelfApproval.Never }, IfSeq: null)
        );
        var piece = await Asked(reviewers: ["agent"]);
        Viewer = Priya;
        var page = Open(piece);
        Assert.Contains(
            "Nobody who was asked can decide now",
            Read(page.Find("[data-notice=nobody_eligible]")),
            StringComparison.Ordinal
        );

        await page.Find("[data-do=reassign]").ClickAsync();
        await page.Find("#reassign-to").InputAsync("tomas");
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".menu-popover .mud-list-item")));
        await page.Find(".menu-popover .mud-list-item").ClickAsync();
        await page.Find("dialog .why ~ textarea, dialog textarea").InputAsync("Agents may not decide.");
        await page.Find("[data-do='confirm:reassign']").ClickAsync();

        Assert.Empty(page.FindAll("[data-notice=nobody_eligible]"));
        Assert.Equal(Tomas, Artifact(piece).OpenReview!.Reviewers[0].Principal);
        Assert.Contains("Tomas Okafor", Read(page.Find("[data-review]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_override_is_recorded_with_its_reason()
    {
        await Do(
            Priya,
            new QueueCommand.Set("replies", new PolicyChange { SelfApproval = SelfApproval.Never }, IfSeq: null)
        );
        var piece = await Asked();
        foreach (var who in new[] { Rita, Tomas })
            await EditAs(who, piece, $"by {who}\n");
        await EditAs(Priya, piece, "by Priya\n");
        Viewer = Priya;
        var page = Open(piece);
        Assert.DoesNotContain("approve", Decisions(page));
        Assert.Contains("Nobody can decide on it", Read(page.Find(".eligible")), StringComparison.Ordinal);

        await page.Find("[data-do=override]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("All three of us corrected it.");
        await page.Find("[data-do='confirm:override']").ClickAsync();

        Assert.Equal("All three of us corrected it.", Artifact(piece).Approvals[^1].Override);
        Assert.Contains(
            "by override: All three of us corrected it.",
            Read(page.Find("[data-approval]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Where_an_approval_would_not_be_enough_and_nobody_is_left_the_override_stands_first()
    {
        await Do(Priya, new QueueCommand.Set("replies", new PolicyChange { RequiredApprovals = 4 }, IfSeq: null));
        var piece = await Asked();
        Viewer = Priya;
        var page = Open(piece);

        Assert.Equal("override", Decisions(page)[0]);
        Assert.Contains("ink", page.Find("[data-do=override]").ClassName, StringComparison.Ordinal);
        Assert.DoesNotContain("ink", page.Find("[data-do=approve]").ClassName, StringComparison.Ordinal);
        Assert.StartsWith(
            "Your approval alone would not be enough",
            Read(page.Find("[data-decide] .why-not")),
            StringComparison.Ordinal
        );
        await page.Find("[data-do=override]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("There are three of us.");
        await page.Find("[data-do='confirm:override']").ClickAsync();
        Assert.Equal("valid", State(piece));

        // Whoever may not override approves as before: theirs is counted.
        var other = await Asked("Another");
        Viewer = Rita;
        Assert.DoesNotContain("override", Decisions(Open(other)));
    }

    [Fact]
    public async Task An_approver_takes_it_back_with_a_reason()
    {
        var piece = await Asked();
        await Decide(Rita, piece);
        var page = Open(piece);

        await page.Find("[data-do=revoke]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("Wrong customer.");
        await page.Find("[data-do='confirm:revoke']").ClickAsync();

        Assert.Equal("revoked", State(piece));
        Assert.Equal("revoked", page.Find("[data-approval]").GetAttribute("data-state"));
        Assert.Contains("approve", Decisions(page));
    }

    [Fact]
    public async Task Who_takes_it_is_seen_by_the_others()
    {
        var piece = await Asked();
        var page = Open(piece);

        await Do(Tomas, new ReviewCommand.Take(Artifact(piece).OpenReview!.Id));

        page.WaitForAssertion(() =>
            Assert.Contains("Tomas Okafor has taken it.", Read(page.Find("[data-review]")), StringComparison.Ordinal)
        );
        await page.Find("[data-do=take_review]").ClickAsync();
        Assert.Contains("You took it.", Read(page.Find("[data-review]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_is_a_version_by_the_person_and_holds_the_agent_until_it_is_permitted()
    {
        var piece = await Asked();
        var page = Open(piece);
        await page.Find("[data-do=edit]").ClickAsync();
        Assert.Contains(
            $"reply-agent run 7ef holds {piece.Item}",
            Read(page.Find(".editor .note")),
            StringComparison.Ordinal
        );
        Assert.Equal("Dear Mr Haverkamp,\nwe credit one day.\n", page.Find("#edit-text").GetAttribute("value"));

        await page.Find("#edit-text").ChangeAsync("Dear Mr Haverkamp,\nwe credit two days.\n");
        await page.Find("#edit-note").InputAsync("two days");
        await page.Find("[data-do=save_version]").ClickAsync();

        var made = Current(piece);
        Assert.Equal((2, Rita, VersionKind.Edit, "two days"), (made.Number, made.By, made.Kind, made.Note));
        var edited = Open(piece, version: 2);
        Assert.Contains(
            "No agent may publish on it until a person permits it.",
            Read(edited.Find("[data-hold=permit]")),
            StringComparison.Ordinal
        );
        await edited.Find("[data-do=permit]").ClickAsync();
        Assert.Contains(
            "An agent may publish on it once: permitted by Rita Voss",
            Read(edited.Find("[data-hold=permit]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_small_correction_is_saved_and_approved_in_one_write()
    {
        var piece = await Asked(action: "send:88190");
        var page = Open(piece);
        await page.Find("[data-do=edit]").ClickAsync();
        await page.Find("#edit-text").ChangeAsync("Dear Mr Haverkamp,\nwe credit two days.\n");

        await page.Find("[data-do=fix_and_approve]").ClickAsync();
        var asks = page.Find("dialog.dialog");
        Assert.Contains(
            "send:88190",
            Read(asks.QuerySelector("[data-sight] [data-action]")!),
            StringComparison.Ordinal
        );
        Assert.Empty(Artifact(piece).Approvals);
        await page.Find("[data-do='confirm:fix_and_approve']").ClickAsync();

        var approval = Assert.Single(Artifact(piece).Approvals);
        Assert.Equal((2, Rita, ApprovalState.Valid), (approval.Version, approval.By, approval.State));
        Assert.Equal(2, Engine.Picture.Read(at => at.FindAction("send:88190")!.Version));
    }

    [Fact]
    public async Task An_edit_on_what_is_no_longer_current_is_kept_and_the_text_stays()
    {
        var piece = await Asked();
        var page = Open(piece);
        await page.Find("[data-do=edit]").ClickAsync();
        await page.Find("#edit-text").ChangeAsync("Dear Mr Haverkamp,\nwe credit two days.\n");
        await Publish(piece, "Dear Mr Haverkamp,\nwe credit three days.\n");
        page.WaitForAssertion(() =>
            Assert.Contains("A newer version came", page.Find(".editor").TextContent, StringComparison.Ordinal)
        );
        Assert.Empty(page.FindAll("[data-do=fix_and_approve]"));

        await page.Find("[data-do=save_version]").ClickAsync();

        Assert.Contains(
            "v2 was there before yours",
            Read(page.Find(".editor .note[data-code=version_conflict]")),
            StringComparison.Ordinal
        );
        Assert.Equal("Dear Mr Haverkamp,\nwe credit two days.\n", page.Find("#edit-text").GetAttribute("value"));
        Assert.Equal(1, Engine.Picture.Read(at => at.OpenConflicts.Count()));
    }

    [Fact]
    public async Task Comments_hang_on_their_words_and_are_answered_resolved_and_accepted()
    {
        var piece = await Asked();
        var page = Open(piece);
        await page.Find("[data-do=comment]").ClickAsync();
        await page.Find("#comment-quote").InputAsync("one day");
        await page.Find("#comment-body").InputAsync("The rule says three.");
        await page.Find(".new-comment input[type=checkbox]").ChangeAsync(true);
        await page.Find("#comment-suggestion").InputAsync("three days");
        await page.Find("[data-do=send_comment]").ClickAsync();

        var comment = Assert.Single(Artifact(piece).Comments);
        Assert.Equal(("one day", "three days"), (comment.Anchor!.Quote, comment.Suggestion));
        page.WaitForAssertion(() =>
            Assert.Contains("on v1, line 2", Read(page.Find("[data-comment-id]")), StringComparison.Ordinal)
        );
        Assert.Contains(
            "1",
            Read(page.Find(".diff [aria-label*='comment'], .diff .comment-mark")),
            StringComparison.Ordinal
        );

        await page.Find("[data-do=reply]").ClickAsync();
        await page.Find("#reply-body").InputAsync("Right.");
        await page.Find("[data-do=send_reply]").ClickAsync();
        Assert.Contains("Right.", page.Find("[data-comment-id] .reply").TextContent, StringComparison.Ordinal);

        await page.Find("[data-do=accept_suggestion]").ClickAsync();
        Assert.Equal(
            (2, VersionKind.Suggestion, Rita),
            (Current(piece).Number, Current(piece).Kind, Current(piece).By)
        );
        var now = Open(piece, version: 2);
        Assert.Equal("accepted", now.Find("[data-comment-id]").GetAttribute("data-resolved"));
        now.WaitForAssertion(() =>
            Assert.Contains("outdated", Read(now.Find("[data-comment-id]")), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_comment_that_blocks_keeps_the_version_from_being_approved_until_it_is_resolved()
    {
        var piece = await Asked();
        await Do(Tomas, new ReviewCommand.AddComment(piece.Id, 1, "Check the amount.", null, null, Blocks: true));
        var page = Open(piece);
        Assert.DoesNotContain("approve", Decisions(page));
        Assert.Contains("Resolve them first", Read(page.Find(".why-not")), StringComparison.Ordinal);

        await page.Find("[data-do=resolve_comment]").ClickAsync();

        Assert.Contains("approve", Decisions(page));
    }

    [Fact]
    public async Task Where_it_comes_from_names_its_lease_its_checks_and_its_sources()
    {
        var piece = await Made();
        await Do(
            Agent,
            new LeaseCommand.RecordCheckpoint(piece.Lease.Id, "7ef", piece.Lease.Token)
            {
                Summary = "Contract found.",
                Evidence = [new Evidence("Outage record", null, null, "14:10 to 19:45", null)],
                Validations = [new Validation("amount equals rule", ValidationOutcome.Passed, null)],
            }
        );
        var content = Content("two\n");
        await Do(
            Agent,
            new ArtifactCommand.Publish
            {
                Artifact = piece.Id,
                BaseVersion = 1,
                Content = new Proposed(content.Hash, 4),
                Run = "7ef",
                Token = piece.Lease.Token,
                Sources = [new Source("kb:credit-rules", "14")],
            },
            content
        );

        var side = Open(piece).Find(".side");

        Assert.Contains(
            $"Made under {piece.Lease.Id}, which reply-agent run 7ef holds on {piece.Item}.",
            Read(side),
            StringComparison.Ordinal
        );
        Assert.Contains("Passed: amount equals rule", Read(side), StringComparison.Ordinal);
        Assert.Contains("Outage record", Read(side), StringComparison.Ordinal);
        Assert.Contains("kb:credit-rules", Read(side), StringComparison.Ordinal);
        Assert.Contains("14, not known whether it changed", Read(side), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_two_versions_can_be_compared()
    {
        var piece = await Made(text: "one\n");
        await Publish(piece, "two\n");
        await Publish(piece, "three\n");

        var page = Open(piece, version: 2, from: 1);
        Assert.Equal(["1", "2", "3"], page.FindAll(".versions a").Select(tab => tab.GetAttribute("data-version")));
        Assert.Equal("2", page.Find(".versions a[aria-current]").GetAttribute("data-version"));
        Assert.Equal("not_current", page.Find(".page").GetAttribute("data-state"));
        Assert.Contains("You are reading v2; v3 is current", Read(page.Find(".notices")), StringComparison.Ordinal);
        Assert.Contains("From v1 to v2, reading", Read(page.Find(".reading-bar")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_said() =>
        Assert.Contains(
            "There is no A-99",
            Render<ArtifactPage>(p => p.Add(x => x.Id, "A-99")).Markup,
            StringComparison.Ordinal
        );

    private IRenderedComponent<ArtifactPage> Open(Piece piece, int? version = null, int? from = null)
    {
        var query = version is null ? "" : $"?v={version}{(from is null ? "" : $"&from={from}")}";
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/artifacts/{piece.Id}{query}");
        var page = Render<ArtifactPage>(p => p.Add(x => x.Id, piece.Id.Text));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".diff")));
        return page;
    }

    private async Task EditAs(PrincipalId who, Piece piece, string text)
    {
        var content = Content(text);
        await Do(
            who,
            new ArtifactCommand.Publish
            {
                Artifact = piece.Id,
                BaseVersion = Current(piece).Number,
                Content = new Proposed(content.Hash, content.Bytes.Length, 1),
            },
            content
        );
    }

    // A decision gives the lease back as claimed: the agent starts it again.
    private Task Resume(Piece piece) => Do(Agent, new LeaseCommand.Start(piece.Lease.Id, "7ef", piece.Lease.Token));

    private static List<string?> Decisions(IRenderedComponent<ArtifactPage> page) =>
        [.. page.FindAll("[data-decide] button[data-do]").Select(button => button.GetAttribute("data-do"))];
}
