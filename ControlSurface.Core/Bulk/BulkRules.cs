using System.Diagnostics;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Views;

namespace ControlSurface.Core.Bulk;

/// <summary>
/// Decides calls on bulk jobs (API.md, <c>POST /bulk</c>). The ids are fixed when a job starts and counted against what the caller
/// saw. Each is then an ordinary command in the caller's name: a job can do nothing that they could not do one by one.
/// </summary>
internal static class BulkRules
{
    internal const int Most = 10_000;

    // Memory keeps the last jobs; the journal has all of them.
    internal const int MostKept = 50;

    internal static Decision Decide(IRuleContext<IBulkJobs> context, BulkCommand command)
    {
        switch (command)
        {
            case BulkCommand.Start c:
                return Start(context, c);
            case BulkCommand.Stop { Bulk: var id }:
                if (context.At.FindBulk(id) is not { } job)
                    return new Refusal.NotFound("bulk job", id.Text);
                return job.State == BulkState.Running
                    ? Answer(context, job, new BulkEvent.Stopped(id))
                    : Decision.Unchanged(new BulkReply(job));
            case BulkCommand.Advance:
                throw new UnreachableException("the server's own: decided before anybody's rights are asked for");
            default:
                throw new UnreachableException(command.GetType().Name);
        }
    }

    /// <summary>Records results of the job that the server carries out, also those that were under way when it was stopped.</summary>
    internal static Decision Advance(IBulkJobs at, BulkCommand.Advance c, DateTimeOffset now)
    {
        if (at.FindBulk(c.Bulk) is not { } job)
            return new Refusal.NotFound("bulk job", c.Bulk.Text);
        // Results that are repeated, or not of the next ids, are ignored.
        var next = job.Ids.Skip(job.Results.Count).Take(c.Results.Count);
        if (c.Results.Count == 0 || !c.Results.Select(r => r.Id).SequenceEqual(next, StringComparer.Ordinal))
            return Decision.Unchanged(new BulkReply(job));
        var isLast = job.Results.Count + c.Results.Count == job.Ids.Count;
        var happened = new BulkEvent.Advanced(c.Bulk, c.Results, isLast);
        var after = Evolve(job, happened, new Recorded(at.Seq + 1, now, PrincipalId.System, happened));
        return Decision.Accepted(happened, new BulkReply(after));
    }

    internal static BulkJob Evolve(BulkJob? was, BulkEvent happened, Recorded recorded) =>
        happened switch
        {
            BulkEvent.Started e => new BulkJob
            {
                Id = e.Bulk,
                Do = e.Do,
                Args = e.Args,
                Ids = e.Ids,
                Why = e.Why,
                By = recorded.By,
                ByName = e.ByName,
                KeyQueues = e.KeyQueues,
                At = recorded.At,
                AtSeq = recorded.Seq,
                State = BulkState.Running,
                Seq = recorded.Seq,
                Queues = e.Queues ?? e.KeyQueues,
            },
            BulkEvent.Advanced e => was! with
            {
                Results = was.Results.AddRange(e.Results),
                State = was.State == BulkState.Running && e.IsLast ? BulkState.Done : was.State,
                Seq = recorded.Seq,
            },
            BulkEvent.Stopped => was! with { State = BulkState.Stopped, Seq = recorded.Seq },
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    internal static Command CommandFor(IBulkJobs at, BulkJob job, string id)
    {
        if (job.Do == BulkDo.Resolve)
        {
            _ = ConflictId.TryParse(id, out var conflict);
            var artifact = at.FindConflict(conflict)?.Artifact is { } on ? at.FindArtifact(on) : null;
            // With the seq of the job's start, so that a conflict that changed since is refused. A job that is only tried has none yet.
            return new ConflictCommand.Resolve(
                conflict,
                WireNames.Find<ConflictResolution>(job.Args.Resolution),
                Math.Min(job.AtSeq, at.Seq),
                Content: null,
                artifact?.Current.ContentHash,
                job.Why
            );
        }
        _ = ItemId.TryParse(id, out var named);
        var item = at.FindItem(named);
        return job.Do switch
        {
            BulkDo.Cancel => new ItemCommand.Cancel(named, job.Why),
            BulkDo.Requeue => new ItemCommand.Requeue(named, job.Why),
            BulkDo.Unpark => new ItemCommand.Unpark(named, job.Why),
            BulkDo.Takeover => new ClaimCommand.TakeOver(named, Run: null, job.Why, Force: false),
            BulkDo.Priority or BulkDo.Label => EditOf(job, named, item, item?.Seq ?? at.Seq)!,
            BulkDo.Handoff => new LeaseCommand.HandOff(
                item?.Lease?.Id ?? default,
                Run: null,
                Token: 0,
                job.Args.ToPrincipal,
                job.Args.ToRole,
                job.Why
            ),
            _ => throw new UnreachableException(job.Do.ToString()),
        };
    }

    internal static ItemCommand.Edit? EditOf(BulkJob job, ItemId id, Item? item, long seq) =>
        job.Do switch
        {
            BulkDo.Priority => new ItemCommand.Edit(id, seq) { Priority = job.Args.Priority!.Value, Why = job.Why },
            BulkDo.Label => new ItemCommand.Edit(id, seq)
            {
                Labels = new(IsSet: true, Relabelled(item, job.Args)),
                Why = job.Why,
            },
            _ => null,
        };

    private static IReadOnlyList<string> Relabelled(Item? item, BulkArgs args) =>
        [
            .. (item?.Labels ?? [])
                .Except(args.Remove ?? [], StringComparer.Ordinal)
                .Union(args.Add ?? [], StringComparer.Ordinal),
        ];

    private static Decision Start(IRuleContext<IBulkJobs> context, BulkCommand.Start c)
    {
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        bounds.Range("expect", c.Expect, 1, Most);
        Args(bounds, c);
        if (c.Ids is null == c.Filter is null)
            bounds.Fault("ids", "must be there, or filter, one of the two");
        if (c.Filter is { IsEmpty: true })
            bounds.Fault("filter", "may not be empty: it would mean everything");
        if (c.Ids is { } named)
            Named(bounds, c.Do, named);
        var filter = Filter(bounds, c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var ids = c.Ids ?? Meant(context, c.Do, filter!);
        if (ids.Count != c.Expect)
            return new BulkRefusal.CountChanged(ids.Count);
        if (ids.Count == 0)
            return Refusal.InvalidRequest.Of("filter", "matches nothing");
        var started = new BulkEvent.Started(
            new BulkId(context.At.LastBulk + 1),
            c.Do,
            c.Args,
            ids,
            c.Why,
            context.Who.Name,
            context.Scope.Queues
        )
        {
            Queues = context.Scope.Queues ?? QueuesOf(context, c.Do, ids),
        };
        return Answer(context, null, started);
    }

    // The queues of all ids; null where one of them is unknown or belongs to none.
    private static List<string>? QueuesOf(IRuleContext<IBulkJobs> context, BulkDo what, IReadOnlyList<string> ids)
    {
        var queues = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            var queue =
                what == BulkDo.Resolve
                    ? ConflictId.TryParse(id, out var conflict) && context.At.FindConflict(conflict) is { } found
                        ? context.At.QueueOf(found)
                        : null
                    : ItemId.TryParse(id, out var item)
                        ? context.At.FindItem(item)?.Queue
                        : null;
            if (queue is null)
                return null;
            queues.Add(queue);
        }
        return [.. queues];
    }

    private static void Args(Bounds bounds, BulkCommand.Start c)
    {
        switch (c.Do)
        {
            case BulkDo.Label when c.Args.Add is not { Count: > 0 } && c.Args.Remove is not { Count: > 0 }:
                bounds.Fault("args", "must name labels to add or to remove");
                break;
            case BulkDo.Label:
                bounds.Labels("args.add", c.Args.Add ?? []);
                bounds.Labels("args.remove", c.Args.Remove ?? []);
                break;
            case BulkDo.Priority:
                if (c.Args.Priority is not { } priority)
                    bounds.Fault("args.priority", "is required");
                else
                    bounds.Range("args.priority", priority, 0, 9);
                break;
            case BulkDo.Resolve:
                // A merge needs a content, so it is not offered here.
                bounds.OneOf(
                    "args.resolution",
                    c.Args.Resolution,
                    "keep_current",
                    "take_proposed",
                    "retry",
                    "mark_applied",
                    "mark_not_applied",
                    "dismiss"
                );
                break;
            case BulkDo.Handoff when c.Args.ToPrincipal is null == c.Args.ToRole is null:
                bounds.Fault("args.to", "must name a principal or a role, one of the two");
                break;
        }
    }

    private static void Named(Bounds bounds, BulkDo what, IReadOnlyList<string> ids)
    {
        if (ids.Count > Most)
            bounds.Fault("ids", "must be at most 10000");
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
            bounds.Fault("ids", "must not name one twice");
        foreach (var id in ids)
        {
            if (what == BulkDo.Resolve ? ConflictId.TryParse(id, out _) : ItemId.TryParse(id, out _))
                continue;
            bounds.Fault("ids", what == BulkDo.Resolve ? "must be ids of conflicts" : "must be ids of items");
            return;
        }
    }

    private static BulkFilter? Filter(Bounds bounds, BulkCommand.Start c)
    {
        if (c.Filter is not { } filter)
            return null;
        if (c.Do == BulkDo.Resolve)
        {
            if (filter.Label is not null || filter.Attention is not null)
                bounds.Fault("filter", "of conflicts can have queue, state, kind and targetPrefix");
            OneOfAll(bounds, "filter.state", filter.State, Enum.GetValues<ConflictState>().Select(WireNames.Of));
            OneOfAll(bounds, "filter.kind", filter.Kind, Enum.GetValues<ConflictKind>().Select(WireNames.Of));
        }
        else
        {
            if (filter.Kind is not null)
                bounds.Fault("filter", "of items can have queue, state, label, attention and targetPrefix");
            OneOfAll(bounds, "filter.state", filter.State, Enum.GetValues<ItemState>().Select(WireNames.Of));
        }
        var subject = c.Do == BulkDo.Resolve ? QuerySubject.Conflicts : QuerySubject.Items;
        if (filter.Q is { } words)
        {
            var query = Query.Read(subject, words, out var fault);
            if (query is null)
                bounds.Fault("filter.q", fault!);
            else if (query.Terms.Count == 0)
                bounds.Fault("filter.q", "may not be empty: it would mean everything");
        }
        if (filter.TargetPrefix is not { } prefix)
            return filter;
        if (TargetPath.Check(prefix, out var spelled) is { } wrong)
            bounds.Fault("filter.targetPrefix", wrong);
        return filter with { TargetPrefix = spelled };
    }

    private static void OneOfAll(Bounds bounds, string member, string? word, IEnumerable<string> words)
    {
        if (word is not null)
            bounds.OneOf(member, word, [.. words]);
    }

    // Things in queues that the caller may not touch are left out, and not counted.
    private static List<string> Meant(IRuleContext<IBulkJobs> context, BulkDo what, BulkFilter filter)
    {
        bool IsThere(string? target) =>
            filter.TargetPrefix is not { } prefix || (target is not null && TargetPath.IsAtOrBelow(target, prefix));
        var subject = what == BulkDo.Resolve ? QuerySubject.Conflicts : QuerySubject.Items;
        // The words were checked before; they are parsed once for all.
        var words = Query.Read(subject, filter.Q ?? "", out _)!;
        if (what == BulkDo.Resolve)
            return
            [
                .. context
                    .At.Conflicts.Where(c =>
                        context.MayTouch(context.At.QueueOf(c))
                        && (filter.Queue is null || context.At.QueueOf(c) == filter.Queue)
                        && (filter.Kind is null || WireNames.Of(c.Kind) == filter.Kind)
                        && IsThere(c.Target)
                        && (
                            filter.State is null
                                ? words.MatchesToChange(c, context.Now)
                                : WireNames.Of(c.State) == filter.State && words.Matches(c, context.Now)
                        )
                    )
                    .Select(c => c.Id.Text),
            ];
        return
        [
            .. context
                .At.Items()
                .Where(i =>
                    context.MayTouch(i.Queue)
                    && (filter.Queue is null || i.Queue == filter.Queue)
                    && (filter.Label is null || i.Labels.Contains(filter.Label, StringComparer.Ordinal))
                    && (filter.Attention is null || i.AsksFor(filter.Attention))
                    && (filter.TargetPrefix is null || i.Targets.Any(IsThere))
                    && (
                        filter.State is null
                            ? words.MatchesToChange(i, context.Who.Id, context.Now)
                            : WireNames.Of(i.State) == filter.State && words.Matches(i, context.Who.Id, context.Now)
                    )
                )
                .Select(i => i.Id.Text),
        ];
    }

    private static Decision Answer(IRuleContext<IBulkJobs> context, BulkJob? job, BulkEvent happened) =>
        Decision.Accepted(
            happened,
            new BulkReply(
                Evolve(job, happened, new Recorded(context.At.Seq + 1, context.Now, context.Who.Id, happened))
            )
        );
}
