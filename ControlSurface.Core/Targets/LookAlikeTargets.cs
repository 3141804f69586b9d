using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Targets;

/// <summary>
/// Finds targets that look like other known targets, so that a reviewer is warned beside a decision (API.md, Settled since, Text).
/// </summary>
public static class LookAlikeTargets
{
    /// <summary>For each target that looks like another known one, that other one: the first in ordinal order.</summary>
    /// <param name="targets">In canonical form.</param>
    /// <param name="maySee">Whether the reader sees what belongs to a queue; called with null for what belongs to none.</param>
    public static IReadOnlyDictionary<string, string> Of(
        ITargets at,
        IReadOnlyCollection<string> targets,
        Func<string?, bool> maySee
    )
    {
        var like = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (targets.Count == 0)
            return like;
        var skeletons = targets.Distinct(StringComparer.Ordinal).ToLookup(LookAlikes.Skeleton, StringComparer.Ordinal);
        var shapes = skeletons.Select(one => one.Key).ToList();
        foreach (var known in Known(at, maySee))
        {
            foreach (var shape in shapes)
            {
                if (!LookAlikes.HasSkeleton(known, shape))
                    continue;
                foreach (var target in skeletons[shape])
                {
                    var isNearer = !like.TryGetValue(target, out var other) || string.CompareOrdinal(known, other) < 0;
                    if (known != target && isNearer)
                        like[target] = known;
                }
            }
        }
        return like;
    }

    private static IEnumerable<string> Known(ITargets at, Func<string?, bool> maySee)
    {
        if (maySee(null))
        {
            foreach (var target in at.Targets)
                yield return target.Path;
        }
        foreach (var item in at.Items())
        {
            if (item.Targets.Count == 0 || !maySee(item.Queue))
                continue;
            foreach (var target in item.Targets)
                yield return target;
        }
        foreach (var action in at.Actions)
        {
            if (maySee(action.Queue))
                yield return action.Target;
        }
        foreach (var artifact in at.Artifacts)
        {
            if (artifact.Target is { } target && maySee(artifact.Queue))
                yield return target;
        }
    }
}
