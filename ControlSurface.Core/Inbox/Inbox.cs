using System.Diagnostics;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Inbox;

/// <summary>The kinds of inbox entries.</summary>
public enum InboxKind
{
    /// <summary>A review asks them, and they may decide.</summary>
    Review,

    /// <summary>An approval of theirs no longer holds, and the work goes on.</summary>
    ApprovalFell,

    /// <summary>A conflict on their work is open.</summary>
    Conflict,

    /// <summary>An item was handed to them, or to a role of theirs.</summary>
    Handoff,

    /// <summary>Their lease, or one on an item that they created, has gone stale.</summary>
    Stale,

    /// <summary>Somebody else ended their lease: took the item over, requeued or cancelled it.</summary>
    LeaseEnded,
}

/// <summary>
/// One thing that needs one person. It appears when its cause does and goes when the cause is gone: it is computed from the state,
/// and only what the person has read or muted is stored.
/// </summary>
/// <param name="Id">Its cause, such as <c>review:R-5</c>; the same for as long as the cause lasts.</param>
/// <param name="What">A sentence for the person.</param>
/// <param name="At">When the cause came about.</param>
/// <param name="Item">The item; null for none.</param>
/// <param name="Artifact">The artifact; null for none.</param>
/// <param name="Version">The artifact's version to look at; null for none.</param>
/// <param name="Conflict">The conflict; null for none.</param>
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
    /// <summary>Compares two entries: the newer first; of the same instant in the ordinal order of their ids.</summary>
    public static int NewestFirst(InboxEntry a, InboxEntry b)
    {
        var order = b.At.CompareTo(a.At);
        return order == 0 ? string.CompareOrdinal(a.Id, b.Id) : order;
    }
}

/// <summary>What is stored of a person's inbox.</summary>
/// <param name="Read">Ids of the entries that they have read, oldest first; beyond 500 the oldest are dropped.</param>
/// <param name="Muted">The kinds of entries that they do not want.</param>
public sealed record InboxState(PrincipalId Principal, IReadOnlyList<string> Read, IReadOnlyList<InboxKind> Muted)
{
    /// <summary>The inbox of somebody who has read and muted nothing.</summary>
    public static InboxState Of(PrincipalId principal) => new(principal, [], []);

    /// <summary>Whether the person has read the entry.</summary>
    public bool HasRead(InboxEntry entry) => Read.Contains(entry.Id, StringComparer.Ordinal);

    /// <summary>Whether the person has not muted the entry's kind.</summary>
    public bool Wants(InboxEntry entry) => !Muted.Contains(entry.Kind);
}

/// <summary>An event of one person's inbox.</summary>
public abstract record InboxEvent(PrincipalId Principal) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        InboxEventDescriptions.Of(this, by, nameOf);

    /// <summary>The person read entries.</summary>
    /// <param name="Read">Ids of all entries that count as read from now on.</param>
    public sealed record WasRead(PrincipalId Principal, IReadOnlyList<string> Read) : InboxEvent(Principal)
    {
        /// <inheritdoc/>
        public override string Type => "inbox.read";
    }

    /// <summary>The person chose which kinds of entries they want.</summary>
    /// <param name="Muted">All kinds that they do not want from now on.</param>
    public sealed record WasSet(PrincipalId Principal, IReadOnlyList<InboxKind> Muted) : InboxEvent(Principal)
    {
        /// <inheritdoc/>
        public override string Type => "inbox.set";
    }
}

/// <summary>A call on the caller's own inbox (API.md, <c>GET /me/inbox</c>).</summary>
public abstract record InboxCommand : Command
{
    private InboxCommand() { }

    /// <inheritdoc/>
    public override Verb Verb => Verb.OwnInbox;

    // The caller's own.
    internal override Refusal? Outside(IQueueGate gate) => null;

    /// <summary>Marks entries as read.</summary>
    /// <param name="Ids">Their ids, at most 500.</param>
    public sealed record Read(IReadOnlyList<string> Ids) : InboxCommand;

    /// <summary>Chooses which kinds of entries the caller wants.</summary>
    /// <param name="Muted">The kinds that they do not want; they want all others.</param>
    public sealed record Set(IReadOnlyList<InboxKind> Muted) : InboxCommand;
}

/// <summary>Marking entries as read, and muting kinds of them.</summary>
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
