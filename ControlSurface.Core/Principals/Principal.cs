namespace ControlSurface.Core.Principals;

/// <summary>Paused: may do nothing for now. Ended: holds nothing and never comes back.</summary>
public enum PrincipalState
{
    Active,
    Paused,
    Ended,
}

/// <summary>Somebody who may call, as the workspace knows them. Keys and sign-ins are kept outside the journal.</summary>
/// <param name="Queues">The only queues that they may read and work in; null for all (API.md, "Who calls").</param>
public sealed record Principal(
    PrincipalId Id,
    string Name,
    PrincipalKind Kind,
    Roles Roles,
    IReadOnlyList<string>? Queues,
    PrincipalState State
)
{
    /// <summary>Who paused or ended them, and why; while active null, or when the command line made them an admin again.</summary>
    public string? Why { get; init; }
}

/// <summary>What can happen to a principal, as far as the workspace is concerned.</summary>
public abstract record PrincipalEvent : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        PrincipalEventDescriptions.Of(this, by, nameOf);

    private PrincipalEvent() { }

    /// <summary>Added, or changed in name, roles, queues or state: the whole new record.</summary>
    public sealed record Set(Principal Principal) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.set";
    }

    /// <summary>Somebody was given a key. The key itself is nowhere but in the answer.</summary>
    /// <param name="Key">Its id: <c>K-6</c>.</param>
    /// <param name="Queues">The only queues that it reaches; null for as far as its owner does.</param>
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

    /// <summary>Somebody is away until an instant: nobody waits for them, and nothing is taken from them.</summary>
    public sealed record Left(PrincipalId Who, DateTimeOffset Until, string? Note) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.left";
    }

    /// <summary>They said so, or the time is over.</summary>
    public sealed record CameBack(PrincipalId Who) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.cameBack";
    }

    /// <summary>A person signed in. The session's secret is in the browser's cookie and nowhere else.</summary>
    /// <param name="Session">Its id: <c>S-3</c>.</param>
    /// <param name="How"><c>key</c> or <c>link</c>.</param>
    /// <param name="Key">The id of the key that they signed in with; null for a link.</param>
    public sealed record SessionBegan(PrincipalId Who, string Session, string How, string? Key) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "session.began";
    }

    /// <summary>A session is over, with every page that it had open.</summary>
    /// <param name="EndedAs">
    /// <c>signed_out</c>, <c>key_revoked</c>, <c>expired</c>, <c>principal_paused</c> or <c>principal_ended</c>.
    /// </param>
    public sealed record SessionEnded(PrincipalId Who, string Session, string EndedAs) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "session.ended";
    }

    /// <summary>A key works no more.</summary>
    public sealed record KeyRevoked(PrincipalId Owner, string Key) : PrincipalEvent
    {
        /// <inheritdoc/>
        public override string Type => "principal.keyRevoked";
    }
}
