using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Targets;

/// <summary>Hides from a caller who is limited to queues what they may not know of targets.</summary>
public static class TargetSight
{
    /// <summary>
    /// The target as the caller may see it: without changes that were reported by somebody whom they cannot see, and without any
    /// where no work of theirs touches the target. Their own reports stay.
    /// </summary>
    public static TargetState Of(ITargets at, Scope scope, TargetState target)
    {
        if (!scope.IsLimited)
            return target;
        return Of(at, scope, target, TargetsSeen(at, scope).Any(seen => TargetPath.IsAtOrBelow(seen, target.Path)));
    }

    internal static TargetState Of(ITargets at, Scope scope, TargetState target, bool isTouched)
    {
        if (!scope.IsLimited)
            return target;
        var isOwn = target.Changes.LastOrDefault(c => c.Counts)?.ReportedBy == scope.Who;
        return target with
        {
            Version = isTouched || isOwn ? target.Version : "",
            Changes = [.. target.Changes.Where(c => MayHear(at, scope, c, isTouched))],
            Held = target.Held is { } held && MayHear(at, scope, held, isTouched) ? held : null,
        };
    }

    /// <summary>The targets that work in the caller's queues names, locks, waits for or uses as a source.</summary>
    internal static TargetSet TargetsOf(ITargets at, Scope scope)
    {
        var targets = new TargetSet();
        foreach (var target in TargetsSeen(at, scope))
            targets.Add(target);
        return targets;
    }

    private static IEnumerable<string> TargetsSeen(ITargets at, Scope scope)
    {
        foreach (var item in at.Items())
        {
            if (!scope.Sees(item.Queue))
                continue;
            foreach (var target in item.Targets)
                yield return target;
            foreach (var held in item.Locks)
                yield return held.Target;
            foreach (var wait in item.LockWaits)
            {
                foreach (var ask in wait.Locks)
                    yield return ask.Target;
            }
        }
        foreach (var artifact in at.Artifacts)
        {
            if (!scope.Sees(artifact.Queue))
                continue;
            if (artifact.Target is { } target)
                yield return target;
            foreach (var source in artifact.Current.Sources)
                yield return source.Target;
        }
        foreach (var action in at.Actions)
        {
            if (scope.Sees(at.QueueOf(action)))
                yield return action.Target;
        }
        foreach (var hold in at.Holds)
        {
            if (hold.By == scope.Who)
                yield return hold.Target;
        }
    }

    private static bool MayHear(ITargets at, Scope scope, TargetChange change, bool isTouched) =>
        change.ReportedBy == scope.Who
        || (isTouched && (at.FindPrincipal(change.ReportedBy) is not { } by || scope.Sees(by)));
}

/// <summary>A set of targets that tells whether any of them lies at or below a path.</summary>
internal sealed class TargetSet
{
    private readonly HashSet<string> _covering = new(StringComparer.Ordinal);

    internal void Add(string target)
    {
        foreach (var above in TargetPath.UpFrom(target))
            _covering.Add(above);
    }

    /// <summary>Whether the path is one of the targets or lies above one. False for a path below one.</summary>
    internal bool HasAtOrBelow(string path) => _covering.Contains(path);
}
