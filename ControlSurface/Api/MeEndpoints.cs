using ControlSurface.Api.Bodies;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Api;

/// <summary>API.md, Who calls: <c>GET /me</c>.</summary>
internal static class MeEndpoints
{
    private const int MostLeases = 500;

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        MeOperation,
        InboxOperation,
        ReadInboxOperation,
        NotificationsOperation,
        SetNotificationsOperation,
        AbsenceOperation,
        SetAbsenceOperation,
    ];

    private static ApiOperation MeOperation =>
        new()
        {
            Id = "me",
            Method = "GET",
            Pattern = "/me",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "Who the key belongs to, what they hold, and the server's time.",
            Replies = [new(200, ApiJson.Of<MeBody>(), "The caller.")],
            Brief = ["principal.id", "principal.name", "principal.roles", "runs", "serverTime", "seq"],
            Handle = call => call.ReadAsync(GetCaller),
        };

    private static ApiOperation InboxOperation =>
        new()
        {
            Id = "inbox",
            Method = "GET",
            Pattern = "/me/inbox",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "What needs the caller, newest first: one entry for each cause, for as long as it lasts.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<InboxEntryBody>>(), "Entries.")],
            Brief = ["id", "kind", "what", "isRead"],
            Handle = call => call.ReadAsync(GetInbox),
        };

    private static ApiOperation ReadInboxOperation =>
        new()
        {
            Id = "readInbox",
            Method = "POST",
            Pattern = "/me/inbox/read",
            Verb = Verb.OwnInbox,
            Tag = "Me",
            Summary = "Marks entries as read. They stay for as long as their cause does.",
            Body = ApiJson.Of<ReadInboxRequest>(),
            Replies = [new(200, ApiJson.Of<NotificationsBody>(), "Kept.")],
            Handle = call =>
                call.SendAsync(ApiJson.Of<ReadInboxRequest>(), static (_, b) => new InboxCommand.Read(b.Ids)),
        };

    private static ApiOperation NotificationsOperation =>
        new()
        {
            Id = "notifications",
            Method = "GET",
            Pattern = "/me/notifications",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "Which kinds of entries the caller wants.",
            Replies = [new(200, ApiJson.Of<NotificationsBody>(), "The settings.")],
            Handle = call => call.ReadAsync(GetNotifications),
        };

    private static ApiOperation SetNotificationsOperation =>
        new()
        {
            Id = "setNotifications",
            Method = "PUT",
            Pattern = "/me/notifications",
            Verb = Verb.OwnInbox,
            Tag = "Me",
            Summary = "Says which kinds of entries the caller wants; what is not named stays wanted.",
            Body = ApiJson.Of<NotificationsRequest>(),
            Replies = [new(200, ApiJson.Of<NotificationsBody>(), "Kept.")],
            Handle = call => call.SendAsync(ApiJson.Of<NotificationsRequest>(), static (_, b) => SettingsOf(b)),
        };

    private static ApiOperation AbsenceOperation =>
        new()
        {
            Id = "absence",
            Method = "GET",
            Pattern = "/me/absence",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "Until when the caller is away.",
            Replies = [new(200, ApiJson.Of<AbsenceBody>(), "Both members are null for not at all.")],
            Handle = call => call.ReadAsync(GetAbsence),
        };

    private static ApiOperation SetAbsenceOperation =>
        new()
        {
            Id = "setAbsence",
            Method = "PUT",
            Pattern = "/me/absence",
            Verb = Verb.OwnInbox,
            Tag = "Me",
            Summary = "Says until when the caller is away: reviews do not count on them. `until` null for being back.",
            Body = ApiJson.Of<AbsenceRequest>(),
            Replies = [new(200, ApiJson.Of<AbsenceBody>(), "Kept.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<AbsenceRequest>(),
                    static (_, b) => new PrincipalCommand.SetAbsence(b.Until, b.Note)
                ),
        };

    private static Answer GetAbsence(ApiCall call) =>
        call.Invalid is { } invalid
            ? call.Refuse(invalid)
            : Answer.Ok(
                AbsenceBody.From(call.Host.Engine.Picture.Read(at => at.FindAbsence(call.Caller.Id))),
                ApiJson.Of<AbsenceBody>()
            );

    private static InboxCommand.Set SettingsOf(NotificationsRequest b)
    {
        var muted = new List<InboxKind>();
        void Mute(bool? wanted, InboxKind kind)
        {
            if (wanted == false)
                muted.Add(kind);
        }
        Mute(b.Review, InboxKind.Review);
        Mute(b.ApprovalFell, InboxKind.ApprovalFell);
        Mute(b.Conflict, InboxKind.Conflict);
        Mute(b.Handoff, InboxKind.Handoff);
        Mute(b.Stale, InboxKind.Stale);
        Mute(b.LeaseEnded, InboxKind.LeaseEnded);
        return new InboxCommand.Set(muted);
    }

    private static (IReadOnlyList<InboxEntry> Entries, InboxState Kept, long Seq) InboxOf(ApiCall call) =>
        call.Host.Engine.Picture.Read(at =>
        {
            var kept = at.InboxOf(call.Caller.Id);
            var causes = InboxEntries.Find(
                at.Unattended,
                at.InReview.Select(a => ReviewView.Of(at, a, a.OpenReview!)),
                at.WithFallenApproval,
                at.OpenConflicts,
                at.FindPrincipal(call.Caller.Id) is { } who ? [who] : [],
                at.FindItem,
                at.At,
                at.Items(),
                at.NameOf,
                call.Scope
            );
            IReadOnlyList<InboxEntry> entries = [.. causes.Of(call.Caller.Id).Where(kept.Wants)];
            return (entries, kept, at.Seq);
        });

    private static Answer GetInbox(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        return Answer.Ok(ListOf(InboxOf(call), limit, call.Query("after")), ApiJson.Of<ListBody<InboxEntryBody>>());
    }

    private static ListBody<InboxEntryBody> ListOf(
        (IReadOnlyList<InboxEntry> Entries, InboxState Kept, long Seq) inbox,
        int limit,
        string? after
    )
    {
        var rest = after is null ? inbox.Entries : [.. inbox.Entries.SkipWhile(e => e.Id != after).Skip(1)];
        return new ListBody<InboxEntryBody>(
            [.. rest.Take(limit).Select(e => InboxEntryBody.From(e, inbox.Kept))],
            rest.Count > limit ? rest[limit - 1].Id : null,
            inbox.Entries.Count,
            limit,
            inbox.Seq
        );
    }

    private static Answer GetNotifications(ApiCall call) =>
        call.Invalid is { } invalid
            ? call.Refuse(invalid)
            : Answer.Ok(
                NotificationsBody.From(call.Host.Engine.Picture.Read(at => at.InboxOf(call.Caller.Id))),
                ApiJson.Of<NotificationsBody>()
            );

    private static Answer GetCaller(ApiCall call)
    {
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var now = call.Host.Engine.Now;
        var (held, seq) = call.Host.Engine.Picture.Read(at =>
            (at.HeldBy(call.Caller.Id).Where(i => call.Scope.Sees(i.Queue)).ToArray(), at.Seq)
        );
        var shown = held.Take(MostLeases)
            // The caller is the holder of each, in whichever run: these are their own tokens.
            .Select(i =>
                LeaseBody.From(LeaseView.Of(i.Lease!, i), new Viewer(call.Caller.Id, i.Lease!.Holder.Run), now)
            )
            .ToArray();
        var leases = new ListBody<LeaseBody>(
            shown,
            held.Length > MostLeases ? shown[^1].Id : null,
            held.Length,
            MostLeases,
            seq
        );
        var inbox = ListOf(InboxOf(call), ApiCall.DefaultLimit, after: null);
        var body = new MeBody(
            PrincipalEndpoints.BodyOf(call, call.Who),
            RunsOf(held),
            leases,
            now,
            seq,
            inbox,
            call.Host.Own.Name,
            [.. call.Host.Own.Of(call.Caller.Id, call.Credential).Select(MembershipBody.From)]
        );
        return Answer.Ok(body, ApiJson.Of<MeBody>());
    }

    private static IReadOnlyList<RunBody> RunsOf(IEnumerable<Item> held) =>
        [
            .. held.Where(i => i.Lease!.Holder.Run is not null)
                .GroupBy(i => i.Lease!.Holder.Run!, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new RunBody(g.Key, [.. g.Select(i => i.Lease!.Id.Text)])),
        ];
}
