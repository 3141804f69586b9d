using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;

namespace ControlSurface.Pages.Views;

/// <summary>One thing that can be done to many items, in the words of the pages.</summary>
/// <param name="Do">What the job does.</param>
/// <param name="Name">The act without its object, as in a list of acts: "Cancel".</param>
/// <param name="Button">What its button says; <c>{0}</c> is how many.</param>
/// <param name="Act">The act with its object; <c>{0}</c> is how many: "Cancel {0}".</param>
/// <param name="Did">What happened to them, after "was" or "were": "cancelled".</param>
/// <param name="Suits">
/// Whether it is worth offering for the item. What is offered may still be refused: the rules say so before anything is done.
/// </param>
public sealed record BulkAct(
    BulkDo Do,
    string Name,
    string Icon,
    string Button,
    string Act,
    string Did,
    Func<Item, bool> Suits
)
{
    /// <summary>What one of them is called.</summary>
    public string Noun { get; init; } = "item";

    /// <summary>The way in which conflicts are settled, in the API's word; null for items.</summary>
    public string? Resolution { get; init; }

    /// <summary>What can be done to items, in the order in which it is offered.</summary>
    public static IReadOnlyList<BulkAct> Items { get; } =
    [
        new(BulkDo.Cancel, "Cancel", Icons.Ban, "Cancel {0}…", "Cancel {0}", "cancelled", IsOpen),
        new(
            BulkDo.Priority,
            "Set the priority",
            Icons.Flag,
            "Set priority…",
            "Set the priority of {0}",
            "given the new priority",
            IsOpen
        ),
        new(BulkDo.Label, "Add or take off a label", Icons.Bookmark, "Label…", "Label {0}", "labelled", IsOpen),
        new(
            BulkDo.Requeue,
            "Put back into the queue",
            Icons.Undo2,
            "Requeue…",
            "Requeue {0}",
            "put back into the queue",
            item => IsOpen(item) && item.State != ItemState.Queued
        ),
        new(
            BulkDo.Unpark,
            "Unpark",
            Icons.CircleDashed,
            "Unpark…",
            "Unpark {0}",
            "unparked",
            item => item.State == ItemState.Parked
        ),
        new(
            BulkDo.Takeover,
            "Take over what is stale",
            Icons.Hand,
            "Take over…",
            "Take over {0}",
            "taken over",
            item => item.State == ItemState.Stale
        ),
        new(
            BulkDo.Handoff,
            "Hand off",
            Icons.ArrowRightLeft,
            "Hand off…",
            "Hand off {0}",
            "handed off",
            item => item.Lease is { IsLive: true }
        ),
    ];

    /// <summary>
    /// What can be done to work that waits on the Desk: what finds it a new owner first. Take over is of stale work alone; what was
    /// handed to the reader is accepted one by one, since each has a note to be read.
    /// </summary>
    public static IReadOnlyList<BulkAct> Desk { get; } =
    [
        .. new[] { BulkDo.Takeover, BulkDo.Requeue, BulkDo.Priority, BulkDo.Label, BulkDo.Cancel }.Select(act =>
            Items.First(one => one.Do == act)
        ),
    ];

    /// <summary>The ways in which conflicts can be settled without looking into each, in the order in which they are offered.</summary>
    public static IReadOnlyList<BulkAct> Conflicts { get; } =
    [
        Settle("dismiss", Icons.CircleMinus, "Dismiss {0}…", "Dismiss {0}", "dismissed"),
        Settle(
            "keep_current",
            Icons.ShieldCheck,
            "Keep the current version…",
            "Keep the current version in {0}",
            "settled with the current version"
        ),
        Settle(
            "take_proposed",
            Icons.GitMerge,
            "Take the proposed version…",
            "Take the proposed version in {0}",
            "settled with the proposed version"
        ),
        Settle("retry", Icons.RefreshCw, "Try again…", "Try again in {0}", "sent back to be tried again"),
    ];

    /// <summary>It ends work, takes it from who has it, or settles for good: nothing that is done by mistake is undone.</summary>
    public bool TakesAway => Do is BulkDo.Cancel or BulkDo.Requeue or BulkDo.Resolve;

    /// <summary>The act's name for tests and keys (<c>data-do</c>): <c>bulk_cancel</c>.</summary>
    public string Key => $"bulk_{Resolution ?? WireNames.Of(Do)}";

    /// <summary>The button for so many: "Cancel 30 items…".</summary>
    public string ButtonFor(int count) => Say(Button, Words.Plural(count, Noun));

    /// <summary>The act on these: "Cancel 28 of 30 items".</summary>
    public string On(string those) => Say(Act, those);

    /// <summary>What was done: "28 items were cancelled".</summary>
    public string Done(int count) => $"{Words.Plural(count, Noun)} {(count == 1 ? "was" : "were")} {Did}";

    /// <summary>The words of a job's act; null for one that the pages do not offer.</summary>
    public static BulkAct? Of(BulkJob job) =>
        Items
            .Concat(Conflicts)
            .FirstOrDefault(act =>
                act.Do == job.Do && (act.Resolution is null || act.Resolution == job.Args.Resolution)
            );

    private static BulkAct Settle(string resolution, string icon, string button, string act, string did) =>
        new(BulkDo.Resolve, act.Replace(" {0}", "", StringComparison.Ordinal), icon, button, act, did, _ => true)
        {
            Noun = "conflict",
            Resolution = resolution,
        };

    private static bool IsOpen(Item item) => item.Settled is null;

    private static string Say(string words, string those) => string.Format(CultureInfo.InvariantCulture, words, those);
}
