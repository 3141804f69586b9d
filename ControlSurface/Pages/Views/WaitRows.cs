using ControlSurface.Components;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>The tables of "Where it waits", all from the same sums.</summary>
internal sealed class WaitRows
{
    private const int MostQueues = 8;
    private readonly WaitSums _sums;
    private readonly WaitPeriods _periods;
    private readonly string? _queue;
    private readonly Dictionary<string, DateTimeOffset> _made;
    private readonly DateTimeOffset? _begun;

    /// <param name="queue">The one that is chosen; null for none.</param>
    /// <param name="queues">Those that are counted; null for all.</param>
    internal WaitRows(WaitSums sums, WaitPeriods periods, Board board, string? queue, IReadOnlyList<string>? queues)
    {
        (_sums, _periods, _queue) = (sums, periods, queue);
        _made = board
            .Queues.Where(one => queues?.Contains(one.Name, StringComparer.Ordinal) is not false)
            .ToDictionary(one => one.Name, one => one.Queue.CreatedAt, StringComparer.Ordinal);
        // Nothing could wait before there was a queue.
        _begun = _made.Count == 0 ? null : _made.Values.Min();
    }

    internal WaitSum All => _sums.All;

    /// <summary>"Work waited 61.3 h in 7 days, 18.3 h more than in the 7 days before."</summary>
    internal string Headline(string time)
    {
        var all = _periods.Compare(All.Ms, All.WasMs, _begun);
        var waited = all.Ms == 0 ? $"Nothing waited in {time}" : $"Work waited {WaitWords.Long(all.Ms)} in {time}";
        return all switch
        {
            { WasMs: null } => $"{waited}.",
            { WasMs: 0, Ms: 0 } => $"{waited}, nor in the {time} before.",
            { WasMs: 0 } => $"{waited}, and nothing in the {time} before.",
            { WasMs: { } was, Change: Change.More } =>
                $"{waited}, {WaitWords.Long(all.Ms - was)} more than in the {time} before.",
            { WasMs: { } was, Change: Change.Less } =>
                $"{waited}, {WaitWords.Long(was - all.Ms)} less than in the {time} before.",
            _ => $"{waited}, about as much as in the {time} before.",
        };
    }

    /// <summary>"Most of it for reviews in support-replies: 28.2 h."</summary>
    internal string? Where(IReadOnlyList<WaitRow> rows)
    {
        var compared = _periods.IsComparable(_begun)
            ? ""
            : " There is nothing to compare it with: no queue was there through all of the time before.";
        if (rows is not [{ Waited.Ms: > 0 } most, ..])
            return compared.Length == 0 ? null : compared.TrimStart();
        var where = most.Queue.Length == 0 ? "" : $" in {most.Queue}";
        return $"Most of it for {WaitWords.ManyOf(most.Cause)}{where}: {WaitWords.Long(most.Waited.Ms)}.{compared}";
    }

    /// <summary>Every cause, whether anything waited for it or not; the one that is chosen, where one is.</summary>
    internal IReadOnlyList<WaitCauseRow> ByCause(WaitCause? only)
    {
        var by = _sums.By(key => key.Cause);
        return
        [
            .. WaitWords
                .Causes.Where(known => only is null || known.Cause == only)
                .Select(known => (known, Sum: by.GetValueOrDefault(known.Cause, WaitSum.Nothing)))
                .OrderByDescending(one => one.Sum.Ms)
                .Select(one => new WaitCauseRow(
                    one.known.Cause,
                    one.known.Name,
                    WaitWords.Word(one.known.Cause),
                    one.known.Icon,
                    _periods.Compare(one.Sum.Ms, one.Sum.WasMs, _begun),
                    All.Ms == 0 ? 0 : (double)one.Sum.Ms / All.Ms,
                    FlowOf(one.Sum, _begun),
                    one.Sum.Open,
                    one.Sum.OldestAt,
                    WaitWords.ListOf(one.known.Cause, _queue)
                )),
        ];
    }

    internal IReadOnlyList<WaitRow> ByQueueAndCause() =>
        [
            .. _sums
                .By(key => (key.Queue, key.Cause))
                .Select(one =>
                {
                    var ((name, cause), sum) = (one.Key, one.Value);
                    var made = MadeAt(name);
                    return new WaitRow(
                        name,
                        cause,
                        WaitWords.NameOf(cause),
                        _periods.Compare(sum.Ms, sum.WasMs, made),
                        FlowOf(sum, made),
                        sum.Open,
                        sum.OldestAt,
                        sum.Gone > 0 ? sum.LongestMs : null,
                        WaitWords.ListOf(cause, name)
                    );
                })
                .OrderByDescending(row => row.Waited.Ms)
                .ThenByDescending(row => row.Waited.WasMs ?? 0)
                .ThenBy(row => row.Queue, StringComparer.Ordinal)
                .ThenBy(row => row.Cause),
        ];

    /// <summary>The queues in which most waited, and all others in one.</summary>
    internal IReadOnlyList<WaitQueueRow> ByQueue()
    {
        var causes = _sums.By(key => (key.Queue, key.Cause)).ToLookup(one => one.Key.Queue, StringComparer.Ordinal);
        var queues = _sums
            .By(key => key.Queue)
            .OrderByDescending(one => one.Value.Ms)
            .ThenByDescending(one => one.Value.WasMs)
            .ThenBy(one => one.Key, StringComparer.Ordinal)
            .ToList();
        // One alone that is left over is shown as what it is.
        var shown = queues.Count <= MostQueues + 1 ? queues.Count : MostQueues;
        List<WaitQueueRow> rows =
        [
            .. queues
                .Take(shown)
                .Select(one => new WaitQueueRow(
                    one.Key,
                    one.Key.Length == 0 ? "no queue" : one.Key,
                    _periods.Compare(one.Value.Ms, one.Value.WasMs, MadeAt(one.Key)),
                    MostFor(causes[one.Key].Select(cause => (cause.Key.Cause, cause.Value.Ms)))
                )),
        ];
        var others = queues.Skip(shown).ToList();
        if (others.Count > 0)
        {
            var sum = others.Aggregate(WaitSum.Nothing, (all, one) => all.And(one.Value));
            var most = others.SelectMany(one => causes[one.Key]).GroupBy(one => one.Key.Cause);
            rows.Add(
                new WaitQueueRow(
                    null,
                    $"{Words.Count(others.Count)} others",
                    _periods.Compare(sum.Ms, sum.WasMs, _begun),
                    MostFor(most.Select(cause => (cause.Key, cause.Sum(one => one.Value.Ms))))
                )
            );
        }
        return rows;
    }

    internal IReadOnlyList<WaitKindRow> ByKind() =>
        [
            .. _sums
                .By(key => (key.Cause, key.Kind))
                .Select(kind => new WaitKindRow(
                    WaitWords.NameOf(kind.Key.Cause),
                    kind.Key.Kind.Replace('_', ' '),
                    _periods.Compare(kind.Value.Ms, kind.Value.WasMs, _begun),
                    kind.Value.Come,
                    kind.Value.Gone
                ))
                .OrderByDescending(kind => kind.Waited.Ms)
                .ThenBy(kind => kind.Cause, StringComparer.Ordinal)
                .ThenBy(kind => kind.Kind, StringComparer.Ordinal),
        ];

    /// <summary>By whom it waits for, the reader's own first; what one lock keeps from another waits for nobody and is left out.</summary>
    internal IReadOnlyList<ForWhomRow> ForWhom(ForWhomRow? yours)
    {
        List<ForWhomRow> rows = yours is null ? [] : [yours];
        rows.AddRange(
            _sums
                .By(key => (key.Cause, Kind: key.Cause is WaitCause.Review ? key.Kind : ""))
                .Where(one => Views.ForWhom.Of(one.Key.Cause, one.Key.Kind) is not null)
                .OrderByDescending(one => one.Value.Ms)
                .ThenBy(one => one.Key.Cause)
                .ThenBy(one => one.Key.Kind, StringComparer.Ordinal)
                .Select(one =>
                {
                    var (name, roles) = Views.ForWhom.Of(one.Key.Cause, one.Key.Kind)!.Value;
                    return new ForWhomRow(
                        name,
                        roles,
                        _periods.Compare(one.Value.Ms, one.Value.WasMs, _begun),
                        one.Value.Open,
                        one.Value.OldestAt,
                        Views.ForWhom.ListOf(one.Key.Cause, one.Key.Kind, _queue)
                    );
                })
        );
        return rows;
    }

    /// <summary>What came and what went of the cause of which most more comes than goes.</summary>
    internal static ChartView Flow(
        Waits waits,
        IReadOnlyList<DateTimeOffset> at,
        ChartRange range,
        IReadOnlyList<WaitCauseRow> causes
    )
    {
        var cause = causes.MaxBy(row => (row.Flow.Come - row.Flow.Go, row.Flow.Come))!.Cause;
        var then = waits.ByTime.Where(one => one.Cause == cause).ToDictionary(one => one.From);
        var come = at.Select(start => then.GetValueOrDefault(start)?.Come ?? 0).ToList();
        var gone = at.Select(start => then.GetValueOrDefault(start)?.Gone ?? 0).ToList();
        var many = WaitWords.ManyOf(cause);
        return new ChartView(
            $"{char.ToUpperInvariant(many[0])}{many[1..]}, by the {range.Unit}",
            $"{Words.Count(come.Sum())} / {Words.Count(gone.Sum())}",
            $"came / went in {range.Name}",
            $"{Words.Count(come.Sum())} came and {Words.Count(gone.Sum())} went in the last {range.Name}",
            "",
            at,
            [
                new SeriesView("came", null, false, [.. come.Select(one => (double?)one)]),
                new SeriesView("went", null, true, [.. gone.Select(one => (double?)one)]),
            ]
        );
    }

    internal static bool IsGrowing(WaitRow row) =>
        row.Open > 0 && row.Flow.Come > row.Flow.Go && row.Cause is not WaitCause.Pause;

    internal static string Sentence(WaitRow row)
    {
        var (one, many) = row.Cause switch
        {
            WaitCause.Review => ("review", "reviews"),
            WaitCause.Question => ("question", "questions"),
            WaitCause.Conflict => ("conflict", "conflicts"),
            WaitCause.Lock => ("wait for a lock", "waits for locks"),
            _ => ("item without attempts", "items without attempts"),
        };
        var (comes, goes) = (WaitWords.Rate(row.Flow.Come), WaitWords.Rate(row.Flow.Go));
        var come = comes is "1" ? $"1 {one} an hour comes" : $"{comes} {many} an hour come";
        var where = row.Queue.Length == 0 ? "" : $" in {row.Queue}";
        var (go, wait) = (goes is "1" ? "goes" : "go", row.Open == 1 ? "waits" : "wait");
        return $"{come}{where}, {goes} {go}; {Words.Count(row.Open)} {wait} now.";
    }

    private DateTimeOffset? MadeAt(string name) => _made.TryGetValue(name, out var at) ? at : _begun;

    // Nothing could wait in a queue before it was made: its rates are of the hours since then.
    private WaitFlow FlowOf(WaitSum sum, DateTimeOffset? made)
    {
        var (hours, before) = (_periods.HoursSince(made), (_periods.From - _periods.Before).TotalHours);
        var isKnown = _periods.IsComparable(made);
        return new WaitFlow(
            sum.Come / hours,
            sum.Gone / hours,
            isKnown ? sum.WasCome / before : null,
            isKnown ? sum.WasGone / before : null
        );
    }

    private static string MostFor(IEnumerable<(WaitCause Cause, long Ms)> causes)
    {
        var all = causes.ToList();
        var (sum, most) = (all.Sum(one => one.Ms), all.MaxBy(one => one.Ms));
        return sum == 0
            ? ""
            : $"{WaitWords.NameOf(most.Cause).ToLowerInvariant()}, {WaitWords.Share((double)most.Ms / sum)}";
    }
}
