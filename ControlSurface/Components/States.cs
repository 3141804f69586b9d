using System.Collections.Frozen;

namespace ControlSurface.Components;

/// <summary>Five hues and a grey; each is a state and nothing else. In lower case it is the class name in the stylesheet.</summary>
public enum Hue
{
    /// <summary>Grey: nothing happens and nobody has to act.</summary>
    Idle,

    /// <summary>Somebody works on it.</summary>
    Work,

    /// <summary>It ended well: applied, approved, completed.</summary>
    Good,

    /// <summary>It waits for somebody, or soon ends.</summary>
    Wait,

    /// <summary>Somebody must act: stale, conflicting, failed.</summary>
    Bad,

    /// <summary>Nobody knows yet what came of it.</summary>
    Open,
}

/// <summary>What a state word is of. The same word means different things of an item and of a queue.</summary>
public enum StateKind
{
    /// <summary>A state of an item.</summary>
    Item,

    /// <summary>A state of a lease.</summary>
    Lease,

    /// <summary>A state of a review or an approval.</summary>
    Approval,

    /// <summary>A state of an action.</summary>
    Action,

    /// <summary>A state of a conflict.</summary>
    Conflict,

    /// <summary>Whether a queue runs or is paused.</summary>
    Queue,

    /// <summary>What an approval would release, or what is in its way.</summary>
    Consequence,
}

/// <summary>How one state looks and reads.</summary>
/// <param name="Word">Sentence case, in English.</param>
/// <param name="Loud">Someone must act: the word itself takes the hue and is semibold.</param>
public sealed record StateLook(Hue Hue, string Icon, string Word, bool Loud = false);

/// <summary>The one table from the API's word of a state to hue, icon and word. Nothing else maps a state to a colour.</summary>
public static class States
{
    /// <summary>What a live lease in its last minute reads as; its <c>data-state</c> stays <c>leased</c>.</summary>
    public static StateLook Expiring { get; } = new(Hue.Wait, Icons.Hourglass, "Leased, expiring");

    private static readonly FrozenDictionary<(StateKind, string), StateLook> Looks = new Dictionary<
        (StateKind, string),
        StateLook
    >
    {
        [(StateKind.Item, "queued")] = new(Hue.Idle, Icons.CircleDashed, "Queued"),
        [(StateKind.Item, "claimed")] = new(Hue.Work, Icons.CircleDotDashed, "Claimed"),
        [(StateKind.Item, "leased")] = new(Hue.Work, Icons.CircleDot, "Leased"),
        [(StateKind.Item, "suspended")] = new(Hue.Wait, Icons.CirclePause, "Suspended"),
        [(StateKind.Item, "waiting_on_review")] = new(Hue.Wait, Icons.Eye, "Waiting on review"),
        [(StateKind.Item, "applying")] = new(Hue.Work, Icons.CircleArrowRight, "Applying"),
        [(StateKind.Item, "stale")] = new(Hue.Bad, Icons.TimerOff, "Stale", Loud: true),
        [(StateKind.Item, "conflict_detected")] = new(Hue.Bad, Icons.OctagonAlert, "Conflict detected", Loud: true),
        [(StateKind.Item, "handed_off")] = new(Hue.Wait, Icons.ArrowRightLeft, "Handed off", Loud: true),
        [(StateKind.Item, "parked")] = new(Hue.Idle, Icons.CircleMinus, "Parked"),
        [(StateKind.Item, "blocked")] = new(Hue.Idle, Icons.Lock, "Blocked"),
        [(StateKind.Item, "completed")] = new(Hue.Good, Icons.CircleCheck, "Completed"),
        [(StateKind.Item, "cancelled")] = new(Hue.Idle, Icons.Ban, "Cancelled"),
        [(StateKind.Lease, "claimed")] = new(Hue.Work, Icons.CircleDotDashed, "Claimed"),
        [(StateKind.Lease, "active")] = new(Hue.Work, Icons.CircleDot, "Active"),
        [(StateKind.Lease, "suspended")] = new(Hue.Wait, Icons.CirclePause, "Suspended"),
        [(StateKind.Lease, "stale")] = new(Hue.Bad, Icons.TimerOff, "Stale", Loud: true),
        [(StateKind.Lease, "ended")] = new(Hue.Idle, Icons.CircleMinus, "Ended"),
        [(StateKind.Approval, "none")] = new(Hue.Wait, Icons.Eye, "Waiting on review"),
        [(StateKind.Approval, "valid")] = new(Hue.Good, Icons.ShieldCheck, "Approval valid"),
        [(StateKind.Approval, "given_blocked")] = new(
            Hue.Wait,
            Icons.ShieldCheck,
            "Approval given, blocked by another"
        ),
        [(StateKind.Approval, "spent")] = new(Hue.Idle, Icons.TicketCheck, "Approval spent"),
        [(StateKind.Approval, "invalidated")] = new(Hue.Bad, Icons.ShieldX, "Approval invalidated", Loud: true),
        [(StateKind.Approval, "revoked")] = new(Hue.Idle, Icons.Undo2, "Approval revoked"),
        [(StateKind.Approval, "expired")] = new(Hue.Idle, Icons.Hourglass, "Approval expired"),
        [(StateKind.Approval, "partial")] = new(Hue.Wait, Icons.Eye, "Partly approved"),
        [(StateKind.Approval, "changes_requested")] = new(Hue.Idle, Icons.Undo2, "Changes requested"),
        [(StateKind.Approval, "rejected")] = new(Hue.Idle, Icons.Ban, "Rejected"),
        [(StateKind.Approval, "not_current")] = new(Hue.Idle, Icons.Minus, "Not current"),
        [(StateKind.Approval, "newer")] = new(Hue.Wait, Icons.RefreshCw, "Newer version arrived", Loud: true),
        [(StateKind.Action, "prepared")] = new(Hue.Idle, Icons.FileClock, "Prepared"),
        [(StateKind.Action, "applying")] = new(Hue.Work, Icons.CircleArrowRight, "Applying"),
        [(StateKind.Action, "applied")] = new(Hue.Good, Icons.CircleCheck, "Applied"),
        [(StateKind.Action, "failed")] = new(Hue.Bad, Icons.CircleX, "Failed", Loud: true),
        [(StateKind.Action, "superseded")] = new(Hue.Idle, Icons.Replace, "Superseded"),
        [(StateKind.Action, "conflicting")] = new(Hue.Bad, Icons.OctagonAlert, "Conflicting", Loud: true),
        [(StateKind.Action, "ambiguous")] = new(Hue.Open, Icons.CircleQuestionMark, "Ambiguous", Loud: true),
        [(StateKind.Action, "withdrawn")] = new(Hue.Idle, Icons.Undo2, "Withdrawn"),
        [(StateKind.Conflict, "open")] = new(Hue.Bad, Icons.OctagonAlert, "Open", Loud: true),
        [(StateKind.Conflict, "in_review")] = new(Hue.Work, Icons.UserSearch, "In review"),
        [(StateKind.Conflict, "resolved")] = new(Hue.Good, Icons.CheckCheck, "Resolved"),
        [(StateKind.Conflict, "dismissed")] = new(Hue.Idle, Icons.CircleMinus, "Dismissed"),
        [(StateKind.Conflict, "overtaken")] = new(Hue.Idle, Icons.CheckCheck, "Overtaken"),
        [(StateKind.Queue, "running")] = new(Hue.Work, Icons.Play, "Running"),
        [(StateKind.Queue, "paused")] = new(Hue.Wait, Icons.CirclePause, "Paused", Loud: true),
        [(StateKind.Consequence, "go")] = new(Hue.Good, Icons.CircleCheck, "Would go through now"),
        [(StateKind.Consequence, "stop")] = new(Hue.Wait, Icons.TriangleAlert, "Would not go through", Loud: true),
    }.ToFrozenDictionary();

    /// <summary>All the rows of the table, for the tests and the legend.</summary>
    public static IEnumerable<(StateKind Kind, string State, StateLook Look)> All =>
        Looks.Select(row => (row.Key.Item1, row.Key.Item2, row.Value));

    /// <summary>How <paramref name="state"/>, in the API's word, looks and reads.</summary>
    /// <exception cref="ArgumentException">A word that is not in the table: a new state without a look must not pass unseen.</exception>
    public static StateLook Of(StateKind kind, string state) =>
        Looks.TryGetValue((kind, state), out var look)
            ? look
            : throw new ArgumentException($"No look for {kind} '{state}'.", nameof(state));

    /// <summary>The class name of a hue.</summary>
    public static string Class(this Hue hue) =>
        hue switch
        {
            Hue.Idle => "idle",
            Hue.Work => "work",
            Hue.Good => "good",
            Hue.Wait => "wait",
            Hue.Bad => "bad",
            Hue.Open => "open",
        };
}
