using System.Globalization;
using System.Security.Claims;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>Who is behind a connection: the principal, and the queues that the key narrows them to.</summary>
public sealed record LiveCaller(PrincipalId Id, IReadOnlyList<string>? KeyQueues)
{
    /// <summary>The claim that names the principal: <c>U-4</c>.</summary>
    public const string PrincipalClaim = "sub";

    /// <summary>One claim for each queue that a key is limited to, beside <see cref="LimitedClaim"/>.</summary>
    public const string QueueClaim = "queue";

    /// <summary>There where the key is limited to queues, be they none.</summary>
    public const string LimitedClaim = "limited";

    /// <summary>The number of the key that the caller came with, or of the session of a person who signed in.</summary>
    public const string KeyClaim = "key";

    /// <inheritdoc cref="KeyClaim"/>
    public const string SessionClaim = "session";

    /// <summary>What whatever they open rests on; null where it is not known.</summary>
    public Credential? Credential { get; init; }

    /// <summary>The caller that the claims name; null for nobody, and for claims that name no principal.</summary>
    public static LiveCaller? Of(ClaimsPrincipal? user)
    {
        if (user?.FindFirstValue(PrincipalClaim) is not { } sub || !PrincipalId.TryParse(sub, out var id))
            return null;
        IReadOnlyList<string>? queues = user.HasClaim(c => c.Type == LimitedClaim)
            ? [.. user.FindAll(QueueClaim).Select(c => c.Value)]
            : null;
        return new LiveCaller(id, queues) { Credential = CredentialOf(user) };
    }

    /// <summary>The user of a connection that came with a key or a session.</summary>
    /// <param name="keyQueues">Queues that the key is limited to; null for none.</param>
    public static ClaimsPrincipal ToUser(Principal principal, IReadOnlyList<string>? keyQueues, Credential credential)
    {
        var claim = credential.Kind == CredentialKind.Key ? KeyClaim : SessionClaim;
        var identity = new ClaimsIdentity(claim, "name", "role");
        identity.AddClaim(new Claim(PrincipalClaim, principal.Id.Text));
        identity.AddClaim(new Claim("name", principal.Name));
        identity.AddClaim(new Claim(claim, credential.Number.ToString(CultureInfo.InvariantCulture)));
        if (keyQueues is not null)
            identity.AddClaim(new Claim(LimitedClaim, "true"));
        foreach (var queue in keyQueues ?? [])
            identity.AddClaim(new Claim(QueueClaim, queue));
        return new ClaimsPrincipal(identity);
    }

    private static Credential? CredentialOf(ClaimsPrincipal user) =>
        NumberIn(user, KeyClaim) is { } key ? Access.Credential.OfKey(key)
        : NumberIn(user, SessionClaim) is { } session ? Access.Credential.OfSession(session)
        : null;

    private static int? NumberIn(ClaimsPrincipal user, string claim) =>
        int.TryParse(user.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The same as a caller of commands.</summary>
    public Caller ToCaller() => new(Id, KeyQueues);

    /// <summary>What they may see, as the workspace knows them now.</summary>
    public Scope ScopeIn(Workspace at)
    {
        var caller = ToCaller();
        return Scope.Of(at.FindPrincipal(caller.Id), caller);
    }
}
