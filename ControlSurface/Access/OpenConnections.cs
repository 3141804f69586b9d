using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;

namespace ControlSurface.Access;

/// <summary>
/// Everything that stays open for somebody (circuits, hub connections, streams, waiting calls), with the credential that each
/// rests on. An open thing ends within a second of its credential (DESIGN.md, 15).
/// </summary>
/// <remarks>
/// Open first, then compute what the caller may see. Rights that change in between are noticed either way: the access store tells
/// of a change at once, and the feed tells once the picture has it.
/// </remarks>
public sealed class OpenConnections(
    Engine engine,
    ICredentials credentials,
    TimeProvider clock,
    ILogger<OpenConnections> log
) : BackgroundService
{
    /// <summary>So many may be open for one principal; one more is refused.</summary>
    public const int MostPerPrincipal = 1_200;

    // Expiry is looked for this often: well within the second that is promised.
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly Dictionary<PrincipalId, HashSet<OpenConnection>> _open = [];
    private ITimer? _expiry;

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum(o => o.Count);
        }
    }

    /// <summary>
    /// Registers something that stays open. Dispose the answer when it closes; its <see cref="OpenConnection.Ended"/> fires when
    /// it must close.
    /// </summary>
    /// <param name="credential">What it rests on; null where only the principal is known.</param>
    /// <param name="endsWithRights">Whether it also ends when roles or queues change; false for what looks them up each time.</param>
    /// <param name="endsWhenPaused">Whether it also ends when the principal is paused: a wait for something to do.</param>
    /// <returns>Null where the credential is over, the principal has ended or is unknown, or they have too many open.</returns>
    public OpenConnection? Open(
        PrincipalId principal,
        Credential? credential,
        bool endsWithRights = true,
        bool endsWhenPaused = false
    )
    {
        var opened = new OpenConnection(this, principal, credential, endsWithRights)
        {
            EndsWhenPaused = endsWhenPaused,
        };
        lock (_lock)
        {
            if (!_open.TryGetValue(principal, out var own))
                _open[principal] = own = [];
            if (own.Count >= MostPerPrincipal)
                return null;
            // Where nothing is open nothing expires.
            if (_open.Count == 1 && own.Count == 0)
                _expiry?.Change(Often, Often);
            own.Add(opened);
        }
        // Registered first, looked at second: an end between the two is seen by one or the other.
        var seen = engine.Picture.Read(at => at.FindPrincipal(principal));
        if (seen is { State: not PrincipalState.Ended } && opened.Rests(StandingOf(credential), seen))
            return opened;
        opened.Dispose();
        return null;
    }

    /// <summary>Ends what rests on credentials that are over, or whose rights changed.</summary>
    public void LookAgain() => EndAll(_ => true);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        credentials.Changed += OnChanged;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var expiry = clock.CreateTimer(_ => EndExpired(), null, Often, Often);
        lock (_lock)
            _expiry = expiry;
        while (!stoppingToken.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 65_536, ChangesRights);
            EndAll(_ => true);
            try
            {
                await foreach (var batch in subscription.Batches.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                    Follow(batch);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (!subscription.Lagged)
                return;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        credentials.Changed -= OnChanged;
        base.Dispose();
    }

    internal void Close(OpenConnection connection)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(connection.Principal, out var own))
                return;
            own.Remove(connection);
            if (own.Count == 0)
                _open.Remove(connection.Principal);
        }
    }

    internal void EndFailed(Exception failed) => log.EndFailed(failed);

    private CredentialStanding? StandingOf(Credential? credential) =>
        credential is { } known ? credentials.StandingOf(known) : null;

    private void OnChanged(object? sender, AccessChangedEventArgs changed)
    {
        var concerned = changed.Changed.Select(p => p.Id).ToHashSet();
        EndAll(c => concerned.Contains(c.Principal));
    }

    private static bool ChangesRights(IReadOnlyList<Recorded> batch)
    {
        foreach (var recorded in batch)
        {
            if (recorded.Event is PrincipalEvent.Set)
                return true;
        }
        return false;
    }

    private void Follow(IReadOnlyList<Recorded> batch)
    {
        foreach (var recorded in batch)
        {
            if (recorded.Event is PrincipalEvent.Set { Principal.Id: var id })
                EndAll(c => c.Principal == id);
        }
    }

    // Time passes without a change of anybody's rights: the picture need not be asked.
    private void EndExpired()
    {
        List<OpenConnection> concerned;
        lock (_lock)
        {
            if (_open.Count == 0)
                _expiry?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            concerned = [.. _open.Values.SelectMany(own => own).Where(c => c.MayExpire)];
        }
        foreach (var connection in concerned)
        {
            if (StandingOf(connection.Credential) is { Over: { } over })
                connection.End(over);
        }
    }

    private void EndAll(Func<OpenConnection, bool> concerns)
    {
        List<OpenConnection> concerned;
        lock (_lock)
            concerned = [.. _open.Values.SelectMany(own => own).Where(concerns)];
        foreach (var connection in concerned)
        {
            var standing = StandingOf(connection.Credential);
            if (
                connection.EndedBy(standing, engine.Picture.Read(at => at.FindPrincipal(connection.Principal))) is
                { } why
            )
                connection.End(why);
        }
    }
}

/// <summary>One thing that is open. Disposing it says that it closed.</summary>
public sealed class OpenConnection : IDisposable
{
    private readonly OpenConnections _all;
    private readonly bool _endsWithRights;
    private readonly CancellationTokenSource _ended = new();
    private int _reason = -1;
    private Rights? _given;
    private Rights? _seen;

    internal OpenConnection(OpenConnections all, PrincipalId principal, Credential? credential, bool endsWithRights)
    {
        _all = all;
        Principal = principal;
        Credential = credential;
        _endsWithRights = endsWithRights;
        Ended = _ended.Token;
    }

    /// <summary>Whose it is.</summary>
    public PrincipalId Principal { get; }

    /// <summary>What it rests on; null where only the principal is known.</summary>
    public Credential? Credential { get; }

    /// <summary>Fires, on a thread of its own, when it must close. It does not fire for what was disposed before.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Why it had to close; null until <see cref="Ended"/> fires.</summary>
    public EndReason? Reason => _reason < 0 ? null : (EndReason)_reason;

    internal bool MayExpire { get; private set; }

    internal bool EndsWhenPaused { get; init; }

    /// <inheritdoc/>
    public void Dispose() => _all.Close(this);

    /// <summary>Takes down what it rests on at the start; false where that is nothing any more.</summary>
    internal bool Rests(CredentialStanding? standing, Principal seen)
    {
        // A session has an end of its own that moves while it is used, so it is always looked at again.
        MayExpire = Credential is { Kind: CredentialKind.Session } || standing?.ExpiresAt is not null;
        _given = Rights.Of(standing?.Principal, standing?.KeyQueues);
        _seen = Rights.Of(seen, keyQueues: null);
        return standing?.Over is null;
    }

    internal EndReason? EndedBy(CredentialStanding? standing, Principal? seen)
    {
        if (standing?.Over is { } over)
            return over;
        if (seen is null or { State: PrincipalState.Ended })
            return EndReason.PrincipalEnded;
        if (EndsWhenPaused && seen.State == PrincipalState.Paused)
            return EndReason.PrincipalPaused;
        return
            _endsWithRights
            && _seen is not null
            && !(
                Rights.AreSame(_given, Rights.Of(standing?.Principal, standing?.KeyQueues))
                && Rights.AreSame(_seen, Rights.Of(seen, keyQueues: null))
            )
            ? EndReason.RightsChanged
            : null;
    }

    internal void End(EndReason why)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)why, -1) >= 0)
            return;
        Dispose();
        // Whoever raised the change does not wait for what is done about it.
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Tell(), this, preferLocal: false);
    }

    // An exception that left this thread would end the process.
    private void Tell()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException failed)
        {
            _all.EndFailed(failed);
        }
    }

    /// <summary>What a caller could do and see when the thing was opened.</summary>
    private sealed record Rights(Roles Roles, IReadOnlyList<string>? Queues, IReadOnlyList<string>? KeyQueues)
    {
        internal static Rights? Of(Principal? principal, IReadOnlyList<string>? keyQueues) =>
            principal is null ? null : new Rights(principal.Roles, principal.Queues, keyQueues);

        internal static bool AreSame(Rights? a, Rights? b) =>
            a is null || b is null
                ? a is null && b is null
                : a.Roles == b.Roles && AreSame(a.Queues, b.Queues) && AreSame(a.KeyQueues, b.KeyQueues);

        private static bool AreSame(IReadOnlyList<string>? a, IReadOnlyList<string>? b) =>
            a is null || b is null ? a is null && b is null : a.SequenceEqual(b, StringComparer.Ordinal);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Something that was open did not close as it should.")]
    internal static partial void EndFailed(this ILogger log, Exception failed);
}
