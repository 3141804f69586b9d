namespace ControlSurface.Components;

// What the parts show: records of plain scalars, so that == compares all that is drawn and a part can tell whether it must be
// drawn again. Pages make them from the picture; nothing here knows the engine.

/// <summary>How a lease's clock stands.</summary>
public enum ClockMode
{
    /// <summary>Runs down to <see cref="LeaseClock.ExpiresAt"/>.</summary>
    Running,

    /// <summary>Claimed, and to be started by <see cref="LeaseClock.ExpiresAt"/>.</summary>
    Start,

    /// <summary>Stopped with <see cref="LeaseClock.LeftSeconds"/> left: suspended, waiting on review, paused.</summary>
    Stopped,

    /// <summary>Nobody renewed it; stale since <see cref="LeaseClock.ExpiresAt"/>.</summary>
    Stale,
}

/// <summary>The clock of a lease.</summary>
/// <param name="ExpiresAt">When it ends, is to be started, or went stale; null only while stopped.</param>
/// <param name="TotalSeconds">Length of the lease, in seconds: what a full bar stands for.</param>
/// <param name="LeftSeconds">What was left when the clock stopped, in seconds; null while it runs.</param>
/// <param name="IsYours">The reader holds it, so that its last minute is announced.</param>
public sealed record LeaseClock(
    ClockMode Mode,
    DateTimeOffset? ExpiresAt,
    int TotalSeconds,
    int? LeftSeconds = null,
    bool IsYours = false
)
{
    /// <summary>The past moment that the clock is shown at: it stands as it ran then. Null for one that runs now.</summary>
    public DateTimeOffset? Then { get; init; }

    /// <summary>Seconds before the end from which a lease counts as expiring: 60, or a fifth of a lease under five minutes.</summary>
    public double ExpiringSeconds => Live.OwnedFacts.LastSecondsOf(TotalSeconds);

    /// <summary>Whether the lease is in its last stretch at <paramref name="now"/>.</summary>
    public bool IsExpiring(DateTimeOffset now) =>
        Mode == ClockMode.Running && ExpiresAt is { } end && (end - (Then ?? now)).TotalSeconds <= ExpiringSeconds;
}

/// <summary>Who holds or did something.</summary>
/// <param name="Run">The run of an agent, as <c>7f3</c>; null for people.</param>
public sealed record HolderView(string Name, bool IsAgent, string? Run = null, bool IsYou = false)
{
    /// <summary>Name and run, as a sentence and a <c>title</c> say it.</summary>
    public string Full => Run is null ? Name : $"{Name} run {Run}";
}

/// <summary>One figure of the strip.</summary>
/// <param name="Hue">Hue of the icon when <paramref name="IsZero"/> is false; at zero the icon is grey.</param>
/// <param name="Href">The list of what it counts; null where there is none.</param>
/// <param name="At">An instant that the detail ends with, as an age or, with <paramref name="IsCountdown"/>, as time left; both tick.</param>
public sealed record FigureView(
    string Label,
    string Value,
    string Detail,
    string Icon,
    Hue Hue,
    string? Href,
    bool IsZero = false,
    bool IsCurrent = false,
    DateTimeOffset? At = null,
    bool IsCountdown = false
)
{
    /// <summary>Above 0 where it is more than it was a day earlier, below 0 where it is less, 0 for as much; null where that is not known.</summary>
    public int? Step { get; init; }
}

/// <summary>A saved view, or another list one link away.</summary>
public sealed record TabView(string Name, long? Count, string Href, bool IsCurrent = false);

/// <summary>A filter: what it filters by, and what is chosen, if anything.</summary>
/// <param name="Parameter">Name in the address bar, and in the words of a query.</param>
/// <param name="Chosen">The value chosen; where there may be several, parted by commas, as in the words of a query.</param>
/// <param name="Choices">Value and words of what can be chosen.</param>
public sealed record FilterView(
    string Name,
    string Parameter,
    string? Chosen,
    IReadOnlyList<ChoiceView> Choices,
    string? Icon = null
)
{
    /// <summary>Several values may be chosen: what has any of them is listed.</summary>
    public bool TakesSeveral { get; init; }

    /// <summary>What the typed words say about it, parted by commas; null where they say nothing.</summary>
    public string? Said { get; init; }

    /// <summary>The values of one parameter; null where it narrows nothing.</summary>
    public static string[]? Each(string? values) =>
        values?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is chosen for things that have no such value; no name of a queue is this.</summary>
    public const string None = "~";

    /// <summary>Whether a value passes what is chosen; null and an empty one pass <see cref="None"/>.</summary>
    public static bool Allows(string? chosen, string? value) =>
        Each(chosen) is not { } some
        || some.Contains(string.IsNullOrEmpty(value) ? None : value, StringComparer.Ordinal);
}

/// <summary>Something to choose: the value in the address bar, and the words.</summary>
public sealed record ChoiceView(string Value, string Words)
{
    /// <summary>The words: MudBlazor's fields show what they are given by its text.</summary>
    public override string ToString() => Words;

    /// <summary>Each queue that occurs, and "no queue" where something has none.</summary>
    public static IReadOnlyList<ChoiceView> Queues(IEnumerable<string?> queues)
    {
        var all = queues.ToList();
        return
        [
            .. Each(all),
            .. all.Exists(string.IsNullOrEmpty)
                ? [new ChoiceView(FilterView.None, "no queue")]
                : Array.Empty<ChoiceView>(),
        ];
    }

    /// <summary>Each value that occurs, once and in order; nothing is no choice.</summary>
    public static IReadOnlyList<ChoiceView> Each(IEnumerable<string?> values) =>
        [
            .. values
                .OfType<string>()
                .Where(value => value.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.OrdinalIgnoreCase)
                .Select(value => new ChoiceView(value, value)),
        ];
}

/// <summary>A person, an agent or a role that can be asked or be handed work.</summary>
/// <param name="Value">The id, or the role.</param>
/// <param name="Words">The name.</param>
/// <param name="AwayUntil">Until when the person is away; null where they are there.</param>
/// <param name="Holds">How many live leases they hold; null of a role.</param>
public sealed record AddresseeView(string Value, string Words, bool IsRole, DateTimeOffset? AwayUntil, int? Holds)
{
    /// <summary>The name: MudBlazor's fields show what they are given by its text.</summary>
    public override string ToString() => Words;
}

/// <summary>One row of owned work, as on Now.</summary>
/// <param name="State">The API's word of the item's state.</param>
/// <param name="Progress">What was last reported, without its age; null for "not started".</param>
/// <param name="Tag">A label or a conflict worth its place in the row.</param>
/// <param name="Seq">The last event that changed the row; a higher one marks it for two seconds.</param>
/// <param name="WaitsFor">What it waits for, in the place of a holder that all rows of the list share.</param>
public sealed record WorkRowView(
    string Item,
    string? Lease,
    string State,
    string Title,
    string Href,
    HolderView? Holder,
    string? Progress,
    DateTimeOffset? ProgressAt,
    LeaseClock? Clock,
    string? Tag = null,
    long Seq = 0,
    string? WaitsFor = null
);

/// <summary>Rows whose keys are known without making them.</summary>
public interface IKeyedRows<out T>
{
    /// <summary>The key of each row, in their order.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>The rows in the order in which they are now, whatever becomes of these.</summary>
    IReadOnlyList<T> AsTheyAre();
}

/// <summary>One group of a list.</summary>
/// <param name="Facts">What the head says after the name.</param>
/// <param name="Total">Rows in the group, also those that are not drawn.</param>
public sealed record WorkGroup<T>(
    string Name,
    IReadOnlyList<string> Facts,
    IReadOnlyList<T> Rows,
    int Total,
    string? Href = null,
    bool IsFolded = false
);

/// <summary>What may have happened outside, and what is known of it.</summary>
/// <param name="Story">When it began, what came and what did not, in sentences.</param>
/// <param name="Ask">Where to look, in a sentence.</param>
/// <param name="MaySay">The reader may say what they saw.</param>
/// <param name="IfHappened">What follows at once where it happened, found by trying: a sentence a line.</param>
/// <param name="IfNotHappened">What follows at once where it did not, a sentence a line.</param>
public sealed record OutsideView(
    string Action,
    string State,
    string What,
    string Story,
    string Target,
    string Expected,
    string Ask,
    string HappenedWords,
    string NotHappenedWords,
    string? Conflict = null,
    string? ConflictHref = null,
    bool MaySay = true,
    string IfHappened = "",
    string IfNotHappened = ""
);

/// <summary>A line in a handover's lists.</summary>
/// <param name="Right">What stands at the right, in small type: a hash, a version, "not reviewed".</param>
public sealed record LineView(
    string Icon,
    string Text,
    string? Right = null,
    string? Href = null,
    Hue? Hue = null,
    string? Under = null,
    bool IsMono = false,
    bool IsRightMono = false
);

/// <summary>All that one owner left to the next.</summary>
/// <param name="Since">When it went stale or was handed off.</param>
/// <param name="HeldWords">How long, from when to when, and how it ended.</param>
/// <param name="TakeOverWords">What taking over gives and takes, said beside the button.</param>
public sealed record HandoverView(
    string Item,
    string State,
    DateTimeOffset Since,
    string Queue,
    int Priority,
    string Title,
    HolderView? From,
    string HeldWords,
    string TakeOverWords,
    IReadOnlyList<OutsideView> Outside,
    DateTimeOffset? CheckpointAt,
    string? CheckpointStep,
    string? Checkpoint,
    string? NextStep,
    IReadOnlyList<LineView> Evidence,
    IReadOnlyList<LineView> Drafts,
    IReadOnlyList<LineView> Validations,
    IReadOnlyList<LineView> Questions,
    IReadOnlyList<LineView> Locks,
    IReadOnlyList<LineView>? Decisions = null
)
{
    /// <summary>What was done outside, the newest first.</summary>
    public IReadOnlyList<DoneView> Done { get; init; } = [];

    /// <summary>What was done outside since the next step was written down; null where nothing was.</summary>
    public DoneView? DoneSince =>
        Done.Count > 0 && CheckpointAt is { } written && Done[0].At > written ? Done[0] : null;
}

/// <summary>One thing that would happen, found by trying.</summary>
/// <param name="Verb">Verb and count, in words, as "Sends 1 message to J. Haverkamp".</param>
/// <param name="Expectation">What it expects of the target, and what was found.</param>
/// <param name="GoesThrough">Null where there is nothing to try, as for a lease that goes on.</param>
/// <param name="Why">Why it would not go through.</param>
/// <param name="Claim">What it does and for whom, as whoever prepared it claims; null where they did not say.</param>
public sealed record ConsequenceView(
    string Icon,
    string Verb,
    string? Action,
    string Expectation,
    bool? GoesThrough,
    string? Why = null,
    Hue? Hue = null,
    string? Target = null,
    string? Kind = null,
    string? Warning = null,
    string? Claim = null
);

/// <summary>One event in a timeline.</summary>
/// <param name="What">The event in a few words, semibold.</param>
/// <param name="Detail">The rest of the sentence.</param>
/// <param name="Seq">Number in the journal.</param>
public sealed record TimelineEntry(
    DateTimeOffset At,
    string Icon,
    Hue? Hue,
    string What,
    string? Detail,
    string? By,
    long Seq,
    string? Href = null
);

/// <summary>One line or area of a chart.</summary>
/// <param name="Hue">Null for ink-grey, where the figure is no state.</param>
/// <param name="IsDashed">Differs by dash as well as by hue.</param>
/// <param name="Values">One for each instant, oldest first; null where nothing is known.</param>
public sealed record SeriesView(string Name, Hue? Hue, bool IsDashed, IReadOnlyList<double?> Values);

/// <summary>A chart of a queue.</summary>
/// <param name="Headline">The value of now, in words.</param>
/// <param name="Aloud">The chart in one sentence, for those who do not see it.</param>
/// <param name="Unit">Written after each number of the scale, as " m" or " %".</param>
/// <param name="Goal">A dashed level, or null.</param>
/// <param name="IsStacked">Areas on each other rather than lines.</param>
public sealed record ChartView(
    string Title,
    string Headline,
    string Detail,
    string Aloud,
    string Unit,
    IReadOnlyList<DateTimeOffset> At,
    IReadOnlyList<SeriesView> Series,
    double? Goal = null,
    bool IsStacked = false
)
{
    /// <summary>What the level of <see cref="Goal"/> is, as the chart's key says it.</summary>
    public string GoalName { get; init; } = "goal";

    /// <summary>The highest point, and the way to what was behind it; null where there is none.</summary>
    public PeakView? Peak { get; init; }
}

/// <summary>The highest point of a chart.</summary>
/// <param name="Words">How much, and when: an instant, or a day of UTC.</param>
/// <param name="Href">The event behind it, or the board as it was then.</param>
public sealed record PeakView(string Words, string Href);

/// <summary>One setting of a queue and what follows from it.</summary>
/// <param name="Name">The API's name of the setting; what an edit is about.</param>
/// <param name="Error">What is wrong with the value as it is typed; null for nothing.</param>
public sealed record PolicyRow(string Name, string Setting, string Value, string Consequence, string? Error = null)
{
    /// <summary>What there is to choose from; empty where it is typed.</summary>
    public IReadOnlyList<ChoiceView> Choices { get; init; } = [];

    /// <summary>It takes a line of its own: a list, or several figures.</summary>
    public bool IsLine { get; init; }

    /// <summary>Why it is shown and cannot be changed here; null where it can.</summary>
    public string? WhyFixed { get; init; }

    /// <summary>The value that holds until another is saved, where what was typed differs from it; null where it does not.</summary>
    public string? Was { get; init; }

    /// <summary>What may be typed, by example; null where it is chosen.</summary>
    public string? Expected { get; init; }

    /// <summary>It is on or off.</summary>
    public bool IsSwitch { get; init; }
}

/// <summary>One answer of the palette.</summary>
/// <param name="Keys">The keys that do the same, as <c>g n</c>; null for none.</param>
/// <param name="Do">The <c>data-do</c> of the button to press instead of a link.</param>
/// <param name="IsWhole">The page stands outside the circuit, and is loaded as a whole.</param>
public sealed record PaletteEntry(
    string Group,
    string Icon,
    string? Lead,
    string Text,
    string? Right = null,
    string? Keys = null,
    string? Href = null,
    string? Do = null,
    Hue? Hue = null,
    bool IsWhole = false
)
{
    /// <summary>The item whose button is pressed; null where the page has one such button.</summary>
    public string? Item { get; init; }

    /// <summary>It leads to whatever has the words, and stands after all that is called so.</summary>
    public bool IsLast { get; init; }

    /// <summary>It is done as soon as it is chosen: nobody is asked first. Words that end in three dots ask.</summary>
    public bool IsAtOnce => Do is not null && !Text.EndsWith('…');
}

/// <summary>Why an act is off, said beside its button.</summary>
/// <param name="Why">In a sentence: "not yet, C-8 is open."</param>
/// <param name="Way">The way on, as a link: "Settle C-8"; null for none.</param>
public sealed record OffView(string Why, string? Way = null, string? Href = null);

/// <summary>Something that was done outside, in some other system.</summary>
/// <param name="What">The act, as "Send reply".</param>
/// <param name="At">When it was said to be done.</param>
/// <param name="By">Who did it, with their run.</param>
/// <param name="Receipt">What the other system answered, as JSON text; null for nothing.</param>
public sealed record DoneView(string Action, string What, string Target, DateTimeOffset At, string By, string? Receipt);

/// <summary>A refusal, said beside what was pressed.</summary>
/// <param name="Happened">What happened, by whom and when.</param>
/// <param name="Detail">What was kept and what can be done next: the API's <c>detail</c>.</param>
/// <param name="Code">The API's code, for the details only.</param>
/// <param name="IsBroken">Something is broken; otherwise trying later helps.</param>
public sealed record RefusalView(
    string Happened,
    string Detail,
    string Code,
    bool IsBroken = false,
    string? Icon = null
);

/// <summary>A lease of the reader that somebody else ended.</summary>
/// <param name="Id">Of the inbox's entry.</param>
/// <param name="What">Who did what, and why, in a sentence.</param>
public sealed record LostView(string Id, string What, DateTimeOffset At, string Href);

/// <summary>What the frame around each page shows.</summary>
/// <param name="House">Whose work this is, under the product's name; null for nothing.</param>
/// <param name="You">Who is signed in; null for nobody.</param>
/// <param name="YourRole">The reader's role, in the API's word.</param>
/// <param name="Counts">Number behind each name of the navigation.</param>
/// <param name="Seq">The last event that is shown.</param>
/// <param name="IsWritable">False once the journal refused a write.</param>
/// <param name="AcceptedUntil">The last write that was accepted, said while nothing can be written.</param>
public sealed record FrameView(
    string? House,
    HolderView? You,
    string? YourRole,
    IReadOnlyDictionary<string, long> Counts,
    long Seq,
    bool IsWritable = true,
    DateTimeOffset? AcceptedUntil = null,
    int Unread = 0
)
{
    /// <summary>Address and name of each saved view in the menu.</summary>
    public IReadOnlyList<ChoiceView> Views { get; init; } = [];

    /// <summary>Id of the reader's principal; null for nobody. What they type is kept in the browser under it.</summary>
    public string? YourId { get; init; }

    /// <summary>Leases of the reader that somebody else ended and that they have not acknowledged, newest first.</summary>
    public IReadOnlyList<LostView> Lost { get; init; } = [];

    /// <summary>Since when another machine may have the workspace and what is shown may be old; null while it is not.</summary>
    public DateTimeOffset? CutOffSince { get; init; }

    /// <summary>Nothing is known yet.</summary>
    public static FrameView Empty { get; } =
        new(null, null, null, new Dictionary<string, long>(StringComparer.Ordinal), 0);
}
