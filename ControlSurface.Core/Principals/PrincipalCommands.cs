using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Principals;

/// <summary>
/// Who may call, and with which keys (API.md, People, keys and the outside). Principals and keys are kept in a store outside the
/// journal; what is written there first is decided here, and said here once it is there.
/// </summary>
public abstract record PrincipalCommand : Command
{
    private PrincipalCommand() { }

    /// <summary>
    /// Makes the workspace's record equal to the access store's. Whoever becomes <see cref="PrincipalState.Ended"/>
    /// loses every lease in the same write (DESIGN.md, 11).
    /// </summary>
    public sealed record Sync(Principal Principal) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SyncPrincipal;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <param name="Id">The number that the store gave; <see cref="PrincipalId.System"/> where it has not yet.</param>
    public sealed record Add(
        PrincipalId Id,
        string Name,
        PrincipalKind Kind,
        Roles Roles,
        IReadOnlyList<string>? Queues
    ) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetPrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Changes what is named; kind and state stay.</summary>
    public sealed record Change(
        PrincipalId Id,
        Named<string> Name,
        Named<Roles> Roles,
        Named<IReadOnlyList<string>?> Queues
    ) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetPrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>They can do nothing until they are resumed; their leases run on and go stale.</summary>
    public sealed record Pause(PrincipalId Id, string Why) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PausePrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    public sealed record Resume(PrincipalId Id) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PausePrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>For good: they hold nothing from then on, and their keys work no more.</summary>
    /// <param name="KeepApprovals">Their approvals that are not spent stay valid; otherwise they are revoked.</param>
    public sealed record End(PrincipalId Id, string Why, bool KeepApprovals = false) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.EndPrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <param name="Key">The number that the store gave; 0 where it has not yet.</param>
    /// <param name="ExpiresAt">In the future; null for a key that does not run out.</param>
    public sealed record IssueKey(
        PrincipalId Owner,
        int Key,
        string Name,
        IReadOnlyList<string>? Queues,
        DateTimeOffset? ExpiresAt
    ) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetKey;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>What somebody says of themselves: nobody says it for another.</summary>
    /// <param name="Until">Within 366 days; null for being back.</param>
    public sealed record SetAbsence(DateTimeOffset? Until, string? Note) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.OwnInbox;

        // The caller's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Tells the journal of a session that the access store has begun, or that ended there without anybody's command.</summary>
    public sealed record TellSession(PrincipalEvent Happened) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SyncPrincipal;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends a session: their own, or as an admin anybody's.</summary>
    /// <param name="Owner">Whose it is; null where there is no such live session.</param>
    /// <param name="Session">The number in <c>S-3</c>.</param>
    /// <param name="IsOwn">Asked for by the person themselves.</param>
    public sealed record EndSession(PrincipalId? Owner, int Session, bool IsOwn) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => IsOwn ? Verb.OwnInbox : Verb.SetKey;

        // The caller's own; the verb of another's keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends all sessions of a principal; an admin's word.</summary>
    /// <param name="Sessions">The numbers of those that are live.</param>
    public sealed record EndSessions(PrincipalId Owner, IReadOnlyList<int> Sessions) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetKey;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <param name="Owner">Whose it is; null where there is no such key.</param>
    /// <param name="IsRevoked">It works no more already.</param>
    public sealed record RevokeKey(PrincipalId? Owner, int Key, bool IsRevoked) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetKey;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
