using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Targets;

/// <summary>Targets that look like others which the workspace knows (API.md, Settled since: Text), named beside a decision on them.</summary>
public static class LookAlikeTargets
{
    /// <summary>For each of these targets that looks like another known one: that one, the first in ordinal order.</summary>
    /// <param name="maySee">Whether the reader sees what belongs to this queue; null stands for none.</param>
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
