using System.Diagnostics;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Runbook;

/// <summary>The runbook: what recurs, what is suggested against it, and the guidance that managers give (API.md, Runbook).</summary>
public static class RunbookRules
{
    private static readonly Suggestion AgainstLockWaits = new(
        PatternChange.NarrowerLock,
        "What is locked covers more than what is changed: whoever wants another part waits for nothing."
    );

    /// <summary>The change that usually helps against the pattern.</summary>
    public static Suggestion SuggestionFor(Pattern pattern) =>
        WireNames.TryRead<ConflictKind>(pattern.Kind, out var kind) ? ConflictKinds.Of(kind).Usual : AgainstLockWaits;

    /// <summary>The pattern that counts the conflict; null where none does yet.</summary>
    public static Pattern? Find(IPatterns at, Conflict conflict) =>
        at.FindPattern(PatternOf(conflict.Kind, conflict.Queue, conflict.Target));

    /// <summary>The sentence, followed by the runbook's guidance where there is some.</summary>
    public static string Advised(string sentence, string? guidance) =>
        guidance is null ? sentence : $"{sentence} The runbook says: {guidance}";

    /// <summary>The time that it cost in the last seven days: of what ended then, and of its latest conflicts that are open, up to now.</summary>
    public static TimeSpan LostInWeek(IPatterns at, Pattern pattern, DateTimeOffset now)
    {
        var lost = pattern.LostInWeek(now);
        foreach (var id in pattern.Latest)
        {
            if (at.FindConflict(id) is { IsOpen: true } open)
                lost += now - open.OpenedAt;
        }
        return lost;
    }

    /// <summary>The patterns, those that cost most in the last seven days first; then those that happened most; then by id.</summary>
    public static IReadOnlyList<Pattern> Ranked(IPatterns at, IEnumerable<Pattern> patterns, DateTimeOffset now) =>
        [
            .. patterns
                .OrderByDescending(p => LostInWeek(at, p, now))
                .ThenByDescending(p => p.Trend(now).Now)
                .ThenBy(p => p.Id, StringComparer.Ordinal),
        ];

    /// <summary>The guidance on conflicts of this kind at this place; null for none.</summary>
    internal static string? GuidanceFor(IPatterns at, ConflictKind kind, string? queue, string? target) =>
        at.FindPattern(PatternOf(kind, queue, target))?.Guidance;

    internal static Decision Decide(IRuleContext<IPatterns> context, RunbookCommand command)
    {
        if (command is not RunbookCommand.Set c)
            throw new UnreachableException(command.GetType().Name);
        var bounds = new Bounds();
        bounds.Text("guidance", c.Guidance, Bounds.NoteLength);
        if (context.At.FindPattern(c.Pattern) is not { } pattern)
            return new Refusal.NotFound("pattern", c.Pattern);
        if (bounds.Refusal is { } invalid)
            return invalid;
        var guidance =
            c.Guidance is null ? pattern.Guidance
            : string.IsNullOrWhiteSpace(c.Guidance) ? null
            : c.Guidance.Trim();
        var happened = new RunbookEvent.WasSet(
            pattern.Id,
            guidance,
            c.Change ?? pattern.Change,
            c.State ?? pattern.State
        );
        if ((happened.Guidance, happened.Change, happened.State) == (pattern.Guidance, pattern.Change, pattern.State))
            return Decision.Unchanged(new PatternReply(pattern));
        var recorded = new Recorded(context.At.Seq + 1, context.Now, context.Who.Id, happened);
        return Decision.Accepted(happened, new PatternReply(Evolve(pattern, happened, recorded)));
    }

    internal static Pattern Evolve(Pattern was, RunbookEvent happened, Recorded recorded) =>
        happened switch
        {
            RunbookEvent.WasSet e => was with
            {
                Guidance = e.Guidance,
                Change = e.Change,
                State = e.State,
                // Marked as absorbed again, its recurrences are counted from 0.
                AbsorbedAt =
                    e.State == PatternState.Absorbed
                        ? was.State == PatternState.Absorbed
                            ? was.AbsorbedAt
                            : recorded.At
                        : null,
                Since = e.State == PatternState.Absorbed && was.State == PatternState.Absorbed ? was.Since : 0,
                SetBy = recorded.By,
                SetAt = recorded.At,
                Seq = recorded.Seq,
            },
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    /// <summary>The pattern after it happened once more.</summary>
    internal static Pattern Counted(Pattern was, Recorded recorded, ConflictId? conflict) =>
        OnDay(was, recorded.At, count: 1, lostMs: 0) with
        {
            Count = was.Count + 1,
            Since = was.State == PatternState.Absorbed ? was.Since + 1 : 0,
            LastAt = recorded.At,
            Latest = conflict is { } id ? Last(was.Latest.Add(id), 5) : was.Latest,
            Seq = recorded.Seq,
        };

    /// <summary>The pattern after one occurrence ended.</summary>
    /// <param name="lostMs">How long that had lasted, in milliseconds.</param>
    internal static Pattern Ended(Pattern was, Recorded recorded, long lostMs) =>
        OnDay(was, recorded.At, count: 0, lostMs) with
        {
            LostMs = was.LostMs + lostMs,
            Seq = recorded.Seq,
        };

    internal static string PatternOf(ConflictKind kind, string? queue, string? target) =>
        Pattern.IdOf(WireNames.Of(kind), queue, Pattern.PrefixOf(target));

    private static Pattern OnDay(Pattern was, DateTimeOffset at, int count, long lostMs)
    {
        var today = PatternDay.Of(at);
        var days = was.Days;
        if (days.Count > 0 && days[^1].Day == today)
        {
            var last = days[^1];
            days = days.SetItem(
                days.Count - 1,
                last with
                {
                    Count = last.Count + count,
                    LostMs = last.LostMs + lostMs,
                }
            );
        }
        else
        {
            days = days.Add(new PatternDay(today, count, lostMs));
        }
        return was with { Days = days.RemoveAll(day => day.Day <= today - Pattern.DaysKept) };
    }

    private static System.Collections.Immutable.ImmutableList<ConflictId> Last(
        System.Collections.Immutable.ImmutableList<ConflictId> ids,
        int most
    ) => ids.Count <= most ? ids : ids.RemoveRange(0, ids.Count - most);
}
