namespace ControlSurface.Core.Engine;

/// <summary>
/// Which idempotency keys are being served, and which were committed a moment ago. Older ones are looked up in the journal before
/// the engine is asked; two generations bridge the time between that look and the decision. Whatever is not remembered here any
/// more is looked up again, so that how much is remembered changes no answer.
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

    /// <summary>All keys that were committed up to this seq are on disk and in the filter. Read before either is looked at.</summary>
    internal long Committed => Interlocked.Read(ref _committed);

    internal bool IsServing(PrincipalId who, string key)
    {
        lock (_lock)
            return _serving.Contains((who, key));
    }

    /// <summary>Whether the key may have been committed after the caller looked.</summary>
    /// <param name="lookedAt">What <see cref="Committed"/> was before the look.</param>
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

    /// <summary>The answers are on disk and in the filter.</summary>
    /// <param name="seq">Seq of the last event of their write.</param>
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
