using ControlSurface.Components;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>One queue: figures, charts, policy with its consequences, pause and resume.</summary>
public sealed partial class QueuePage
{
    // A chart that twitches cannot be read (UI.md: at most every five seconds).
    private static readonly TimeSpan ChartPause = TimeSpan.FromSeconds(5);
    private IReadOnlyList<ChartView> _charts = [];
    private (string, string?)? _chartsOf;
    private bool _chartsFault;
    private (string Queue, long At, LastWeek Past)? _lastWeek;
    private long _chartsAt;
    private Dictionary<string, string>? _typed;
    private Dictionary<string, string>? _refused;
    private DateTimeOffset? _savedAt;
    private bool _asks;
    private long _seenPolicySeq;

    /// <summary>The queue's name, from the address.</summary>
    [Parameter]
    public required string Name { get; set; }

    /// <summary>How far back the charts go: <c>1h</c>, <c>24h</c>, <c>7d</c>, <c>30d</c>, <c>90d</c>; 24 hours where it is none of them.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeKey { get; set; }

    [Inject]
    private KnownPast Past { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private IProjections Projections { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    // The last hour is counted by the minute, in memory; it has no range of hours.
    private const string LastHour = "1h";

    private ChartRange? Range =>
        RangeKey == LastHour ? null : ChartRange.All.FirstOrDefault(one => one.Key == RangeKey) ?? ChartRange.All[0];

    // What a week did is not counted anew for each letter that is typed.
    private LastWeek LastWeek
    {
        get
        {
            if (
                _lastWeek is { } known
                && known.Queue == Name
                && TimeProvider.System.GetElapsedTime(known.At) < TimeSpan.FromMinutes(1)
            )
                return known.Past;
            var past = PolicyPast.Of(Projections, Board, Name, Time.GetUtcNow());
            _lastWeek = (Name, TimeProvider.System.GetTimestamp(), past);
            return past;
        }
    }

    private string Switch => View?.Pause is null ? "pause" : "resume";

    private IReadOnlyList<ChartView> Charts
    {
        get
        {
            if (_chartsOf == (Name, Range?.Key) && TimeProvider.System.GetElapsedTime(_chartsAt) < ChartPause)
                return _charts;
            (_charts, _chartsOf, _chartsAt) = (Drawn(), (Name, Range?.Key), TimeProvider.System.GetTimestamp());
            return _charts;
        }
    }

    /// <inheritdoc/>
    protected override QueueView? Look()
    {
        var now = Time.GetUtcNow();
        var ifSwitched = ReadPicture(at => QueueView.IfSwitchedIn(at, Name, You, now));
        var view = QueueView.From(Board, Name, You, now, ifSwitched, Past.Of(Board, Name, You, now, Zone));
        // What an edit saw is the policy when it began: another's change in between is refused and not overwritten.
        if (_typed is null && view is not null)
            _seenPolicySeq = view.PolicySeq;
        return view;
    }

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? KnowZoneAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) => touched.Has(Name);

    private IReadOnlyList<ChartView> Drawn()
    {
        _chartsFault = false;
        if (Range is not { } range || Board.FindQueue(Name) is not { } queue)
            return View!.Charts;
        try
        {
            return QueueCharts.Of(Projections, queue, range, Time.GetUtcNow());
        }
        catch (ProjectionsNotReadyException)
        {
            _chartsFault = true;
            return View!.Charts;
        }
    }

    private async Task SaveAsync()
    {
        if (PolicyWords.Read(_typed!, out _) is not { } change)
            return;
        if (await DoAsync(new QueueCommand.Set(Name, change, _seenPolicySeq)))
        {
            Leave();
            _savedAt = Time.GetUtcNow();
        }
        else
            _seenPolicySeq = View?.PolicySeq ?? _seenPolicySeq;
    }

    // What the rules would refuse is said under its field while it is typed, found by trying.
    private void Type((string Name, string Value) edit)
    {
        _typed![edit.Name] = edit.Value;
        _refused = null;
        if (PolicyWords.Read(_typed, out _) is not { } change)
            return;
        var tried = ReadPicture(at =>
            at.Decide(new QueueCommand.Set(Name, change, IfSeq: null), You.Caller, Time.GetUtcNow()).Refusal
        );
        if (tried is Core.Vocabulary.Refusal.InvalidRequest { Errors: var errors })
            _refused = errors.ToDictionary(
                e => e.Key,
                e => $"It {string.Join("; ", e.Value)}.",
                StringComparer.Ordinal
            );
    }

    private IReadOnlyList<(string Setting, string Was, string Becomes)> Changes =>
        PolicyWords.Changes(View!.Policy, _typed!);

    private string? CannotSave =>
        _refused is { Count: > 0 } || PolicyWords.Read(_typed!, out _) is null ? "Put right what is marked first."
        : Changes.Count == 0 ? "Nothing is changed yet."
        : null;

    private void Edit()
    {
        _typed = new(StringComparer.Ordinal);
        _savedAt = null;
    }

    private void Leave()
    {
        _typed = null;
        _refused = null;
        Refusal = null;
    }

    private async Task SwitchAsync(string why)
    {
        QueueCommand command = View!.Pause is null
            ? new QueueCommand.PauseQueue(Name, why)
            : new QueueCommand.ResumeQueue(Name);
        if (await DoAsync(command))
            _asks = false;
    }
}
