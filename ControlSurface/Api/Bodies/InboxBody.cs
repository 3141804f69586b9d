using ControlSurface.Core.Inbox;

namespace ControlSurface.Api.Bodies;

/// <summary>One cause that needs the caller.</summary>
/// <param name="Id">The same for as long as the cause lasts.</param>
/// <param name="What">A sentence.</param>
internal sealed record InboxEntryBody(
    string Id,
    string Kind,
    string What,
    DateTimeOffset At,
    string? ItemId,
    string? ArtifactId,
    int? Version,
    string? ConflictId,
    bool IsRead
)
{
    internal static InboxEntryBody From(InboxEntry e, InboxState kept) =>
        new(
            e.Id,
            WireNames.Of(e.Kind),
            e.What,
            e.At,
            e.Item?.Text,
            e.Artifact?.Text,
            e.Version,
            e.Conflict?.Text,
            kept.HasRead(e)
        );
}

/// <summary>Which kinds of entries the caller wants.</summary>
internal sealed record NotificationsBody(
    bool Review,
    bool ApprovalFell,
    bool Conflict,
    bool Handoff,
    bool Stale,
    bool LeaseEnded
)
{
    internal static NotificationsBody From(InboxState kept)
    {
        bool Wants(InboxKind kind) => !kept.Muted.Contains(kind);
        return new(
            Wants(InboxKind.Review),
            Wants(InboxKind.ApprovalFell),
            Wants(InboxKind.Conflict),
            Wants(InboxKind.Handoff),
            Wants(InboxKind.Stale),
            Wants(InboxKind.LeaseEnded)
        );
    }
}
