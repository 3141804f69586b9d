namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// What a caller may see and do, by queue: made once from the principal and the key, and asked everywhere (API.md, Limited
/// callers; DESIGN.md, 15). Nothing else reads the queues of a principal or of a key to decide that.
/// </summary>
public sealed record Scope
{
    /// <summary>The server itself: timers, projections, webhooks without queues.</summary>
    public static readonly Scope Everything = new(PrincipalId.System, queues: null, isAdmin: true);

    /// <summary>Nobody: sees nothing.</summary>
    public static readonly Scope Nothing = new(PrincipalId.System, [], isAdmin: false);

    private readonly bool _isAdmin;

    private Scope(PrincipalId who, IReadOnlyList<string>? queues, bool isAdmin)
    {
        Who = who;
        Queues = queues;
        _isAdmin = isAdmin;
    }

    /// <summary>The principal; the system's id for nobody and for the server itself.</summary>
    public PrincipalId Who { get; }

    /// <summary>The only queues that the caller may see; null for all. For indexes that are asked for several at once.</summary>
    public IReadOnlyList<string>? Queues { get; }

    /// <summary>Whether the caller is limited to some queues. What belongs to no queue is not for them.</summary>
    public bool IsLimited => Queues is not null;

    /// <summary>The scope of a subscription that names queues of its own, such as a webhook's.</summary>
    /// <param name="queues">Null for every queue.</param>
    public static Scope OfQueues(IReadOnlyList<string>? queues) =>
        queues is null ? Everything : new Scope(PrincipalId.System, queues, isAdmin: false);

    /// <summary>The scope of somebody who may call.</summary>
    /// <param name="queues">The only queues of the principal; null for all.</param>
    /// <param name="keyQueues">The only queues of the key that they call with; null for no limit beyond their own.</param>
    internal static Scope Of(
        PrincipalId who,
        Roles roles,
        IReadOnlyList<string>? queues,
        IReadOnlyList<string>? keyQueues
    )
    {
        var both =
            keyQueues is null ? queues
            : queues is null ? keyQueues
            : [.. queues.Intersect(keyQueues, StringComparer.Ordinal)];
        return new Scope(who, both, roles.HasFlag(Roles.Admin));
    }

    /// <summary>Whether the caller may see what belongs to the queue.</summary>
    /// <param name="queue">Null for what belongs to none: that is for those who are limited to none.</param>
    public bool Sees(string? queue)
    {
        if (Queues is not { } queues)
            return true;
        if (queue is null)
            return false;
        for (var k = 0; k < queues.Count; k++)
        {
            if (string.Equals(queues[k], queue, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Why what belongs to the queue is not for the caller; null where it is. Never names the queue.</summary>
    public Refusal? Outside(string? queue) => Sees(queue) ? null : Elsewhere;

    /// <summary>Whether the caller reaches at least as far as somebody limited to these queues.</summary>
    /// <param name="queues">Null for every queue.</param>
    public bool Covers(IReadOnlyList<string>? queues) => !IsLimited || (queues is not null && queues.All(Sees));

    /// <summary>Whether the caller may see what only its owner and an unlimited admin see: views that are not shared, settings.</summary>
    public bool SeesPrivate(PrincipalId owner) => owner == Who || (_isAdmin && !IsLimited);

    /// <summary>
    /// Why somebody limited to queues may not ask for it, whatever it names: it concerns the whole workspace. Null where
    /// they may, or are not limited.
    /// </summary>
    public Refusal? OutsideOf(Verb verb) =>
        IsLimited
        && verb
            is Verb.StopLine
                or Verb.GoLine
                or Verb.Drain
                or Verb.AddWorkspace
                or Verb.SetPrincipal
                or Verb.PausePrincipal
                or Verb.EndPrincipal
                or Verb.SetKey
                or Verb.SetWebhook
            ? WholeWorkspace
            : null;

    private static readonly Refusal Elsewhere = new Refusal.Forbidden(
        "a principal or key that is not limited to other queues"
    );

    private static readonly Refusal WholeWorkspace = new Refusal.Forbidden(
        "a principal or key that is not limited to queues"
    );
}
