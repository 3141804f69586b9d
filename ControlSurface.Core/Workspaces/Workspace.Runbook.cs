using System.Diagnostics;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Runbook;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<string, Pattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>The runbook's patterns of collisions and lock waits, in the ordinal order of their ids.</summary>
    public IEnumerable<Pattern> Patterns => _patterns.Values;

    /// <inheritdoc/>
    public Pattern? FindPattern(string id) => _patterns.GetValueOrDefault(id);

    private void CountConflict(ConflictEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case ConflictEvent.Opened e:
                var pattern = PatternAt(WireNames.Of(e.Kind), e.Queue, e.Target, recorded);
                _patterns[pattern.Id] = RunbookRules.Counted(pattern, recorded, e.Conflict);
                break;
            case ConflictEvent.Resolved or ConflictEvent.Overtaken:
                var conflict = _conflicts[happened.Conflict];
                var of = PatternAt(WireNames.Of(conflict.Kind), conflict.Queue, conflict.Target, recorded);
                var took = (long)(recorded.At - conflict.OpenedAt).TotalMilliseconds;
                _patterns[of.Id] = RunbookRules.Ended(of, recorded, took);
                break;
            case ConflictEvent.Joined or ConflictEvent.Taken:
                break; // The same collision, still open.
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    // A wait counts for the pattern of each target that caused it.
    private void CountLockWait(string? queue, string target, long waitedMs, Recorded recorded)
    {
        var pattern = PatternAt(Pattern.LockWait, queue, target, recorded);
        _patterns[pattern.Id] = RunbookRules.Ended(
            RunbookRules.Counted(pattern, recorded, conflict: null),
            recorded,
            waitedMs
        );
    }

    private Pattern PatternAt(string kind, string? queue, string? target, Recorded recorded)
    {
        var prefix = Pattern.PrefixOf(target);
        return FindPattern(Pattern.IdOf(kind, queue, prefix)) ?? Pattern.Of(kind, queue, prefix, recorded);
    }
}
