using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Artifacts;

/// <summary>Making artifacts and publishing versions (API.md, Contents and artifacts).</summary>
internal static class ArtifactRules
{
    internal static Decision Decide(Asking asking, ArtifactCommand command) =>
        command switch
        {
            ArtifactCommand.Create c => Create(asking, c),
            ArtifactCommand.Publish c => Publish(asking, c),
            ArtifactCommand.Permit c => Permit(asking, c),
            ArtifactCommand.Keep c => Decision.Unchanged(new Reply.ForContent(c.Content.Hash, c.Content.Length)),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    /// <summary>The artifact, or why it cannot be had: 403 by queue before anything else about it.</summary>
    internal static Refusal? Find(Asking asking, ArtifactId id, out Artifact artifact)
    {
        artifact = asking.At.FindArtifact(id)!;
        return artifact is null ? new Refusal.NotFound("artifact", id.Text) : OutsideOf(asking, artifact.Queue);
    }

    /// <summary>What belongs to no queue is for those who are limited to none.</summary>
    internal static Refusal? OutsideOf(Asking asking, string? queue) => asking.Outside(queue);

    private static Decision Create(Asking asking, ArtifactCommand.Create c)
    {
        Item? item = null;
        if (c.Item is { } named)
        {
            if (asking.Find(named, out item) is { } refusal)
                return refusal;
        }
        else if (OutsideOf(asking, queue: null) is { } outside)
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
        if (UnderLease.Check(asking, item, c.Verb, c.Run, c.Token, null, events, out var lease) is { } no)
            return Keeping(asking, no, item, artifact: null, c.Content, c.Name);
        if (LockRules.Guard(asking, item, item?.Queue, target) is { } guarded)
            return Decision.Refused(guarded with { KeptAs = c.Content.Hash });
        var id = new ArtifactId(asking.At.LastArtifact + 1);
        var live = asking.At.InMemory(item?.Id);
        events.Add(new ArtifactEvent.Created(id, live, item?.Queue, c.Name, target, c.ContentType));
        events.Add(
            new ArtifactEvent.VersionPublished(
                id,
                live,
                Version: 1,
                c.Content.Hash,
                c.Content.Length,
                asking.Who.Name,
                asking.Who.Kind,
                c.Run,
                lease?.Id,
                Note: null,
                Base: null,
                sources,
                VersionKind.Publish,
                ChangedLines: null,
                UsesPermit: false
            )
        );
        return Decision.Accepted(events, Reply(asking, artifact: null, id, events, isNew: true));
    }

    private static Decision Publish(Asking asking, ArtifactCommand.Publish c)
    {
        if (Find(asking, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        var item = artifact.Item is { } id ? asking.At.FindItem(id) : null;
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
            asking,
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
            return Keeping(asking, under, item, artifact, c.Content, artifact.Name);
        if (LockRules.Guard(asking, item, artifact.Queue, artifact.Target) is { } guarded)
            return Decision.Refused(guarded with { KeptAs = c.Content.Hash });
        if (c.Content.Hash == artifact.Current.ContentHash)
            return Again(asking, artifact, events, sources);
        if (c.BaseVersion < artifact.Current.Number)
            return OnOldBase(asking, artifact, c, sources, lease, events);
        if (Held(asking, artifact, c.Acknowledges, c.EditedBy) is { } held)
            return Decision.Refused(held with { KeptAs = c.Content.Hash });
        var kind = asking.Who.Kind == PrincipalKind.Person ? VersionKind.Edit : VersionKind.Publish;
        Version(events, asking, artifact, c.Content, c.BaseVersion, c.Note, sources, kind, c.Run, lease?.Id);
        return Decision.Accepted(events, Reply(asking, artifact, artifact.Id, events, isNew: true));
    }

    // Nothing that is approved falls because somebody sent again what is there (API.md).
    private static Decision Again(Asking asking, Artifact artifact, List<Event> events, IReadOnlyList<Source>? sources)
    {
        var current = artifact.Current;
        if (sources is not null && !sources.SequenceEqual(current.Sources))
            events.Add(
                new ArtifactEvent.SourcesRecorded(
                    artifact.Id,
                    asking.At.InMemory(artifact.Item),
                    current.Number,
                    sources
                )
            );
        return Decision.Accepted(events, Reply(asking, artifact, artifact.Id, events, isNew: false));
    }

    private static Decision OnOldBase(
        Asking asking,
        Artifact artifact,
        ArtifactCommand.Publish c,
        IReadOnlyList<Source>? sources,
        Lease? lease,
        List<Event> events
    )
    {
        var current = artifact.Current;
        var others = MergeOffer.OthersOn(asking.At, artifact, c.BaseVersion, c.Content.Hash);
        // No merge was tried, or not with what is there now: what follows would be a guess (API.md, mergeable).
        if (
            c.Content.Merge is not { } offer
            || offer.CurrentHash != current.ContentHash
            || !offer.Others.SequenceEqual(others, StringComparer.Ordinal)
        )
            return new Refusal.MergeOutdated(current.Number);
        var merged = offer.MergedHash;
        var humanEdit = artifact.Versions.Any(v => v.Number > c.BaseVersion && v.ByKind == PrincipalKind.Person);
        var policy = asking.At.PolicyOf(artifact.Queue);
        var mayMerge = !humanEdit || asking.Who.Kind == PrincipalKind.Person || policy.OnHumanEdit == OnHumanEdit.Free;
        if (merged is not null && policy.MergeClean == MergeClean.Auto && mayMerge && c.EditedBy is null)
        {
            var content = new Proposed(merged, offer.MergedLength);
            var kind = VersionKind.Merge;
            Version(events, asking, artifact, content, current.Number, c.Note, sources, kind, c.Run, lease?.Id);
            return Decision.Accepted(events, Reply(asking, artifact, artifact.Id, events, isNew: true));
        }
        var revealed = new List<Event>();
        var conflict = Collisions.Open(
            asking.At,
            revealed,
            Conflict(
                asking,
                artifact,
                ConflictKind.OverlappingEdit,
                $"{artifact.Id}|{c.BaseVersion}",
                c.BaseVersion,
                $"{asking.Who.Name} wrote on version {c.BaseVersion} of {artifact.Name}, and version {current.Number} was there already.",
                offer.JointHash,
                [
                    Of(artifact, current, "current"),
                    new Competing(
                        "proposed",
                        artifact.Id,
                        Version: null,
                        c.Content.Hash,
                        asking.Who.Id,
                        asking.Who.Name,
                        asking.Now,
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
            new Refusal.VersionConflict(current.Number, merged is not null, humanEdit)
            {
                KeptAs = c.Content.Hash,
                Conflict = conflict,
            }
        );
    }

    /// <summary>A new version and all that follows from it, in the one write (DESIGN.md, 4).</summary>
    internal static void Version(
        List<Event> events,
        Asking asking,
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
        var item = asking.At.InMemory(artifact.Item);
        var number = artifact.Current.Number + 1;
        var falling = new List<Event>();
        ApprovalRules.Fall(
            falling,
            asking,
            artifact,
            number,
            target: null,
            $"{asking.Who.Name} published version {number}"
        );
        // What was approved falls first: at no seq does a valid approval stand beside a newer version.
        events.AddRange(falling.Take(1));
        events.Add(
            new ArtifactEvent.VersionPublished(
                artifact.Id,
                item,
                number,
                content.Hash,
                content.Length,
                asking.Who.Name,
                asking.Who.Kind,
                run,
                lease,
                note,
                baseVersion,
                sources ?? artifact.Current.Sources,
                kind,
                content.ChangedLines,
                UsesPermit: artifact.Permit?.Version == artifact.Current.Number
                    && asking.Who.Kind == PrincipalKind.Agent
            )
        );
        events.AddRange(falling.Skip(1));
        Renewed(events, asking, artifact, number, sources);
        if (artifact.OpenReview is not { } review)
            return;
        var next = new ReviewId(asking.At.LastReview + 1);
        events.Add(new ReviewEvent.Superseded(artifact.Id, item, review.Id, next));
        events.Add(
            new ReviewEvent.Requested(
                artifact.Id,
                item,
                next,
                number,
                review.Reviewers,
                review.RequestedByName,
                review.Note,
                review.DueAt is { } due ? asking.Now + (due - review.RequestedAt) : null,
                review.Lease
            )
        );
    }

    // A version that rests on its source as it is now answers the conflict that said that the last one did not.
    private static void Renewed(
        List<Event> events,
        Asking asking,
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
                .All(s => s.Version == asking.At.TargetVersion(target));
        Collisions.Overtake(
            asking.At,
            events,
            c =>
                c is { Kind: ConflictKind.SourceChanged, Target: { } target }
                && c.Artifact == artifact.Id
                && IsCurrent(target),
            $"Version {number} rests on its sources as they are now."
        );
    }

    private static Decision Permit(Asking asking, ArtifactCommand.Permit c)
    {
        if (Find(asking, c.Artifact, out var artifact) is { } refusal)
            return refusal;
        if (asking.Who.Kind != PrincipalKind.Person)
            return new Refusal.Forbidden("a person: the editor or a reviewer");
        var bounds = new Bounds();
        if (artifact.FindVersion(c.Version) is null)
            bounds.Fault("version", $"must be a version that was, 1 to {artifact.Current.Number}");
        if (c.Principal is { } to && asking.At.FindPrincipal(to) is not { Kind: PrincipalKind.Agent })
            bounds.Fault("principal", "must be an agent");
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.Version != artifact.Current.Number)
            return new Refusal.VersionChanged(artifact.Current.Number, artifact.Current.ContentHash);
        if (artifact.Permit is { } known && known.Version == c.Version && known.Principal == c.Principal)
            return Decision.Unchanged(Reply(asking, artifact, artifact.Id, [], isNew: false));
        Event[] events =
        [
            new ArtifactEvent.PermitGiven(artifact.Id, asking.At.InMemory(artifact.Item), c.Version, c.Principal),
        ];
        return Decision.Accepted(events, Reply(asking, artifact, artifact.Id, events, isNew: false));
    }

    /// <summary>A person's edit that an agent may not write over just now (FIELD.md, 9).</summary>
    internal static Refusal? Held(Asking asking, Artifact artifact, long? acknowledges, PrincipalId? editing)
    {
        if (asking.Who.Kind != PrincipalKind.Agent)
            return null;
        var hold = HumanHold.Of(asking.At, artifact, editing);
        if (hold is null || (hold.Permit is { } to && (to.Principal is null || to.Principal == asking.Who.Id)))
            return null;
        return hold.ResolveBy == "acknowledges" && acknowledges == hold.Version
            ? null
            : new Refusal.HumanEditHold(hold.Version, hold.By, hold.IsEditing, hold.ResolveBy);
    }

    // What came late or without right is kept, and where it shows a collision it is shown as one (DESIGN.md, 2 and 6).
    private static Decision Keeping(
        Asking asking,
        Refusal refusal,
        Item? item,
        Artifact? artifact,
        Proposed content,
        string name
    )
    {
        if (refusal is Refusal.LeaseStale or Refusal.LeaseSuspended or Refusal.AcknowledgeRequired)
            return Decision.Refused(refusal with { KeptAs = content.Hash });
        if (refusal is not (Refusal.Fenced or Refusal.LeaseEnded))
            return refusal;
        var events = new List<Event>();
        var competing = new List<Competing>();
        if (artifact is not null)
            competing.Add(Of(artifact, artifact.Current, "current"));
        competing.Add(
            new Competing(
                "late write",
                artifact?.Id,
                Version: null,
                content.Hash,
                asking.Who.Id,
                asking.Who.Name,
                asking.Now,
                content.Length
            )
        );
        var place = artifact?.Id.Text ?? $"{item!.Id}|{name}";
        var conflict = Collisions.Open(
            asking.At,
            events,
            new ConflictEvent.Opened(
                default,
                asking.At.InMemory(item?.Id),
                ConflictKind.FencedWrite,
                item?.Queue,
                artifact?.Target,
                artifact?.Id,
                Action: null,
                $"fenced_write|{place}|{artifact?.Current.Number ?? 0}",
                artifact?.Current.Number,
                $"{asking.Who.Name} wrote on {name} after its lease was over.",
                MergedHash: null,
                competing
            )
        );
        return Decision.Revealed(events, refusal with { KeptAs = content.Hash, Conflict = conflict });
    }

    /// <summary>A collision on an artifact.</summary>
    /// <param name="place">What makes it one, after the kind: artifact and base, or action.</param>
    internal static ConflictEvent.Opened Conflict(
        Asking asking,
        Artifact artifact,
        ConflictKind kind,
        string place,
        int? baseVersion,
        string what,
        string? merged,
        IReadOnlyList<Competing> competing,
        string? action = null
    ) =>
        new(
            default,
            asking.At.InMemory(artifact.Item),
            kind,
            artifact.Queue,
            artifact.Target,
            artifact.Id,
            action,
            $"{WireNames.Of(kind)}|{place}",
            baseVersion,
            what,
            merged,
            competing
        );

    internal static Competing Of(Artifact artifact, ArtifactVersion version, string label) =>
        new(
            label,
            artifact.Id,
            version.Number,
            version.ContentHash,
            version.By,
            version.ByName,
            version.At,
            version.Length
        );

    /// <summary>The answer: the artifact as it is after the events.</summary>
    internal static Reply Reply(
        Asking asking,
        Artifact? artifact,
        ArtifactId id,
        IReadOnlyList<Event> events,
        bool isNew
    )
    {
        var after = After(asking, artifact, id, events);
        return new Reply.ForArtifact(ArtifactView.Of(asking.At, after), isNew);
    }

    /// <summary>What the artifact would be after the events.</summary>
    internal static Artifact After(Asking asking, Artifact? artifact, ArtifactId id, IReadOnlyList<Event> events)
    {
        var seq = asking.At.Seq;
        foreach (var happened in events)
        {
            seq++;
            if (happened is OnArtifact on && on.Artifact == id)
                artifact = ArtifactEvolution.Evolve(artifact, new Recorded(seq, asking.Now, asking.Who.Id, happened));
        }
        return artifact!;
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

/// <summary>A person's edit, made or being made, that holds agents' publishes.</summary>
/// <param name="Version">The version that an agent would write on.</param>
/// <param name="ResolveBy"><c>permit</c> or <c>acknowledges</c>.</param>
/// <param name="Permit">The leave that is given for this version; null for none.</param>
public sealed record HumanHold(
    int Version,
    PrincipalId By,
    DateTimeOffset? At,
    bool IsEditing,
    string ResolveBy,
    EditPermit? Permit
)
{
    /// <summary>Null where nothing holds.</summary>
    public static HumanHold? Of(Workspace at, Artifact artifact, PrincipalId? editing)
    {
        var policy = at.PolicyOf(artifact.Queue);
        if (policy.OnHumanEdit == OnHumanEdit.Free)
            return null;
        var current = artifact.Current;
        // What a person started is there to be worked on; what they changed is not to be written over.
        var edited = current is { ByKind: PrincipalKind.Person, Base: not null };
        if (!edited && editing is null)
            return null;
        return new HumanHold(
            current.Number,
            editing ?? current.By,
            editing is null ? current.At : null,
            editing is not null,
            policy.OnHumanEdit == OnHumanEdit.Ask ? "permit" : "acknowledges",
            artifact.Permit?.Version == current.Number ? artifact.Permit : null
        );
    }
}

/// <summary>An artifact as outsiders see it: the record and what is computed from it. Values only.</summary>
public sealed record ArtifactView(
    Artifact Artifact,
    ApprovalStanding Approval,
    ReviewView? Review,
    HumanHold? Hold,
    int OpenConflicts
)
{
    /// <param name="editing">A person who has it open for editing, as presence says; null for nobody.</param>
    public static ArtifactView Of(Workspace at, Artifact artifact, PrincipalId? editing = null) =>
        new(
            artifact,
            ApprovalStanding.Of(at, artifact),
            artifact.OpenReview is { } review ? ReviewView.Of(at, artifact, review) : null,
            HumanHold.Of(at, artifact, editing),
            at.OpenConflicts.Count(c => c.Artifact == artifact.Id)
        );
}
