using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Runbook;

/// <summary>Whether a manager has dealt with a pattern.</summary>
public enum PatternState
{
    /// <summary>Nobody has marked it as absorbed.</summary>
    Watching,

    /// <summary>A manager changed how the work is set up; what recurs since then is counted apart.</summary>
    Absorbed,
}

/// <summary>A pattern's figures of one day, in UTC.</summary>
/// <param name="Day">Days since 1 January 1970.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="LostMs">How long those that ended on that day had lasted, in milliseconds.</param>
public sealed record PatternDay(int Day, int Count, long LostMs)
{
    /// <summary>The number of the day in which an instant lies.</summary>
    public static int Of(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 86_400);
}

/// <summary>
/// A collision that recurs: one kind of conflict, or waits for locks, in one queue, on targets with the same prefix (API.md,
/// Runbook). Counted from the events of conflicts and locks.
/// </summary>
public sealed record Pattern
{
    /// <summary>Opaque, computed from kind, queue and prefix: it never changes.</summary>
    public required string Id { get; init; }

    /// <summary>A word of <see cref="Conflicts.ConflictKind"/>, or <see cref="LockWait"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The queue; null for what belongs to none.</summary>
    public required string? Queue { get; init; }

    /// <summary>What the targets have in common: all but the last segment. Empty for collisions without a target.</summary>
    public required string Prefix { get; init; }

    /// <summary>When it first happened.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it last happened.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>How often it has happened.</summary>
    public required int Count { get; init; }

    /// <summary>How long the occurrences that have ended lasted together, in milliseconds.</summary>
    public required long LostMs { get; init; }

    /// <summary>How often it has happened since it was absorbed; 0 while it is watched.</summary>
    public required int Since { get; init; }

    /// <summary>What people should do about it, up to 4,000 characters; null for none.</summary>
    public required string? Guidance { get; init; }

    /// <summary>The change that a manager chose against it; null for none.</summary>
    public required PatternChange? Change { get; init; }

    /// <summary>Whether a manager has dealt with it.</summary>
    public required PatternState State { get; init; }

    /// <summary>When it was marked as absorbed; null while it is watched.</summary>
    public required DateTimeOffset? AbsorbedAt { get; init; }

    /// <summary>Who last changed guidance, change or state; null for nobody.</summary>
    public required PrincipalId? SetBy { get; init; }

    /// <summary>When they did; null for never.</summary>
    public required DateTimeOffset? SetAt { get; init; }

    /// <summary>Seq of the last event that changed or counted it.</summary>
    public required long Seq { get; init; }

    /// <summary>The kind of the patterns that count waits for locks; all others are kinds of conflicts.</summary>
    public const string LockWait = "lock_wait";

    // Two weeks tell a trend; four are kept.
    internal const int DaysKept = 28;

    /// <summary>The last 28 days on which it happened, oldest first.</summary>
    public ImmutableList<PatternDay> Days { get; init; } = [];

    /// <summary>Its last five conflicts, oldest first.</summary>
    public ImmutableList<ConflictId> Latest { get; init; } = [];

    /// <summary>How often it happened in the last seven days, today included, and in the seven days before.</summary>
    public (int Now, int Before) Trend(DateTimeOffset now)
    {
        var today = PatternDay.Of(now);
        var (week, before) = (0, 0);
        foreach (var day in Days)
        {
            if (day.Day > today - 7)
                week += day.Count;
            else if (day.Day > today - 14)
                before += day.Count;
        }
        return (week, before);
    }

    /// <summary>How long those that ended in the last seven days had lasted.</summary>
    public TimeSpan LostInWeek(DateTimeOffset now)
    {
        var from = PatternDay.Of(now) - 7;
        return TimeSpan.FromMilliseconds(Days.Where(day => day.Day > from).Sum(day => day.LostMs));
    }

    /// <summary>
    /// The part of a target that a pattern is about: all but the last segment. <c>page:help/returns</c> gives <c>page:help/</c>; a target of
    /// one segment gives itself; no target gives an empty text.
    /// </summary>
    internal static string PrefixOf(string? target)
    {
        if (target is null)
            return "";
        var field = target.IndexOf('#', StringComparison.Ordinal);
        var path = field < 0 ? target : target[..field];
        var step = path.LastIndexOf('/');
        return step < 0 ? path : path[..(step + 1)];
    }

    internal static string IdOf(string kind, string? queue, string prefix) =>
        "RB-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{queue}\n{prefix}")))[..8];

    internal static Pattern Of(string kind, string? queue, string prefix, Recorded first) =>
        new()
        {
            Id = IdOf(kind, queue, prefix),
            Kind = kind,
            Queue = queue,
            Prefix = prefix,
            FirstAt = first.At,
            LastAt = first.At,
            Count = 0,
            LostMs = 0,
            Since = 0,
            Guidance = null,
            Change = null,
            State = PatternState.Watching,
            AbsorbedAt = null,
            SetBy = null,
            SetAt = null,
            Seq = first.Seq,
        };
}

/// <summary>An event of one pattern. Its counts follow from the events of conflicts and locks, not from these.</summary>
public abstract record RunbookEvent(string Pattern) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        RunbookEventDescriptions.Of(this, by, nameOf);

    /// <summary>A manager changed the guidance, the chosen change or the state.</summary>
    /// <param name="Guidance">The guidance from now on; null for none.</param>
    /// <param name="Change">The chosen change from now on; null for none.</param>
    /// <param name="State">The state from now on.</param>
    public sealed record WasSet(string Pattern, string? Guidance, PatternChange? Change, PatternState State)
        : RunbookEvent(Pattern)
    {
        /// <inheritdoc/>
        public override string Type => "runbook.set";
    }
}

/// <summary>A call on the runbook (API.md, Runbook).</summary>
public abstract record RunbookCommand : Command
{
    private RunbookCommand() { }

    /// <summary>Changes what it names of a pattern; null leaves a member as it is.</summary>
    /// <param name="Guidance">Shown on later conflicts of the pattern and in agents' refusals, up to 4,000 characters; empty for none.</param>
    /// <param name="Change">The change that is chosen.</param>
    /// <param name="State">Whether it is absorbed.</param>
    public sealed record Set(string Pattern, string? Guidance, PatternChange? Change, PatternState? State)
        : RunbookCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetRunbook;

        internal override Refusal? Outside(IQueueGate gate) => gate.Pattern(Pattern);
    }
}
