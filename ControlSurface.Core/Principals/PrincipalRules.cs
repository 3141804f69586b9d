using System.Diagnostics;
using System.Globalization;

namespace ControlSurface.Core.Principals;

/// <summary>Decides calls on principals, keys, sessions and absences. A principal that ends holds nothing from the same write on (DESIGN.md, 11).</summary>
internal static class PrincipalRules
{
    private const int MostQueues = 1_000;
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(366);

    /// <summary>Records a session that the access store has begun or ended; it is never refused.</summary>
    internal static Decision Tell(PrincipalCommand.TellSession c) => Decision.Accepted(c.Happened, Reply.Done.Instance);

    // The access store does not keep who paused somebody; the journal does.
    internal static Decision Sync(IPrincipalWork at, PrincipalCommand.Sync c, DateTimeOffset now) =>
        Set(
            at,
            c.Principal.State == PrincipalState.Paused
            && at.FindPrincipal(c.Principal.Id) is { State: PrincipalState.Paused } known
                ? c.Principal with
                {
                    PausedBy = known.PausedBy,
                }
                : c.Principal,
            isNew: false,
            now
        );

    internal static Decision Decide(IRuleContext<IPrincipalWork> context, PrincipalCommand command) =>
        command switch
        {
            PrincipalCommand.Add c => Add(context, c),
            PrincipalCommand.Change c => Change(context, c),
            PrincipalCommand.Pause c => SetState(context, c.Id, PrincipalState.Paused, c.Why),
            PrincipalCommand.Resume c => SetState(context, c.Id, PrincipalState.Active, why: null),
            PrincipalCommand.End c => SetState(context, c.Id, PrincipalState.Ended, c.Why, c.KeepApprovals),
            PrincipalCommand.IssueKey c => IssueKey(context, c),
            PrincipalCommand.SetAbsence c => SetAbsence(context, c),
            PrincipalCommand.RevokeKey c => RevokeKey(context, c),
            PrincipalCommand.EndSession c => EndSession(context, c),
            PrincipalCommand.EndSessions c => EndSessions(context, c),
            PrincipalCommand.Sync or PrincipalCommand.TellSession => throw new UnreachableException(
                "the server's own: decided before anybody's rights are asked for"
            ),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Add(IRuleContext<IPrincipalWork> context, PrincipalCommand.Add c)
    {
        var added = new Principal(c.Id, c.Name, c.Kind, c.Roles, c.Queues, PrincipalState.Active);
        var bounds = new Bounds();
        Check(context.At, bounds, added);
        return bounds.Refusal is { } invalid ? invalid : Set(context.At, added, isNew: true, context.Now);
    }

    private static Decision Change(IRuleContext<IPrincipalWork> context, PrincipalCommand.Change c)
    {
        if (context.At.FindPrincipal(c.Id) is not { } was)
            return new Refusal.NotFound("principal", c.Id.Text);
        var changed = was with
        {
            Name = c.Name.IsSet ? c.Name.Value : was.Name,
            Roles = c.Roles.IsSet ? c.Roles.Value : was.Roles,
            Queues = c.Queues.IsSet ? c.Queues.Value : was.Queues,
        };
        var bounds = new Bounds();
        Check(context.At, bounds, changed);
        if (was.State == PrincipalState.Ended)
            bounds.Fault("id", "has ended and does not come back; add a new principal");
        else if (IsLastAdmin(context.At, was) && !IsAdmin(changed))
            bounds.Fault("roles", "would leave nobody who is an admin");
        return bounds.Refusal is { } invalid ? invalid : Set(context.At, changed, isNew: false, context.Now);
    }

    private static Decision SetState(
        IRuleContext<IPrincipalWork> context,
        PrincipalId id,
        PrincipalState state,
        string? why,
        bool keepApprovals = false
    )
    {
        if (context.At.FindPrincipal(id) is not { } was)
            return new Refusal.NotFound("principal", id.Text);
        // A manager must not pause, resume or end an admin.
        if (was.Roles.HasFlag(Roles.Admin) && !context.Who.Roles.HasFlag(Roles.Admin))
            return new Refusal.Forbidden(Permissions.InWords(Roles.Admin));
        var bounds = new Bounds();
        bounds.Text("why", why, Bounds.NoteLength, required: state != PrincipalState.Active);
        if (was.State == PrincipalState.Ended && state != PrincipalState.Ended)
            bounds.Fault("id", "has ended and does not come back; add a new principal");
        // A paused principal cannot resume itself, so that nobody may pause or end their own.
        else if (state != PrincipalState.Active && id == context.Who.Id)
            bounds.Fault("id", "is your own; ask somebody else who may");
        if (bounds.Refusal is { } invalid)
            return invalid;
        // A second end changes nothing; the first reason stays.
        return was.State == state && state == PrincipalState.Ended
            ? Decision.Unchanged(new PrincipalReply(was, IsNew: false))
            : Set(
                context.At,
                was with
                {
                    State = state,
                    Why = why,
                    PausedBy =
                        state != PrincipalState.Paused ? null
                        : was.State == state && was.Why == why && was.PausedBy is { } first ? first
                        : context.Who.Id,
                },
                isNew: false,
                context.Now,
                keepApprovals
            );
    }

    private static Decision Set(
        IPrincipalWork at,
        Principal principal,
        bool isNew,
        DateTimeOffset now,
        bool keepApprovals = false
    )
    {
        var reply = new PrincipalReply(principal, isNew);
        if (at.FindPrincipal(principal.Id) is { } known && AreSame(known, principal))
            return Decision.Unchanged(reply);
        var events = new List<Event> { new PrincipalEvent.Set(principal) };
        if (principal.State != PrincipalState.Ended)
            return Decision.Accepted(events, reply);
        events.AddRange(at.EndLeasesOf(principal.Id, principal.Why, now));
        List<RevokedApproval> revoked = [];
        if (!keepApprovals)
        {
            foreach (var (approval, happened) in at.RevokeApprovalsOf(principal.Id, $"{principal.Name} was ended"))
            {
                revoked.Add(approval);
                events.Add(happened);
            }
        }
        return Decision.Accepted(events, reply with { Revoked = revoked });
    }

    private static Decision IssueKey(IRuleContext<IPrincipalWork> context, PrincipalCommand.IssueKey c)
    {
        if (context.At.FindPrincipal(c.Owner) is not { } owner)
            return new Refusal.NotFound("principal", c.Owner.Text);
        var bounds = new Bounds();
        bounds.Name("name", c.Name);
        Queues(bounds, c.Queues, owner);
        if (owner.State == PrincipalState.Ended)
            bounds.Fault("id", "has ended and gets no keys");
        if (c.ExpiresAt <= context.Now)
            bounds.Fault("expiresAt", "must be in the future");
        return bounds.Refusal is { } invalid
            ? invalid
            : Decision.Accepted(
                new PrincipalEvent.KeyIssued(c.Owner, TextOf(c.Key), c.Name, c.Queues, c.ExpiresAt),
                new KeyReply(c)
            );
    }

    private static Decision RevokeKey(IRuleContext<IPrincipalWork> context, PrincipalCommand.RevokeKey c) =>
        c.Owner is not { } owner ? new Refusal.NotFound("key", TextOf(c.Key))
        : c.IsRevoked ? Decision.Unchanged(Reply.Done.Instance)
        : Decision.Accepted(new PrincipalEvent.KeyRevoked(owner, TextOf(c.Key)), Reply.Done.Instance);

    private static Decision EndSession(IRuleContext<IPrincipalWork> context, PrincipalCommand.EndSession c) =>
        c.Owner is not { } owner || (c.IsOwn && owner != context.Who.Id)
            ? new Refusal.NotFound("session", SessionText(c.Session))
            : Decision.Accepted(SignedOut(owner, c.Session), Reply.Done.Instance);

    private static Decision EndSessions(IRuleContext<IPrincipalWork> context, PrincipalCommand.EndSessions c) =>
        context.At.FindPrincipal(c.Owner) is null ? new Refusal.NotFound("principal", c.Owner.Text)
        : c.Sessions.Count == 0 ? Decision.Unchanged(Reply.Done.Instance)
        : Decision.Accepted([.. c.Sessions.Select(s => (Event)SignedOut(c.Owner, s))], Reply.Done.Instance);

    private static PrincipalEvent.SessionEnded SignedOut(PrincipalId owner, int session) =>
        new(owner, SessionText(session), "signed_out");

    private static string SessionText(int session) => "S-" + session.ToString(CultureInfo.InvariantCulture);

    private static Decision SetAbsence(IRuleContext<IPrincipalWork> context, PrincipalCommand.SetAbsence c)
    {
        var was = context.At.FindAbsence(context.Who.Id);
        if (c.Until is not { } until)
            return was is null
                ? Decision.Unchanged(new AbsenceReply(null))
                : Decision.Accepted(new PrincipalEvent.CameBack(context.Who.Id), new AbsenceReply(null));
        var bounds = new Bounds();
        bounds.Text("note", c.Note, Bounds.NoteLength);
        if (until <= context.Now || until > context.Now + LongestAbsence)
            bounds.Fault("until", "must be in the future, within 366 days");
        if (bounds.Refusal is { } invalid)
            return invalid;
        var absence = new Absence(context.Who.Id, until, c.Note);
        return absence == was
            ? Decision.Unchanged(new AbsenceReply(was))
            : Decision.Accepted(new PrincipalEvent.Left(context.Who.Id, until, c.Note), new AbsenceReply(absence));
    }

    private static void Check(IPrincipalWork at, Bounds bounds, Principal principal)
    {
        bounds.Name("name", principal.Name);
        if (principal.Roles == Roles.None)
            bounds.Fault("roles", "must name at least one role");
        if (at.Principals.Any(p => p.Id != principal.Id && p.Name == principal.Name))
            bounds.Fault("name", "is another principal's already");
        Queues(bounds, principal.Queues, principal);
    }

    /// <param name="owner">Whom the queues limit, by principal or by key.</param>
    private static void Queues(Bounds bounds, IReadOnlyList<string>? queues, Principal owner)
    {
        if (queues is null)
            return;
        bounds.SomeQueue("queues", queues);
        if (owner.Roles.HasFlag(Roles.Admin))
            bounds.Fault("queues", "must be null: an admin cannot be limited to queues");
        bounds.Count("queues", queues?.Count ?? 0, MostQueues);
        foreach (var queue in queues ?? [])
            bounds.Name("queues", queue);
    }

    private static bool IsAdmin(Principal p) => p.State == PrincipalState.Active && p.Roles.HasFlag(Roles.Admin);

    private static bool IsLastAdmin(IPrincipalWork at, Principal who) =>
        IsAdmin(who) && at.Principals.Count(IsAdmin) == 1;

    private static string TextOf(int key) => "K-" + key.ToString(CultureInfo.InvariantCulture);

    private static bool AreSame(Principal a, Principal b) =>
        a with { Queues = null } == b with { Queues = null }
        && (a.Queues is null) == (b.Queues is null)
        && (a.Queues ?? []).SequenceEqual(b.Queues ?? [], StringComparer.Ordinal);
}
