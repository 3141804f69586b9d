using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Principals;

/// <summary>
/// A call on principals, keys, sessions or one's own absence (API.md, People, keys and the outside). The first three are stored
/// outside the journal: the edge tries the command, writes the store, and sends the command again with the numbers that the store gave.
/// </summary>
public abstract record PrincipalCommand : Command
{
    private PrincipalCommand() { }

    /// <summary>
    /// Makes the workspace's record equal to the access store's. A principal that becomes <see cref="PrincipalState.Ended"/>
    /// loses every lease in the same write (DESIGN.md, 11).
    /// </summary>
    public sealed record Sync(Principal Principal) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SyncPrincipal;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Adds a principal.</summary>
    /// <param name="Id">The id that the store gave; <see cref="PrincipalId.System"/> where it has not given one yet.</param>
    /// <param name="Name">Its name, up to 200 characters, unique in the workspace.</param>
    /// <param name="Kind">Person or agent.</param>
    /// <param name="Roles">Its roles; at least one.</param>
    /// <param name="Queues">The only queues that it may read and work in; null for all, as for every admin.</param>
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

    /// <summary>Changes the members that it names; kind and state stay.</summary>
    /// <param name="Id">The principal; one that has ended is refused.</param>
    /// <param name="Name">Its new name, unique in the workspace.</param>
    /// <param name="Roles">Its new roles. The last active admin must stay one.</param>
    /// <param name="Queues">The only queues from now on; null for all.</param>
    public sealed record Change(
        PrincipalId Id,
        Optional<string> Name,
        Optional<Roles> Roles,
        Optional<IReadOnlyList<string>?> Queues
    ) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetPrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Pauses a principal: it can do nothing until it is resumed; its leases run on and go stale.</summary>
    /// <param name="Id">The principal; not the caller's own.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Pause(PrincipalId Id, string Why) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PausePrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Lets a paused principal call again.</summary>
    /// <param name="Id">The principal; one that has ended is refused.</param>
    public sealed record Resume(PrincipalId Id) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PausePrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends a principal for good: its leases end in the same write, and its keys work no more.</summary>
    /// <param name="Id">The principal; not the caller's own.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    /// <param name="KeepApprovals">Whether its approvals that are not spent stay valid; otherwise they are revoked.</param>
    public sealed record End(PrincipalId Id, string Why, bool KeepApprovals = false) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.EndPrincipal;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Gives a principal another key.</summary>
    /// <param name="Owner">The principal; one that has ended is refused.</param>
    /// <param name="Key">The number that the store gave; 0 where it has not given one yet.</param>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Queues">The only queues that it reaches; null for all of its owner's.</param>
    /// <param name="ExpiresAt">When it stops working by itself, in the future; null for never.</param>
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

    /// <summary>Says that the caller is away, or back. Nobody can say it for another.</summary>
    /// <param name="Until">When the absence ends, within 366 days; null for being back.</param>
    /// <param name="Note">Up to 4,000 characters; null for none.</param>
    public sealed record SetAbsence(DateTimeOffset? Until, string? Note) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.OwnInbox;

        // The caller's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Records a session that the access store began, or that ended there without a command.</summary>
    /// <param name="Happened"><see cref="PrincipalEvent.SessionBegan"/> or <see cref="PrincipalEvent.SessionEnded"/>.</param>
    public sealed record TellSession(PrincipalEvent Happened) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SyncPrincipal;

        // The server's own.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends one session: the caller's own, or anybody's where the caller is an admin.</summary>
    /// <param name="Owner">Whose session it is; null where the store has no such live session.</param>
    /// <param name="Session">The number in <c>S-3</c>.</param>
    /// <param name="IsOwn">The caller means a session of their own: <c>DELETE /me/sessions/{id}</c>.</param>
    public sealed record EndSession(PrincipalId? Owner, int Session, bool IsOwn) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => IsOwn ? Verb.OwnInbox : Verb.SetKey;

        // The caller's own; the verb of another's keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Ends all sessions of a principal. Admins only.</summary>
    /// <param name="Sessions">The numbers of its live sessions.</param>
    public sealed record EndSessions(PrincipalId Owner, IReadOnlyList<int> Sessions) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetKey;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    /// <summary>Revokes a key: calls with it are refused from then on.</summary>
    /// <param name="Owner">Whose key it is; null where the store has no such key.</param>
    /// <param name="Key">The number in <c>K-6</c>.</param>
    /// <param name="IsRevoked">Whether it is revoked already, so that nothing changes.</param>
    public sealed record RevokeKey(PrincipalId? Owner, int Key, bool IsRevoked) : PrincipalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetKey;

        // Its verb keeps out all who are limited to queues.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
