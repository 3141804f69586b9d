namespace ControlSurface.Core.Engine;

/// <summary>
/// The idempotency keys of requests that are being served, and of writes that were committed recently. Older keys are looked up in the
/// journal before the decision; two generations of recent keys cover the time between that look and the decision. A key that is no
/// longer remembered is looked up again, so that the size of this memory changes no answer.
/// </summary>
internal sealed class RecentKeys(int perGeneration)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(PrincipalId, string)> _serving = [];
    private Dictionary<(PrincipalId, string), long> _now = [];
    private Dictionary<(PrincipalId, string), long> _before = [];
    private long _newestInBefore;
    private long _forgottenUpTo;
    private long _committed;

    /// <summary>All keys that were committed up to this seq are on disk and in the filter. Read this before a look at either.</summary>
    internal long Committed => Interlocked.Read(ref _committed);

    internal bool IsServing(PrincipalId who, string key)
    {
        lock (_lock)
            return _serving.Contains((who, key));
    }

    /// <summary>Whether the key may have been committed after a look into the journal.</summary>
    /// <param name="lookedAt">The value of <see cref="Committed"/> before that look.</param>
    internal bool MayBeKeptSince(PrincipalId who, string key, long lookedAt)
    {
        lock (_lock)
        {
            return lookedAt < _forgottenUpTo
                || (_now.TryGetValue((who, key), out var at) && at > lookedAt)
                || (_before.TryGetValue((who, key), out at) && at > lookedAt);
        }
    }

    internal void Serve(PrincipalId who, string key)
    {
        lock (_lock)
            _serving.Add((who, key));
    }

    /// <summary>Notes that these answers are on disk and in the filter.</summary>
    /// <param name="seq">The seq of the last event of their write.</param>
    internal void Commit(IReadOnlyList<KeptAnswer> answers, long seq)
    {
        lock (_lock)
        {
            foreach (var answer in answers)
            {
                _serving.Remove((answer.Principal, answer.Key));
                _now[(answer.Principal, answer.Key)] = seq;
            }
            if (_now.Count >= perGeneration)
            {
                _forgottenUpTo = _newestInBefore;
                (_before, _now, _newestInBefore) = (_now, [], seq);
            }
        }
        Interlocked.Exchange(ref _committed, seq);
    }

    internal void Forget(PrincipalId who, string key)
    {
        lock (_lock)
            _serving.Remove((who, key));
    }
}
