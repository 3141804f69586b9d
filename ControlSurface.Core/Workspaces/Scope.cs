using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

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

    /// <summary>The scope of a principal that calls without a key, as on a page.</summary>
    /// <param name="principal">Null, or one that has ended, sees nothing.</param>
    public static Scope Of(Principal? principal) => Of(principal, keyQueues: null);

    /// <summary>The scope of a caller, as the workspace knows the principal now.</summary>
    public static Scope Of(Workspace at, Caller caller) => Of(at.FindPrincipal(caller.Id), caller);

    /// <param name="principal">The caller's principal; null, or one that has ended, sees nothing.</param>
    public static Scope Of(Principal? principal, Caller caller) => Of(principal, caller.KeyQueues);

    /// <summary>The scope of a subscription that names queues of its own, such as a webhook's.</summary>
    /// <param name="queues">Null for every queue.</param>
    public static Scope OfQueues(IReadOnlyList<string>? queues) =>
        queues is null ? Everything : new Scope(PrincipalId.System, queues, isAdmin: false);

    private static Scope Of(Principal? principal, IReadOnlyList<string>? keyQueues)
    {
        if (principal is not { State: not PrincipalState.Ended })
            return Nothing;
        var queues =
            keyQueues is null ? principal.Queues
            : principal.Queues is null ? keyQueues
            : [.. principal.Queues.Intersect(keyQueues, StringComparer.Ordinal)];
        return new Scope(principal.Id, queues, principal.Roles.HasFlag(Roles.Admin));
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

    /// <summary>Whether the caller may see that the principal exists: themselves, and all who share a queue with them.</summary>
    public bool Sees(Principal principal)
    {
        if (!IsLimited || principal.Id == Who || principal.Queues is not { } theirs)
            return true;
        foreach (var queue in theirs)
        {
            if (Sees(queue))
                return true;
        }
        return false;
    }

    /// <summary>The principal as the caller may see them: of their queues only those that both share.</summary>
    /// <remarks>The same as <see cref="Principal"/> where the caller is limited to none.</remarks>
    public Principal Narrowed(Principal principal)
    {
        if (!IsLimited)
            return principal;
        IReadOnlyList<string>? shared = principal.Queues is { } theirs ? [.. theirs.Where(Sees)] : null;
        return principal with { Queues = shared, Why = principal.Id == Who ? principal.Why : null };
    }

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
