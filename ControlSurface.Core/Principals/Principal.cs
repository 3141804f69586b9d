namespace ControlSurface.Core.Principals;

/// <summary>Whether a principal may call.</summary>
public enum PrincipalState
{
    /// <summary>It may do what its roles allow.</summary>
    Active,

    /// <summary>It may do nothing until it is resumed; its leases run on and go stale.</summary>
    Paused,

    /// <summary>It holds nothing, may do nothing, and never comes back.</summary>
    Ended,
}

/// <summary>Somebody who may call: a person or an agent. Keys and sessions are kept in the access store, outside the journal.</summary>
/// <param name="Id">Its id: <c>U-4</c>.</param>
/// <param name="Name">Its name, up to 200 characters, unique in the workspace.</param>
/// <param name="Kind">Person or agent; it never changes.</param>
/// <param name="Roles">Its roles; at least one.</param>
/// <param name="Queues">The only queues that it may read and work in; null for all (API.md, Limited callers).</param>
/// <param name="State">Whether it may call.</param>
public sealed record Principal(
    PrincipalId Id,
    string Name,
    PrincipalKind Kind,
    Roles Roles,
    IReadOnlyList<string>? Queues,
    PrincipalState State
)
{
    /// <summary>Why it was paused or ended. While it is active null, or that the command line made it an admin again.</summary>
    public string? Why { get; init; }

    /// <summary>Who paused it; null while it is not paused, and where that is not known.</summary>
    public PrincipalId? PausedBy { get; init; }
}

/// <summary>An event of a principal, its keys or its sessions. No event has a secret in it.</summary>
public abstract record PrincipalEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        PrincipalEventDescriptions.Of(this, by, nameOf);

    private PrincipalEvent() { }

    /// <summary>A principal was added, or its name, roles, queues or state changed.</summary>
    /// <param name="Principal">The whole record from now on.</param>
    public sealed record Set(Principal Principal) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.set";
    }

    /// <summary>A principal got another key. The key itself is only in the answer to the call.</summary>
    /// <param name="Owner">Whose key it is.</param>
    /// <param name="Key">Its id: <c>K-6</c>.</param>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Queues">The only queues that it reaches; null for all of its owner's.</param>
    /// <param name="ExpiresAt">When it stops working by itself; null for never.</param>
    public sealed record KeyIssued(
        PrincipalId Owner,
        string Key,
        string Name,
        IReadOnlyList<string>? Queues,
        DateTimeOffset? ExpiresAt
    ) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.keyIssued";
    }

    /// <summary>Somebody said that they are away until an instant.</summary>
    /// <param name="Until">When the absence ends by itself.</param>
    /// <param name="Note">Their note; null for none.</param>
    public sealed record Left(PrincipalId Who, DateTimeOffset Until, string? Note) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.left";
    }

    /// <summary>An absence ended: they said so, or its time is over.</summary>
    public sealed record CameBack(PrincipalId Who) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.cameBack";
    }

    /// <summary>A person signed in. The session's secret is only in the browser's cookie.</summary>
    /// <param name="Session">The session's id: <c>S-3</c>.</param>
    /// <param name="How"><c>key</c> or <c>link</c>.</param>
    /// <param name="Key">The id of the key that they signed in with; null for a link.</param>
    public sealed record SessionBegan(PrincipalId Who, string Session, string How, string? Key) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "session.began";
    }

    /// <summary>A session ended, with every page that it had open.</summary>
    /// <param name="Session">The session's id.</param>
    /// <param name="EndedAs">
    /// <c>signed_out</c>, <c>key_revoked</c>, <c>expired</c>, <c>principal_paused</c> or <c>principal_ended</c>.
    /// </param>
    public sealed record SessionEnded(PrincipalId Who, string Session, string EndedAs) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "session.ended";
    }

    /// <summary>A key was revoked: calls with it are refused from now on.</summary>
    /// <param name="Owner">Whose key it was.</param>
    public sealed record KeyRevoked(PrincipalId Owner, string Key) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.keyRevoked";
    }
}
