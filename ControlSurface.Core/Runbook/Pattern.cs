using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Core.Runbook;

/// <summary>What might be done so that it does not happen again (API.md, Runbook).</summary>
public enum PatternChange
{
    NarrowerLock,
    BetterTrigger,
    QueuePolicy,
    ClearerHandoff,
}

/// <summary>Whether something was done about a pattern already.</summary>
public enum PatternState
{
    Watching,

    /// <summary>It became a part of how the work is set up; what recurs since is counted apart.</summary>
    Absorbed,
}

/// <summary>One day of a pattern, in UTC.</summary>
/// <param name="Day">Days since 1 January 1970.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="LostMs">For how long, in milliseconds, of what was over on that day.</param>
public sealed record PatternDay(int Day, int Count, long LostMs)
{
    /// <summary>The day of an instant.</summary>
    public static int Of(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 86_400);
}

/// <summary>
/// What collides again and again in one way at one place: a kind of conflict, or <c>lock_wait</c>, in a queue, on the targets that
/// begin alike (API.md, Runbook). Counted as it happens, by the events that say so.
/// </summary>
/// <param name="Id">Opaque, of what it is of: the same for ever.</param>
/// <param name="Kind">A word of <see cref="Conflicts.ConflictKind"/>, or <c>lock_wait</c>.</param>
/// <param name="Queue">Null for what belongs to none.</param>
/// <param name="Prefix">What the targets have in common, to the last step; empty for what has no target.</param>
/// <param name="Since">How often it happened after it was absorbed.</param>
/// <param name="AbsorbedAt">When it was last marked as absorbed; null while it is watched.</param>
public sealed record Pattern(
    string Id,
    string Kind,
    string? Queue,
    string Prefix,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    int Count,
    long LostMs,
    int Since,
    string? Guidance,
    PatternChange? Change,
    PatternState State,
    DateTimeOffset? AbsorbedAt,
    PrincipalId? SetBy,
    DateTimeOffset? SetAt,
    long Seq
)
{
    /// <summary>Waits for locks are a pattern beside the kinds of conflicts.</summary>
    public const string LockWait = "lock_wait";

    // Two weeks tell a trend; four are kept.
    internal const int DaysKept = 28;

    /// <summary>The last 28 days on which it happened, oldest first.</summary>
    public ImmutableList<PatternDay> Days { get; init; } = [];

    /// <summary>The last five conflicts of it, oldest first.</summary>
    public ImmutableList<ConflictId> Latest { get; init; } = [];

    /// <summary>How often it happened in the seven days that end with this one, and in the seven before.</summary>
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

    /// <summary>Time that it took in the last seven days, of what is over.</summary>
    public TimeSpan LostInWeek(DateTimeOffset now)
    {
        var from = PatternDay.Of(now) - 7;
        return TimeSpan.FromMilliseconds(Days.Where(day => day.Day > from).Sum(day => day.LostMs));
    }

    /// <summary>
    /// What targets have in common: all but the last step. <c>page:help/returns</c> is of <c>page:help/</c>; what has one step only
    /// is by itself.
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
        new(
            IdOf(kind, queue, prefix),
            kind,
            queue,
            prefix,
            first.At,
            first.At,
            Count: 0,
            LostMs: 0,
            Since: 0,
            Guidance: null,
            Change: null,
            PatternState.Watching,
            AbsorbedAt: null,
            SetBy: null,
            SetAt: null,
            first.Seq
        );
}

/// <summary>What can happen to a pattern beside its being counted.</summary>
public abstract record RunbookEvent(string Pattern) : Event
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        RunbookEventDescriptions.Of(this, by, nameOf);

    /// <summary>What people are to do about it, from then on.</summary>
    public sealed record WasSet(string Pattern, string? Guidance, PatternChange? Change, PatternState State)
        : RunbookEvent(Pattern)
    {
        /// <inheritdoc/>
        public override string Type => "runbook.set";
    }
}

/// <summary>What can be asked of the runbook.</summary>
public abstract record RunbookCommand : Command
{
    private RunbookCommand() { }

    /// <summary>Null leaves a member as it is.</summary>
    /// <param name="Guidance">Shown on later conflicts of the pattern and in agents' refusals; empty for none.</param>
    public sealed record Set(string Pattern, string? Guidance, PatternChange? Change, PatternState? State)
        : RunbookCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.SetRunbook;

        internal override Refusal? Outside(IQueueGate gate) => gate.Pattern(Pattern);
    }
}
