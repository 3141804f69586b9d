using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Inbox;

/// <summary>What may need a person.</summary>
public enum InboxKind
{
    /// <summary>A review that they are asked for and may decide.</summary>
    Review,

    /// <summary>An approval of theirs that fell, on work that goes on.</summary>
    ApprovalFell,

    /// <summary>A collision on their work.</summary>
    Conflict,

    /// <summary>Work that was handed to them or to a role of theirs.</summary>
    Handoff,

    /// <summary>Their lease, or one on work that they asked for, has gone stale.</summary>
    Stale,

    /// <summary>Somebody else ended their lease: took the work over, requeued or cancelled it.</summary>
    LeaseEnded,
}

/// <summary>
/// One cause that needs one person, however often it is repeated: it comes once, and goes when the cause is gone. Computed
/// from the state, so that it cannot say what is not so; only what they have read and what they do not want is kept.
/// </summary>
/// <param name="Id">The cause, as <c>review:R-5</c>: the same for as long as it lasts.</param>
/// <param name="What">A sentence.</param>
/// <param name="At">When it came about.</param>
public sealed record InboxEntry(
    string Id,
    InboxKind Kind,
    string What,
    DateTimeOffset At,
    ItemId? Item,
    ArtifactId? Artifact,
    int? Version,
    ConflictId? Conflict
)
{
    /// <summary>Newest first; of one instant by their ids.</summary>
    public static int NewestFirst(InboxEntry a, InboxEntry b)
    {
        var order = b.At.CompareTo(a.At);
        return order == 0 ? string.CompareOrdinal(a.Id, b.Id) : order;
    }
}

/// <summary>What a person has read, and what they do not want to hear of.</summary>
/// <param name="Read">Ids of entries, in ordinal order; those whose cause is long gone are dropped beyond 500.</param>
public sealed record InboxState(PrincipalId Principal, IReadOnlyList<string> Read, IReadOnlyList<InboxKind> Muted)
{
    /// <summary>Nothing read, everything wanted.</summary>
    public static InboxState Of(PrincipalId principal) => new(principal, [], []);

    public bool HasRead(InboxEntry entry) => Read.Contains(entry.Id, StringComparer.Ordinal);

    public bool Wants(InboxEntry entry) => !Muted.Contains(entry.Kind);
}

/// <summary>What can happen to somebody's inbox: the whole of what is kept, as it is from then on.</summary>
public abstract record InboxEvent(PrincipalId Principal) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        InboxEventDescriptions.Of(this, by, nameOf);

    public sealed record WasRead(PrincipalId Principal, IReadOnlyList<string> Read) : InboxEvent(Principal)
    {
        /// <inheritdoc/>
        public override string Type => "inbox.read";
    }

    public sealed record WasSet(PrincipalId Principal, IReadOnlyList<InboxKind> Muted) : InboxEvent(Principal)
    {
        /// <inheritdoc/>
        public override string Type => "inbox.set";
    }
}

/// <summary>What somebody does with their own inbox; nobody does it for another.</summary>
public abstract record InboxCommand : Command
{
    private InboxCommand() { }

    /// <inheritdoc/>
    public override Verb Verb => Verb.OwnInbox;

    // The caller's own.
    internal override Refusal? Outside(IQueueGate gate) => null;

    public sealed record Read(IReadOnlyList<string> Ids) : InboxCommand;

    /// <param name="Muted">The kinds that are not wanted; all others are.</param>
    public sealed record Set(IReadOnlyList<InboxKind> Muted) : InboxCommand;
}

/// <summary>What a person keeps about their inbox.</summary>
internal static class InboxRules
{
    private const int MostRead = 500;

    internal static Decision Decide(IRuleContext<IInboxes> context, InboxCommand command)
    {
        var was = context.At.InboxOf(context.Who.Id);
        switch (command)
        {
            case InboxCommand.Read c:
                var bounds = new Bounds();
                bounds.Count("ids", c.Ids.Count, MostRead);
                foreach (var id in c.Ids)
                    bounds.Name("ids", id, 100);
                if (bounds.Refusal is { } invalid)
                    return invalid;
                List<string> added =
                [
                    .. c.Ids.Distinct(StringComparer.Ordinal).Except(was.Read, StringComparer.Ordinal),
                ];
                if (added.Count == 0)
                    return Decision.Unchanged(new InboxReply(was));
                IReadOnlyList<string> read =
                [
                    .. was.Read.Skip(Math.Max(0, was.Read.Count + added.Count - MostRead)),
                    .. added,
                ];
                return Decision.Accepted(
                    new InboxEvent.WasRead(context.Who.Id, read),
                    new InboxReply(was with { Read = read })
                );
            case InboxCommand.Set c:
                IReadOnlyList<InboxKind> muted = [.. c.Muted.Distinct().Order()];
                return muted.SequenceEqual(was.Muted)
                    ? Decision.Unchanged(new InboxReply(was))
                    : Decision.Accepted(
                        new InboxEvent.WasSet(context.Who.Id, muted),
                        new InboxReply(was with { Muted = muted })
                    );
            default:
                throw new UnreachableException(command.GetType().Name);
        }
    }

    internal static InboxState Evolve(InboxState was, InboxEvent happened) =>
        happened switch
        {
            InboxEvent.WasRead e => was with { Read = e.Read },
            InboxEvent.WasSet e => was with { Muted = e.Muted },
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
