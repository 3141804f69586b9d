namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The queues that a caller may see and act in. It is made once from the principal and the key; rules, lists, streams and pages ask
/// it, and nothing else reads the queues of a principal or key to decide (API.md, Limited callers; DESIGN.md, 15).
/// </summary>
public sealed record Scope
{
    /// <summary>The scope of the server itself, for timers and projections: sees everything.</summary>
    public static readonly Scope Everything = new(PrincipalId.System, queues: null, isAdmin: true);

    /// <summary>The scope of nobody: sees nothing.</summary>
    public static readonly Scope Nothing = new(PrincipalId.System, [], isAdmin: false);

    private readonly bool _isAdmin;

    private Scope(PrincipalId who, IReadOnlyList<string>? queues, bool isAdmin)
    {
        Who = who;
        Queues = queues;
        _isAdmin = isAdmin;
    }

    /// <summary>The principal; <see cref="PrincipalId.System"/> for nobody and for the server itself.</summary>
    public PrincipalId Who { get; }

    /// <summary>
    /// The only queues that the caller may see; null for all. For look-ups by several queues at once; else use <see cref="Sees"/>.
    /// </summary>
    public IReadOnlyList<string>? Queues { get; }

    /// <summary>Whether the caller is limited to some queues. A limited caller does not see what belongs to no queue.</summary>
    public bool IsLimited => Queues is not null;

    /// <summary>The scope of a principal who calls with a key: the queues that both allow.</summary>
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
    /// <param name="queue">Null for what belongs to no queue: only callers who are not limited see that.</param>
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

    /// <summary>The refusal of what belongs to this queue; null where the caller sees it. The refusal never names the queue.</summary>
    public Refusal? Outside(string? queue) => Sees(queue) ? null : Elsewhere;

    /// <summary>Whether the caller sees everything that somebody limited to these queues sees.</summary>
    /// <param name="queues">Null for every queue.</param>
    public bool Covers(IReadOnlyList<string>? queues) => !IsLimited || (queues is not null && queues.All(Sees));

    /// <summary>
    /// Whether the caller sees something private, such as a view that is not shared: its owner does, and an admin who is not
    /// limited.
    /// </summary>
    public bool SeesPrivate(PrincipalId owner) => owner == Who || (_isAdmin && !IsLimited);

    /// <summary>
    /// The refusal of a verb that concerns the whole workspace, whatever the command names; null where the verb is about queues, or
    /// the caller is not limited.
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
