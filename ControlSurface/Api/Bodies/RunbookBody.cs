using ControlSurface.Core.Runbook;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Bodies;

/// <summary>What a conflict is one more of, with what people say is to be done about it.</summary>
internal sealed record RunbookRefBody(string PatternId, string? Guidance);

/// <summary>What usually helps, and why.</summary>
internal sealed record SuggestionBody(string Change, string Why);

/// <summary>How often in the last seven days, and in the seven before; with today.</summary>
internal sealed record TrendBody(int Last7Days, int Before);

/// <summary>What recurs in one way at one place.</summary>
/// <param name="Kind">A kind of conflict, or <c>lock_wait</c>.</param>
/// <param name="TargetPrefix">What the targets have in common; empty for what has no target.</param>
/// <param name="LostSeconds">For how long conflicts were open, or requests waited, of those that are over.</param>
/// <param name="LostLast7DaysSeconds">The same of the last seven days, with those that are open still.</param>
/// <param name="SinceAbsorbed">How often it recurred since it was absorbed; null while it is watched.</param>
/// <param name="Change">What people decided to change; null while they have not.</param>
internal sealed record PatternBody(
    string Id,
    string Kind,
    string? Queue,
    string TargetPrefix,
    int Count,
    TrendBody Trend,
    decimal LostSeconds,
    decimal LostLast7DaysSeconds,
    SuggestionBody Suggested,
    string? Guidance,
    string? Change,
    string State,
    int? SinceAbsorbed,
    DateTimeOffset? AbsorbedAt,
    IReadOnlyList<string> Latest,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    string? SetBy,
    DateTimeOffset? SetAt,
    long Seq
)
{
    internal static PatternBody From(Workspace at, Pattern p, DateTimeOffset now, Scope scope)
    {
        var (week, before) = p.Trend(now);
        var suggested = RunbookRules.SuggestionFor(p);
        return new PatternBody(
            p.Id,
            p.Kind,
            p.Queue,
            p.Prefix,
            p.Count,
            new TrendBody(week, before),
            (decimal)p.LostMs / 1000,
            (decimal)(long)RunbookRules.LostInWeek(at, p, now).TotalMilliseconds / 1000,
            new SuggestionBody(WireNames.Of(suggested.Change), suggested.Why),
            p.Guidance,
            p.Change is { } change ? WireNames.Of(change) : null,
            WireNames.Of(p.State),
            p.State == PatternState.Absorbed ? p.Since : null,
            p.AbsorbedAt,
            [
                .. p
                    .Latest.Where(id => at.FindConflict(id) is not { } conflict || scope.Sees(at.QueueOf(conflict)))
                    .Select(id => id.Text),
            ],
            p.FirstAt,
            p.LastAt,
            p.SetBy?.Text,
            p.SetAt,
            p.Seq
        );
    }
}

/// <summary>What people say about a pattern; a member that is not named stays as it is.</summary>
/// <param name="Guidance">Shown on later conflicts of the pattern and in agents' refusals; empty for none.</param>
internal sealed record SetPatternRequest(string? Guidance = null, string? Change = null, string? State = null);
