using System.Diagnostics;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;

namespace ControlSurface.Core.Publishing;

/// <summary>Making artifacts and publishing versions (API.md, Contents and artifacts).</summary>
internal static class ArtifactRules
{
    internal static Decision Decide(IItemContext<ILocks> context, ArtifactCommand command) =>
        command switch
        {
            ArtifactCommand.Create c => Create(context, c),
            ArtifactCommand.Publish c => Publish(context, c),
            ArtifactCommand.Permit c => Permit(context, c),
            ArtifactCommand.Keep c => Decision.Unchanged(new ContentReply(c.Content.Hash, c.Content.Length)),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Create(IItemContext<ILocks> context, ArtifactCommand.Create c)
    {
        Item? item = null;
        if (c.Item is { } named)
        {
            if (context.Find(named, out item) is { } refusal)
                return refusal;
        }
        else if (context.Outside(queue: null) is { } outside)
        {
            return outside;
        }
        var bounds = new Bounds();
        bounds.Name("name", c.Name);
        bounds.MediaType("contentType", c.ContentType);
        bounds.OptionalId("run", c.Run);
        var target = Target(bounds, "target", c.Target);
        var sources = Sources(bounds, c.Sources);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var events = new List<Event>();
        if (UnderLease.Check(context, item, c.Verb, c.Run, c.Token, null, events, out var lease) is { } no)
            return RefuseAndKeep(context, no, item, artifact: null, c.Content, c.Name);
        if (LockRules.Guard(context, item, item?.Queue, target) is { } guarded)
            return Decision.Refused(guarded with { KeptAs = c.Content.Hash });
        var id = new ArtifactId(context.At.LastArtifact + 1);
        var live = context.At.InMemory(item?.Id);
        events.Add(new ArtifactEvent.Created(id, live, item?.Queue, c.Name, target, c.ContentType));
        events.Add(
            new ArtifactEvent.VersionPublished(id, live)
            {
                Version = 1,
                ContentHash = c.Content.Hash,
                Length = c.Content.Length,
                Name = context.Who.Name,
                ByKind = context.Who.Kind,
                Run = c.Run,
                Lease = lease?.Id,
                Note = null,
                Base = null,
                Sources = sources,
                Kind = VersionKind.Publish,
                ChangedLines = null,
                UsesPermit = false,
            }
        );
        return Decision.Accepted(events, Reply(context, artifact: null, id, events, isNew: true));
    }

    private static Decision Publish(IItemContext<ILocks> context, ArtifactCommand.Publish c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        var item = artifact.Item is { } id ? context.At.FindItem(id) : null;
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("note", c.Note, Bounds.NoteLength);
        if (artifact.FindVersion(c.BaseVersion) is null)
            bounds.Fault("baseVersion", $"must be a version that was, 1 to {artifact.Current.Number}");
        var sources = c.Sources is { } named ? Sources(bounds, named) : null;
        if (bounds.Refusal is { } invalid)
            return invalid;
        var events = new List<Event>();
        var under = UnderLease.Check(
            context,
            item,
            c.Verb,
            c.Run,
            c.Token,
            c.Acknowledges,
            events,
            out var lease,
            goesOnInReview: true
        );
        if (under is not null)
            return RefuseAndKeep(context, under, item, artifact, c.Content, artifact.Name);
        if (LockRules.Guard(context, item, artifact.Queue, artifact.Target) is { } guarded)
            return Decision.Refused(guarded with { KeptAs = c.Content.Hash });
        if (c.Content.Hash == artifact.Current.ContentHash)
            return PublishUnchanged(context, artifact, events, sources);
        if (c.BaseVersion < artifact.Current.Number)
            return PublishOnOldBase(context, artifact, c, sources, lease, events);
        if (HeldByPerson(context, artifact, c.Acknowledges, c.EditedBy) is { } held)
            return Decision.Refused(held with { KeptAs = c.Content.Hash });
        var kind = context.Who.Kind == PrincipalKind.Person ? VersionKind.Edit : VersionKind.Publish;
        AddVersion(events, context, artifact, c.Content, c.BaseVersion, c.Note, sources, kind, c.Run, lease?.Id);
        return Decision.Accepted(events, Reply(context, artifact, artifact.Id, events, isNew: true));
    }

    // Sending the current content again keeps its approvals (API.md).
    private static Decision PublishUnchanged(
        IItemContext<ILocks> context,
        Artifact artifact,
        List<Event> events,
        IReadOnlyList<Source>? sources
    )
    {
        var current = artifact.Current;
        if (sources is not null && !sources.SequenceEqual(current.Sources))
            events.Add(
                new ArtifactEvent.SourcesRecorded(
                    artifact.Id,
                    context.At.InMemory(artifact.Item),
                    current.Number,
                    sources
                )
            );
        return Decision.Accepted(events, Reply(context, artifact, artifact.Id, events, isNew: false));
    }

    private static Decision PublishOnOldBase(
        IItemContext<ILocks> context,
        Artifact artifact,
        ArtifactCommand.Publish c,
        IReadOnlyList<Source>? sources,
        Lease? lease,
        List<Event> events
    )
    {
        var current = artifact.Current;
        var others = MergeOffer.OthersOn(context.At, artifact, c.BaseVersion, c.Content.Hash);
        // Whether it is mergeable is unknown: no merge was tried, or not with the current version (API.md, mergeable).
        if (
            c.Content.Merge is not { } offer
            || offer.CurrentHash != current.ContentHash
            || !offer.Others.SequenceEqual(others, StringComparer.Ordinal)
        )
            return new ArtifactRefusal.MergeOutdated(current.Number);
        var merged = offer.MergedHash;
        var humanEdit = artifact.Versions.Any(v => v.Number > c.BaseVersion && v.ByKind == PrincipalKind.Person);
        var policy = context.At.PolicyOf(artifact.Queue);
        var mayMerge = !humanEdit || context.Who.Kind == PrincipalKind.Person || policy.OnHumanEdit == OnHumanEdit.Free;
        if (merged is not null && policy.MergeClean == MergeClean.Auto && mayMerge && c.EditedBy is null)
        {
            var content = new Proposed(merged, offer.MergedLength);
            var kind = VersionKind.Merge;
            AddVersion(events, context, artifact, content, current.Number, c.Note, sources, kind, c.Run, lease?.Id);
            return Decision.Accepted(events, Reply(context, artifact, artifact.Id, events, isNew: true));
        }
        var revealed = new List<Event>();
        var conflict = Collisions.Open(
            context.At,
            revealed,
            ArtifactCollision.Conflict(
                context,
                artifact,
                ConflictKind.OverlappingEdit,
                $"{artifact.Id}|{c.BaseVersion}",
                c.BaseVersion,
                $"{context.Who.Name} wrote on version {c.BaseVersion} of {artifact.Name}, and version {current.Number} was there already.",
                offer.JointHash,
                [
                    ArtifactCollision.Of(artifact, current, "current"),
                    new Competing(
                        "proposed",
                        artifact.Id,
                        Version: null,
                        c.Content.Hash,
                        context.Who.Id,
                        context.Who.Name,
                        context.Now,
                        c.Content.Length
                    ),
                ]
            ) with
            {
                MergedOn = current.ContentHash,
            }
        );
        return Decision.Revealed(
            revealed,
            new ArtifactRefusal.VersionConflict(current.Number, merged is not null, humanEdit)
            {
                KeptAs = c.Content.Hash,
                Conflict = conflict,
            }
        );
    }

    /// <summary>A new version and all that follows from it, in the one write (DESIGN.md, 4).</summary>
    internal static void AddVersion(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        Proposed content,
        int baseVersion,
        string? note,
        IReadOnlyList<Source>? sources,
        VersionKind kind,
        string? run,
        LeaseId? lease
    )
    {
        var item = context.At.InMemory(artifact.Item);
        var number = artifact.Current.Number + 1;
        var falling = new List<Event>();
        Invalidations.Invalidate(
            falling,
            context,
            artifact,
            number,
            target: null,
            $"{context.Who.Name} published version {number}"
        );
        // The approvals are invalidated first: at no seq is an approval valid beside a newer version.
        events.AddRange(falling.Take(1));
        events.Add(
            new ArtifactEvent.VersionPublished(artifact.Id, item)
            {
                Version = number,
                ContentHash = content.Hash,
                Length = content.Length,
                Name = context.Who.Name,
                ByKind = context.Who.Kind,
                Run = run,
                Lease = lease,
                Note = note,
                Base = baseVersion,
                Sources = sources ?? artifact.Current.Sources,
                Kind = kind,
                ChangedLines = content.ChangedLines,
                UsesPermit =
                    artifact.Permit?.Version == artifact.Current.Number && context.Who.Kind == PrincipalKind.Agent,
            }
        );
        events.AddRange(falling.Skip(1));
        OvertakeSourceConflicts(events, context, artifact, number, sources);
        if (artifact.OpenReview is not { } review)
            return;
        var next = new ReviewId(context.At.LastReview + 1);
        events.Add(new ReviewEvent.Superseded(artifact.Id, item, review.Id, next));
        events.Add(
            new ReviewEvent.Requested(artifact.Id, item, next)
            {
                Version = number,
                Reviewers = review.Reviewers,
                Name = review.RequestedByName,
                AskedBy = review.RequestedBy,
                Note = review.Note,
                DueAt = review.DueAt is { } due ? context.Now + (due - review.RequestedAt) : null,
                Lease = review.Lease,
            }
        );
    }

    // A version made from the current source ends the conflict that said that the last one was not.
    private static void OvertakeSourceConflicts(
        List<Event> events,
        IItemContext<ILocks> context,
        Artifact artifact,
        int number,
        IReadOnlyList<Source>? sources
    )
    {
        if (sources is null)
            return;
        bool IsCurrent(string target) =>
            sources.Any(s => TargetPath.Touches(s.Target, target))
            && sources
                .Where(s => TargetPath.Touches(s.Target, target))
                .All(s => s.Version == context.At.TargetVersion(target));
        Collisions.Overtake(
            context.At,
            events,
            c =>
                c is { Kind: ConflictKind.SourceChanged, Target: { } target }
                && c.Artifact == artifact.Id
                && IsCurrent(target),
            $"Version {number} rests on its sources as they are now."
        );
    }

    private static Decision Permit(IItemContext<ILocks> context, ArtifactCommand.Permit c)
    {
        if (ArtifactContext.Find(context, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (context.Who.Kind != PrincipalKind.Person)
            return new Refusal.Forbidden("a person: the editor or a reviewer");
        var bounds = new Bounds();
        if (artifact.FindVersion(c.Version) is null)
            bounds.Fault("version", $"must be a version that was, 1 to {artifact.Current.Number}");
        if (c.Principal is { } to && context.At.FindPrincipal(to) is not { Kind: PrincipalKind.Agent })
            bounds.Fault("principal", "must be an agent");
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.Version != artifact.Current.Number)
            return new ApprovalRefusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (artifact.Permit is { } known && known.Version == c.Version && known.Principal == c.Principal)
            return Decision.Unchanged(Reply(context, artifact, artifact.Id, [], isNew: false));
        Event[] events =
        [
            new ArtifactEvent.PermitGiven(artifact.Id, context.At.InMemory(artifact.Item), c.Version, c.Principal),
        ];
        return Decision.Accepted(events, Reply(context, artifact, artifact.Id, events, isNew: false));
    }

    /// <summary>A person's edit that an agent may not write over just now (FIELD.md, 9).</summary>
    internal static Refusal? HeldByPerson(
        IItemContext<ILocks> context,
        Artifact artifact,
        long? acknowledges,
        PrincipalId? editing
    )
    {
        if (context.Who.Kind != PrincipalKind.Agent)
            return null;
        var hold = HumanHold.Of(context.At, artifact, editing);
        if (hold is null || (hold.Permit is { } to && (to.Principal is null || to.Principal == context.Who.Id)))
            return null;
        return hold.ResolveBy == HoldResolution.Acknowledges && acknowledges == hold.Version
            ? null
            : new ArtifactRefusal.HumanEditHold(hold.Version, hold.By, hold.IsEditing, hold.ResolveBy);
    }

    // The content of a refused write is kept; where the lease was over it also opens a conflict (DESIGN.md, 2 and 6).
    private static Decision RefuseAndKeep(
        IItemContext<ILocks> context,
        Refusal refusal,
        Item? item,
        Artifact? artifact,
        Proposed content,
        string name
    )
    {
        if (refusal is LeaseRefusal.LeaseStale or LeaseRefusal.LeaseSuspended or LeaseRefusal.AcknowledgeRequired)
            return Decision.Refused(refusal with { KeptAs = content.Hash });
        if (refusal is not (LeaseRefusal.Fenced or LeaseRefusal.LeaseEnded))
            return refusal;
        var events = new List<Event>();
        var competing = new List<Competing>();
        if (artifact is not null)
            competing.Add(ArtifactCollision.Of(artifact, artifact.Current, "current"));
        competing.Add(
            new Competing(
                "late write",
                artifact?.Id,
                Version: null,
                content.Hash,
                context.Who.Id,
                context.Who.Name,
                context.Now,
                content.Length
            )
        );
        var place = artifact?.Id.Text ?? $"{item!.Id}|{name}";
        var conflict = Collisions.Open(
            context.At,
            events,
            new ConflictEvent.Opened(default, context.At.InMemory(item?.Id))
            {
                Kind = ConflictKind.FencedWrite,
                Queue = item?.Queue,
                Target = artifact?.Target,
                Artifact = artifact?.Id,
                Action = null,
                Key = $"fenced_write|{place}|{artifact?.Current.Number ?? 0}",
                Base = artifact?.Current.Number,
                What = $"{context.Who.Name} wrote on {name} after its lease was over.",
                MergedHash = null,
                Competing = competing,
            }
        );
        return Decision.Revealed(events, refusal with { KeptAs = content.Hash, Conflict = conflict });
    }

    /// <summary>The reply: the artifact after the events.</summary>
    internal static Reply Reply(
        IItemContext<ILocks> context,
        Artifact? artifact,
        ArtifactId id,
        IReadOnlyList<Event> events,
        bool isNew
    )
    {
        var after = ArtifactContext.After(context, artifact, id, events);
        return new ArtifactReply(ArtifactView.Of(context.At, after), isNew);
    }

    private static string? Target(Bounds bounds, string member, string? target)
    {
        if (target is null)
            return null;
        if (TargetPath.Check(target, out var spelled) is { } wrong)
            bounds.Fault(member, wrong);
        return spelled;
    }

    private static List<Source> Sources(Bounds bounds, IReadOnlyList<Source> sources)
    {
        bounds.Count("sources", sources.Count, 100);
        var spelled = new List<Source>(sources.Count);
        foreach (var source in sources)
        {
            bounds.Name("sources.version", source.Version);
            if (Target(bounds, "sources.target", source.Target) is { } target)
                spelled.Add(source with { Target = target });
        }
        if (spelled.Select(s => s.Target).Distinct(StringComparer.Ordinal).Count() != spelled.Count)
            bounds.Fault("sources", "must not name a target twice");
        return spelled;
    }
}
