namespace ControlSurface.Api;

// What callers send about locks and holds of targets (see Requests.cs).

/// <summary>One target to lock.</summary>
/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
internal sealed record LockAskRequest(string Target, string Mode);

/// <summary>The body of <c>POST /leases/{id}/locks</c>.</summary>
/// <param name="Targets">All of them or none.</param>
/// <param name="WaitSeconds">0 to 55, fractions too: how long to wait in line; asked for again, the place is kept.</param>
/// <param name="OverStale">Takes what only stale leases have locked.</param>
internal sealed record LockRequest(
    long Token,
    IReadOnlyList<LockAskRequest> Targets,
    string? Run = null,
    decimal? WaitSeconds = null,
    bool? OverStale = null,
    long? Acknowledges = null
);

/// <summary>The body of <c>POST /leases/{id}/unlock</c>.</summary>
internal sealed record UnlockRequest(long Token, IReadOnlyList<string> Targets, string? Run = null);

/// <summary>The body of <c>POST /targets/holds</c>.</summary>
/// <param name="Mode"><c>exclusive</c> or <c>shared</c>.</param>
/// <param name="Until">Within 30 days.</param>
internal sealed record HoldRequest(string Target, string Mode, DateTimeOffset Until, string Why);
