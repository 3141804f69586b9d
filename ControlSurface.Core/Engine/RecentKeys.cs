using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Which idempotency keys are being served or were committed a moment ago. Older ones are looked up in the journal by the
/// caller's thread before the engine is asked; two generations bridge the time between that look and the decision.
/// </summary>
internal sealed class RecentKeys
{
    private const int PerGeneration = 100_000;
    private readonly Lock _lock = new();
    private readonly HashSet<(PrincipalId, string)> _serving = [];
    private HashSet<(PrincipalId, string)> _now = [];
    private HashSet<(PrincipalId, string)> _before = [];
    private long _generation;

    /// <summary>To be noted before the journal is looked at.</summary>
    internal long Generation => Interlocked.Read(ref _generation);

    internal bool IsServing(PrincipalId who, string key)
    {
        lock (_lock)
            return _serving.Contains((who, key));
    }

    /// <summary>Whether the key may have been committed after the caller looked.</summary>
    internal bool MayBeKept(PrincipalId who, string key, long lookedAt)
    {
        lock (_lock)
            return _generation - lookedAt > 1 || _now.Contains((who, key)) || _before.Contains((who, key));
    }

    internal void Serve(PrincipalId who, string key)
    {
        lock (_lock)
            _serving.Add((who, key));
    }

    internal void Committed(IReadOnlyList<KeptAnswer> answers)
    {
        lock (_lock)
        {
            foreach (var answer in answers)
            {
                _serving.Remove((answer.Principal, answer.Key));
                _now.Add((answer.Principal, answer.Key));
            }
            if (_now.Count < PerGeneration)
                return;
            (_before, _now) = (_now, []);
            _generation++;
        }
    }

    internal void Forget(PrincipalId who, string key)
    {
        lock (_lock)
            _serving.Remove((who, key));
    }
}
