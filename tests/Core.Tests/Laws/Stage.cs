using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Views;
using ControlSurface.Core.Webhooks;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>What was tried in one step, and what came of it: what the checkers look at.</summary>
/// <param name="Newest">The newest grant on the item that a lease's command is about, before it.</param>
internal sealed record Tried(
    Command Command,
    Caller By,
    DateTimeOffset Now,
    Decision Decision,
    Granted? Grant,
    Granted? Newest
);

/// <summary>
/// Plays a schedule on a workspace as the engine does, one thread and no disk: reads the clock, lets happen what is due,
/// decides, evolves. Restarts keep just the journal, the archive and the mark of when the server was last up.
/// </summary>
internal sealed class Stage
{
    private static readonly Principal[] Workers =
    [
        People.Ann,
        People.Bob,
        People.Ann,
        People.Bob,
        People.Rita,
        People.Sam,
        People.Ann,
        People.Bob,
        People.Sam,
        People.Mona,
    ];

    private static readonly string?[] Runs = [null, "r1", "r2", null, "r4"];
    private static readonly string[] QueueNames = ["crm", "web"];

    private readonly HandClock _time = new(People.T0);

    // Moves only while the process stands still: time that passes otherwise is seen as it passes.
    private readonly HandClock _beats = new(People.T0);
    private readonly List<Item> _archive = [];
    private EngineClock _clock;
    private Tried? _last;

    internal Stage()
    {
        _clock = NewClock(People.T0);
        foreach (var who in People.All)
            Send(new PrincipalCommand.Sync(who), Caller.System);
        var crm = new PolicyChange { MaxActive = 4, StaleHoldSeconds = 600 };
        var web = new PolicyChange
        {
            LeaseSeconds = 60,
            MaxLifetimeSeconds = 600,
            OnStale = OnStale.Requeue,
            StaleGraceSeconds = 30,
            MaxAttempts = 3,
            Backoff = new Backoff(10, 2, 60),
            OnDuplicate = OnDuplicate.Reopen,
        };
        Send(new QueueCommand.Set("crm", crm, null), People.Mona.AsCaller());
        Send(new QueueCommand.Set("web", web, null), People.Mona.AsCaller());
    }

    internal Workspace At { get; private set; } = new();
    internal DateTimeOffset Now { get; private set; } = People.T0;
    internal List<Recorded> Journal { get; } = [];
    internal Ledger Ledger { get; } = new();
    internal IReadOnlyList<Item> Archive => _archive;

    /// <summary>Told of each breach that is found while playing: the law's number and a sentence.</summary>
    internal Action<int, string> Broken { get; set; } = static (_, _) => { };

    /// <summary>Told of each command after it was carried out.</summary>
    internal Action<Tried> AfterEach { get; set; } = static _ => { };

    private EngineClock NewClock(DateTimeOffset notBefore) => new(_time, _beats, notBefore, TimeSpan.FromSeconds(5));

    internal void Play(Step step)
    {
        switch (step.Does)
        {
            case Does.Pass:
                _time.Pass(TimeSpan.FromMilliseconds(1 + (step.A * 2_700) + step.B));
                Tick();
                break;
            case Does.PassToJustBefore:
                PassTo(Next() is { } soon ? soon.AddMilliseconds(-1) : Now);
                break;
            case Does.PassToTheEnd:
                PassTo(Next() ?? Now);
                break;
            case Does.PassLong:
                _time.Pass(TimeSpan.FromMinutes(20 + (step.A * 60)));
                Tick();
                break;
            case Does.StepClock:
                _time.Step(TimeSpan.FromSeconds((step.A - 5) * (1 + (step.B * 20))));
                Tick();
                break;
            case Does.Freeze:
                var stood = TimeSpan.FromSeconds(6 + (step.A * step.A * 10) + (step.B * 60));
                _time.Pass(stood);
                _beats.Pass(stood);
                Tick();
                break;
            case Does.Archive:
                Tick();
                foreach (var archived in At.DecideArchive(Now.AddSeconds(-20 * step.A), most: 3))
                {
                    _archive.RemoveAll(i => i.Id == archived.Item);
                    _archive.Insert(0, At.FindItem(archived.Item)!);
                    Record(archived, PrincipalId.System);
                }
                break;
            case Does.Restart or Does.RestartFromSnapshot:
                Restart(step);
                break;
            case Does.Again:
                Again();
                break;
            default:
                if (CommandFor(step) is { } command)
                    Send(command, CallerFor(step, command));
                break;
        }
    }

    private DateTimeOffset? Next() => At.NextDueAt;

    private void PassTo(DateTimeOffset then)
    {
        var ahead = then - _clock.Now;
        if (ahead > TimeSpan.Zero)
            _time.Pass(ahead);
        Tick();
    }

    private void Tick()
    {
        Now = _clock.Read(out var stepped);
        if (stepped is { } jump && At.DecideDowntimeCompensation(jump.From, jump.To) is { Extended.Count: > 0 } given)
            GiveBack(given);
        for (var k = 0; At.DecideDue(Now) is { } due; k++)
        {
            if (due.Count == 0 || k > 1_000)
                throw new InvalidOperationException("Something is due, and what comes of it leaves it due.");
            foreach (var happened in due)
                Record(happened, PrincipalId.System);
        }
    }

    private void GiveBack(WorkspaceEvent.Resumed given)
    {
        var was = At.Items()
            .Where(i => i.Lease is { IsLive: true, ExpiresAt: not null } l && l.ExpiresAt > given.DownFrom)
            .ToDictionary(i => i.Id, i => i.Lease!.ExpiresAt!.Value - given.DownFrom);
        Record(given, PrincipalId.System);
        foreach (var (id, left) in was)
        {
            var lease = At.FindItem(id)!.Lease!;
            if (lease.ExpiresAt - given.DownTo != left)
                Broken(
                    9,
                    $"{lease.Id} had {left} left when the server went away and {lease.ExpiresAt - given.DownTo} after"
                );
        }
    }

    private void Restart(Step step)
    {
        Tick();
        var from = step.Does == Does.Restart ? 0 : Math.Max(0, Journal.Count - (step.A * 5));
        var back = new Workspace();
        foreach (var recorded in Journal.Take(from))
            back.Evolve(recorded);
        if (from > 0)
            back = Workspace.From(StateJson.Read(StateJson.Write(back.ToState())));
        foreach (var recorded in Journal.Skip(from))
            back.Evolve(recorded);
        if (!Digest.Of(back.ToState()).AsSpan().SequenceEqual(Digest.Of(At.ToState())))
            Broken(8, "the state after a restart is not the state before it");
        At = back;
        var lastUp = Now;
        _time.Pass(TimeSpan.FromSeconds(step.B * step.B * 30));
        _clock = NewClock(lastUp > At.At ? lastUp : At.At);
        Now = _clock.Read(out _);
        if (lastUp < At.At)
            lastUp = At.At;
        if (Now > lastUp && At.DecideDowntimeCompensation(lastUp, Now) is { Extended.Count: > 0 } given)
            GiveBack(given);
        Tick();
    }

    // The same request once more: where the first was carried out, nothing more may come of it unless it is another act.
    private void Again()
    {
        if (_last is not { Decision.Refusal: null } last)
            return;
        var repeats =
            last.Command is LeaseCommand.Complete or QueueCommand or PrincipalCommand or NoteCommand.Acknowledge
            && last.Command
                is not (
                    PrincipalCommand.IssueKey
                    or PrincipalCommand.RevokeKey
                    or PrincipalCommand.EndSession
                    or PrincipalCommand.EndSessions
                    or PrincipalCommand.TellSession
                    or QueueCommand.Drain
                );
        var before = At.Seq;
        var again = Send(last.Command, last.By, mayTick: false);
        if (last.Command is LeaseCommand.Complete && again.Refusal is not null)
            Broken(13, "a repeated complete was refused");
        if (repeats && At.Seq != before)
            Broken(13, $"{last.Command.GetType().Name} changed something again");
    }

    private Decision Send(Command command, Caller by, bool mayTick = true)
    {
        if (mayTick)
            Tick();
        Granted? grant = null;
        Granted? newest = null;
        if (command is LeaseCommand c && Ledger.Grants.TryGetValue(c.Lease, out grant))
            newest = Ledger.Newest[grant.Item];
        var context = new DecisionContext(by, Now)
        {
            Rehydrated = _archive.Count == 0 ? [] : [.. _archive.Where(i => !At.IsInMemory(i.Id))],
        };
        var seq = At.Seq;
        var decision = At.Decide(command, context);
        if (At.Seq != seq)
            Broken(13, "deciding changed something");
        foreach (var happened in decision.Events)
            Record(happened, by.Id);
        _last = new Tried(command, by, Now, decision, grant, newest);
        AfterEach(_last);
        return decision;
    }

    private void Record(Event happened, PrincipalId by)
    {
        var recorded = new Recorded(At.Seq + 1, Now, by, happened);
        Journal.Add(recorded);
        Ledger.Read(recorded, Broken);
        GuardedBy(At, recorded, Broken);
        At.Evolve(recorded);
    }

    /// <summary>What is checked in production must never stand in the way of what rules decide.</summary>
    internal static void GuardedBy(Workspace at, Recorded next, Action<int, string> broken)
    {
        if (Core.Workspaces.Laws.BrokenBy(at, next) is { } law)
            broken(
                int.Parse(law[..law.IndexOf(':')], CultureInfo.InvariantCulture),
                $"the engine would refuse it: {law}"
            );
    }

    private Caller CallerFor(Step step, Command command) =>
        command switch
        {
            PrincipalCommand.Sync or PrincipalCommand.TellSession => Caller.System,
            PrincipalCommand.SetAbsence => Workers[step.Who].AsCaller(),
            PrincipalCommand => (step.Wrong == 5 ? People.Mona : People.Adam).AsCaller(),
            WebhookCommand.Disable => Caller.System,
            WebhookCommand or QueueCommand.Drain => (step.Wrong == 5 ? People.Mona : People.Adam).AsCaller(),
            HoldCommand => (step.Wrong == 5 ? People.Ann : People.Sam).AsCaller(),
            BulkCommand.Advance => Caller.System,
            RunbookCommand or BulkCommand => (step.Wrong == 5 ? People.Ann : People.Mona).AsCaller(),
            QueueCommand => (step.Wrong == 5 ? People.Ann : People.Mona).AsCaller(),
            ItemCommand.Requeue or ItemCommand.Cancel or ItemCommand.Park or ItemCommand.Unpark or ItemCommand.Snooze =>
                (step.Wrong == 5 ? People.Bob : People.Sam).AsCaller(),
            ClaimCommand.TakeOver { Force: true } => (step.Wrong == 5 ? People.Bob : People.Sam).AsCaller(),
            RunCommand.End { Principal: not null } => People.Sam.AsCaller(),
            RunCommand.Reopen when step.Wrong != 5 && At.EndedRuns.ToList() is { Count: > 0 } ended => new Caller(
                ended[step.A % ended.Count].Principal
            ),
            LeaseCommand c => HolderOf(step, c),
            RenewMany c => HolderOf(step, c.Renewals[0]),
            _ => Workers[step.Who].AsCaller(),
        };

    private Caller HolderOf(Step step, LeaseCommand command) =>
        step.Wrong != 5 && Ledger.Grants.TryGetValue(command.Lease, out var grant)
            ? new Caller(grant.Holder.Id)
            : Workers[step.Who].AsCaller();

    private Item? Any(int which, Func<Item, bool> isIt)
    {
        var fitting = At.Items().Where(isIt).ToList();
        return fitting.Count == 0 ? null : fitting[which % fitting.Count];
    }

    private Item? AnyItem(int which) => Any(which, _ => true);

    private Item? AnyItemOrArchived(Step step) =>
        step.Wrong == 4 && _archive.Count > 0 ? _archive[step.A % _archive.Count] : AnyItem(step.A);

    [SuppressMessage("Maintainability", "CA1502", Justification = "One arm for each thing that can be done.")]
    private Command? CommandFor(Step s)
    {
        var run = Runs[s.B % Runs.Length];
        switch (s.Does)
        {
            case Does.Create or Does.CreateAgain:
                return Create(s);
            case Does.ClaimNext:
                IReadOnlyList<string> labels = s.B > 9 ? ["big"] : [];
                return new ClaimCommand.Next(QueueNames[s.A % 2], run, s.Wrong == 1 ? 4 : LeaseSeconds(s), labels);
            case Does.ClaimOne:
                return AnyItemOrArchived(s) is { } one ? new ClaimCommand.One(one.Id, run, LeaseSeconds(s)) : null;
            case Does.TakeOver:
                var stale = Any(s.A, i => i.State == ItemState.Stale || s.Wrong > 0) ?? AnyItem(s.A);
                return stale is null ? null : new ClaimCommand.TakeOver(stale.Id, run, "it is stale", Force: false);
            case Does.Force:
                return Any(s.A, i => i.Lease is not null) is { } held
                    ? new ClaimCommand.TakeOver(held.Id, run, "it is urgent", Force: true)
                    : null;
            case Does.Accept:
                var handed = Any(s.A, i => i.Handoff is not null || s.Wrong > 0);
                return handed is null ? null : new ClaimCommand.Accept(handed.Id, run);
            case Does.Decline:
                var offered = Any(s.A, i => i.Handoff is not null || s.Wrong > 0);
                return offered is null ? null : new ClaimCommand.Decline(offered.Id, "no time");
            case Does.RenewMany:
                return RenewMany(s);
            case Does.Start
            or Does.Renew
            or Does.RenewQuietly
            or Does.Suspend
            or Does.Resume
            or Does.Checkpoint
            or Does.HandOff
            or Does.Lock
            or Does.Unlock
            or Does.Release
            or Does.Complete:
                return UnderLease(s);
            case Does.Hold:
                return new HoldCommand.Begin(
                    LockTargets[s.A % LockTargets.Length],
                    s.B % 2 == 0 ? LockMode.Shared : LockMode.Exclusive,
                    Now.AddSeconds((s.B * 20) - (s.Wrong == 1 ? 300 : -10)),
                    "release day"
                );
            case Does.EndHold:
                return new HoldCommand.End(new HoldId(1 + (s.A % 4)));
            case Does.Inbox:
                return s.A % 2 == 0
                    ? new InboxCommand.Read(["stale:L-" + s.B.ToString(CultureInfo.InvariantCulture), "review:R-1"])
                    : new InboxCommand.Set([(InboxKind)(s.B % 5)]);
            case Does.View:
                // One id for all: each has their own, or the shared one of somebody else.
                return At.Views.Any() && s.A % 2 == 0
                    ? new ViewCommand.Delete("late")
                    : new ViewCommand.Save(
                        "late",
                        "Mine",
                        "now",
                        "state:stale age:>" + s.B.ToString(CultureInfo.InvariantCulture) + "m",
                        Shared: s.B % 4 != 0
                    );
            case Does.Runbook:
                var patterns = At.Patterns.ToList();
                return patterns.Count == 0
                    ? null
                    : new RunbookCommand.Set(
                        patterns[s.A % patterns.Count].Id,
                        s.B % 3 == 0 ? null : "lock less, " + s.B.ToString(CultureInfo.InvariantCulture),
                        (PatternChange)(s.B % 4),
                        s.B % 2 == 0 ? PatternState.Absorbed : PatternState.Watching
                    );
            case Does.Bulk:
                var named = At.Items().Skip(s.A).Take(1 + (s.B % 4)).Select(i => i.Id.Text).ToList();
                return new BulkCommand.Start(
                    s.B % 2 == 0 ? BulkDo.Cancel : BulkDo.Priority,
                    new BulkArgs(Priority: s.B % 10),
                    named,
                    Filter: null,
                    named.Count + (s.Wrong == 1 ? 1 : 0),
                    "tidy"
                );
            case Does.AdvanceBulk:
                return At.BulkJobs.FirstOrDefault(j => j.Results.Count < j.Ids.Count) is { } job
                    ? new BulkCommand.Advance(
                        job.Id,
                        [new BulkResult(job.Ids[job.Results.Count], s.B % 3 == 0 ? "not_found" : null, null)]
                    )
                    : null;
            case Does.StopBulk:
                return new BulkCommand.Stop(new BulkId(1 + (s.A % 4)));
            case Does.Requeue:
                return AnyItemOrArchived(s) is { } back ? new ItemCommand.Requeue(back.Id, "try again") : null;
            case Does.Cancel:
                return AnyItemOrArchived(s) is { } gone ? new ItemCommand.Cancel(gone.Id, "not needed") : null;
            case Does.Park:
                return AnyItem(s.A) is { } parked ? new ItemCommand.Park(parked.Id, "later") : null;
            case Does.Unpark:
                return Any(s.A, i => i.Parked is not null || s.Wrong > 0) is { } up
                    ? new ItemCommand.Unpark(up.Id, "now")
                    : null;
            case Does.Snooze:
                return AnyItem(s.A) is { } snoozed
                    ? new ItemCommand.Snooze(snoozed.Id, Now.AddSeconds((s.B * 20) - 10), "after lunch")
                    : null;
            case Does.Edit or Does.EditDependencies or Does.Move:
                return Edit(s);
            case Does.Note:
                return AnyItemOrArchived(s) is { } noted
                    ? new NoteCommand.Add(
                        noted.Id,
                        "how far?",
                        s.B % 3 == 0 ? "holder" : "everyone",
                        s.B % 2 == 0 ? NoteKind.Question : NoteKind.Note
                    )
                    : null;
            case Does.AnswerNote:
                return Any(s.A, i => i.Notes.Count > 0) is { } asked
                    ? new NoteCommand.Acknowledge(asked.Id, (s.B % asked.Notes.Count) + 1, s.Wrong == 0 ? "yes" : null)
                    : null;
            case Does.EndRun:
                var holding = Any(s.A, i => i.Lease?.Holder.Run is not null)?.Lease!.Holder;
                return holding is null || s.Wrong > 0
                    ? new RunCommand.End("r3", "failed", "it hangs", null)
                    : new RunCommand.End(holding.Run!, "failed", "it hangs", holding.Id);
            case Does.ReopenRun:
                var ended = At.EndedRuns.ToList();
                return new RunCommand.Reopen(ended.Count == 0 ? "r3" : ended[s.A % ended.Count].Run);
            case Does.SyncPrincipal:
                return Sync(s);
            case Does.Administer:
                return Administer(s);
            case Does.Webhook:
                return (s.B % 4) switch
                {
                    0 when At.FindWebhook("crm") is not null || s.Wrong == 1 => new WebhookCommand.Delete("crm"),
                    1 => new WebhookCommand.Disable("crm", "gone"),
                    2 => new QueueCommand.Drain(s.Wrong == 1 ? "a\0b" : "upgrade"),
                    _ => new WebhookCommand.Set("crm", "https://crm.example/", ["item.*"], null, s.A % 2 == 0),
                };
            case Does.SetPolicy:
                return new QueueCommand.Set(QueueNames[s.A % 2], Policies.Change(s.B), s.Wrong == 1 ? 1 : null);
            case Does.PauseQueue:
                return new QueueCommand.PauseQueue(QueueNames[s.A % 2], s.Wrong == 1 ? " " : "lunch");
            case Does.ResumeQueue:
                return new QueueCommand.ResumeQueue(QueueNames[s.A % 2]);
            case Does.Stop:
                return new QueueCommand.Stop((StopScope)(s.B % 3), "fire");
            case Does.Go:
                return new QueueCommand.Go();
            case Does.Malformed:
                var errors = new Dictionary<string, IReadOnlyList<string>> { ["token"] = ["must be a number"] };
                return new MalformedCommand(Verb.Renew, AnyItem(s.A)?.Id, new LeaseId(1 + s.B), null, errors);
            default:
                return null;
        }
    }

    private static int? LeaseSeconds(Step s) => s.B % 4 == 0 ? 5 + (s.B * 15) : null;

    private ItemCommand.Create Create(Step s)
    {
        var waits = s.Wrong == 0 && s.B % 5 == 4;
        var named = s.B % 4 == 3 && AnyItemOrArchived(s with { Wrong = s.Wrong }) is { } other ? other.Id.Text : null;
        return new ItemCommand.Create(QueueNames[s.A % 2], "Do it " + s.B.ToString(CultureInfo.InvariantCulture))
        {
            Priority = s.Wrong == 1 ? 10 : s.B % 10,
            Labels = new(IsSet: true, s.B % 3 == 0 ? ["big"] : []),
            Targets = new(IsSet: true, s.B % 3 == 1 ? ["repo:web/a.cs"] : []),
            ExternalId = s.Does == Does.CreateAgain ? "X-" + (s.A % 3).ToString(CultureInfo.InvariantCulture) : null,
            NotBefore = waits ? Now.AddSeconds(s.A * 30) : (DateTimeOffset?)null,
            DueAt = s.B == 7 ? Now.AddSeconds(300) : (DateTimeOffset?)null,
            DependsOn = new(IsSet: true, named is null ? [] : [named]),
        };
    }

    private Command? UnderLease(Step s)
    {
        if (s.Wrong == 4 && _archive.Count > 0 && _archive[s.A % _archive.Count].LastLease is { } archived)
            return Under(s, archived, archived.Token);
        var past = s.Wrong == 1;
        var item = Any(s.A, i => past ? i.Past.Count > 0 : i.Lease is not null);
        if (item is null)
            return null;
        var lease = past ? item.Past[s.B % item.Past.Count] : item.Lease!;
        var token = s.Wrong switch
        {
            2 => lease.Token - 1 - s.B,
            3 => lease.Token + 1 + s.B,
            _ => lease.Token,
        };
        return Under(s, lease, token);
    }

    private LeaseCommand Under(Step s, Lease lease, long token)
    {
        var run = s.Wrong == 5 && s.B % 2 == 0 ? "another" : lease.Holder.Run;
        var ack = s.B % 5 == 0 ? null : lease.MustAcknowledge?.Seq;
        var id = lease.Id;
        return s.Does switch
        {
            Does.Start => new LeaseCommand.Start(id, run, token, ack),
            Does.Renew => new LeaseCommand.Renew(
                id,
                run,
                token,
                new ProgressNote("step " + s.B.ToString(CultureInfo.InvariantCulture), null),
                LeaseSeconds(s),
                ack
            ),
            Does.RenewQuietly => new LeaseCommand.Renew(id, run, token, null, null, ack),
            Does.Suspend => new LeaseCommand.Suspend(
                id,
                run,
                token,
                s.B % 3 == 0 ? HolderReason.Blocked : HolderReason.WaitingOnHuman,
                null,
                ack
            ),
            Does.Resume => new LeaseCommand.Resume(id, run, token, ack),
            Does.Checkpoint => new LeaseCommand.RecordCheckpoint(id, run, token, ack)
            {
                Summary = "half done",
                Validations = [new Validation("unit", ValidationOutcome.Passed, null)],
                OpenQuestions = ["why so?"],
                NextStep = "the other half",
            },
            Does.HandOff => new LeaseCommand.HandOff(
                id,
                run,
                token,
                s.B % 2 == 0 ? Workers[s.B % Workers.Length].Id.Text : null,
                s.B % 2 == 0 ? null
                    : s.B % 3 == 0 ? "support"
                    : "agent",
                "yours now",
                ack
            ),
            Does.Lock => new LockCommand.Acquire(id, run, token, Asked(s), s.B % 3 * 20, OverStale: s.B % 4 == 1, ack),
            Does.Unlock => new LockCommand.Unlock(
                id,
                run,
                token,
                At.FindItemOf(id)?.Locks is { Count: > 0 } held && s.Wrong != 1
                    ? [held[s.B % held.Count].Target]
                    : [LockTargets[s.A % LockTargets.Length]]
            ),
            Does.Release when s.B % 3 == 0 => new LeaseCommand.Release(
                id,
                run,
                token,
                null,
                ReleaseOutcome.Failed,
                s.B > 6 ? 15 : null
            ),
            Does.Release => new LeaseCommand.Release(id, run, token, "enough", ReleaseOutcome.GivenBack, null),
            _ => new LeaseCommand.Complete(id, run, token, s.B % 2 == 0 ? "{}" : null, LeaveOpen: false, ack),
        };
    }

    // Above, below, beside and of another spelling: what touches what is the whole of it.
    private static readonly string[] LockTargets =
    [
        "repo:a",
        "repo:a/b",
        "repo:a/b/c.cs",
        "repo:a/b/c.cs#x",
        "repo:ab",
        "repo:d/e",
        "crm:a",
    ];

    private static List<RequestedLock> Asked(Step s)
    {
        var first = (s.A + s.Who) % LockTargets.Length;
        var asked = new List<RequestedLock>
        {
            new(LockTargets[first], s.B % 5 == 0 ? LockMode.Shared : LockMode.Exclusive),
        };
        if (s.B % 2 == 1)
            asked.Add(
                new RequestedLock(
                    LockTargets[(first + 1 + (s.B % 3)) % LockTargets.Length],
                    s.B % 7 < 3 ? LockMode.Shared : LockMode.Exclusive
                )
            );
        return asked;
    }

    private RenewMany? RenewMany(Step s)
    {
        var who = Workers[s.Who].Id;
        var renewals = At.HeldBy(who)
            .Select(i => i.Lease!)
            .Select(l => new LeaseCommand.Renew(
                l.Id,
                l.Holder.Run,
                l.Token - (s.Wrong == 2 ? 1 : 0),
                s.B % 2 == 0 ? new ProgressNote("n" + s.A.ToString(CultureInfo.InvariantCulture), null) : null
            ))
            .ToList();
        return renewals.Count == 0 ? null : new RenewMany(renewals);
    }

    private ItemCommand.Edit? Edit(Step s)
    {
        if (AnyItemOrArchived(s) is not { } item)
            return null;
        var edit = new ItemCommand.Edit(item.Id, s.Wrong == 1 ? item.Seq - 1 : item.Seq);
        if (s.Does == Does.Move)
            return edit with { Queue = QueueNames[s.B % 2] };
        if (s.Does == Does.EditDependencies)
        {
            IReadOnlyList<string> named = AnyItem(s.B) is { } other && s.Wrong != 2 ? [other.Id.Text] : [];
            return edit with { DependsOn = new Optional<IReadOnlyList<string>>(IsSet: true, named) };
        }
        return (s.B % 5) switch
        {
            0 => edit with { Title = "Do it better " + s.A.ToString(CultureInfo.InvariantCulture), Why = "typo" },
            1 => edit with { Priority = s.A % 10 },
            2 => edit with { NotBefore = s.A % 2 == 0 ? Now.AddSeconds(s.A * 10) : null },
            3 => edit with { DueAt = s.A % 2 == 0 ? Now.AddSeconds(s.A * 10) : null },
            _ => edit with
            {
                Labels = new Optional<IReadOnlyList<string>>(IsSet: true, s.A % 2 == 0 ? ["big"] : []),
                Targets = new Optional<IReadOnlyList<string>>(IsSet: true, ["repo:web/b.cs"]),
            },
        };
    }

    private PrincipalCommand Administer(Step s)
    {
        var who = Workers[s.A % Workers.Length].Id;
        return (s.B % 8) switch
        {
            0 or 1 => new PrincipalCommand.SetAbsence(Now.AddMinutes(s.Wrong == 1 ? -1 : 5 + (s.A * 3)), "lunch"),
            2 => new PrincipalCommand.SetAbsence(Until: null, Note: null),
            3 when s.A % 3 == 1 => new PrincipalCommand.TellSession(
                new PrincipalEvent.SessionBegan(who, "S-3", "key", "K-7")
            ),
            3 => new PrincipalCommand.IssueKey(who, 7, "laptop", null, Now.AddDays(s.Wrong == 1 ? -1 : 1)),
            4 when s.A % 3 == 1 => new PrincipalCommand.EndSession(s.Wrong == 1 ? null : who, 3, IsOwn: s.A % 2 == 0),
            4 when s.A % 3 == 2 => new PrincipalCommand.EndSessions(who, [3, 4]),
            4 => new PrincipalCommand.RevokeKey(who, 7, IsRevoked: s.Wrong == 1),
            5 => new PrincipalCommand.Pause(who, "leave"),
            6 => new PrincipalCommand.Resume(who),
            _ => new PrincipalCommand.Change(
                who,
                Name: default,
                new Optional<Roles>(IsSet: true, At.FindPrincipal(who)!.Roles),
                Queues: default
            ),
        };
    }

    private static PrincipalCommand.Sync Sync(Step s)
    {
        var who = Workers[s.Who];
        var state =
            s.B < 5 ? PrincipalState.Paused
            : s.B >= 9 && who.Id == People.Bob.Id ? PrincipalState.Ended
            : PrincipalState.Active;
        return new PrincipalCommand.Sync(
            who with
            {
                State = state,
                Why = state == PrincipalState.Active ? null : "leave",
            }
        );
    }
}
