using System.Text.Json;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>The acts on one item, the same on the Desk, on the item's page and in the peek.</summary>
public sealed partial class ItemConsole
{
    // Hours, and what they are called.
    private static readonly (int Hours, string Words)[] Snoozes =
    [
        (1, "In 1 hour"),
        (4, "In 4 hours"),
        (24, "In 1 day"),
        (72, "In 3 days"),
        (168, "In 1 week"),
    ];

    private string? _asked;
    private string _to = Parts.Addressees.Roles[0].Value;
    private IReadOnlyList<AddresseeView> _addressees = [];
    private int _snooze = 24;
    private string? _until;
    private string? _untilProblem;
    private DraftField? _next;
    private DraftField? _questions;
    private DraftField? _evidence;

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private TimeProvider Time { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Engine Engine { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = null!; // set by the framework

    /// <summary>What the viewer may do with the item.</summary>
    [Parameter, EditorRequired]
    public required ItemActs Acts { get; set; }

    /// <summary>The item's title, said in each question.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Sends as the viewer; shows what comes of it.</summary>
    [Parameter, EditorRequired]
    public required Func<Command, Task<Outcome>> Send { get; set; }

    /// <summary>A command was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Why the last act was refused; said in the question that is open.</summary>
    [Parameter]
    public RefusalView? Refusal { get; set; }

    /// <summary>Who is alive and loses by force.</summary>
    [Parameter]
    public HolderView? Owner { get; set; }

    /// <summary>Their last sign of life.</summary>
    [Parameter]
    public RenderFragment? OwnerWords { get; set; }

    /// <summary>What forcing the item away from its holder would do, in sentences.</summary>
    [Parameter]
    public IReadOnlyList<LineView> IfForced { get; set; } = [];

    /// <summary>Who it can be handed to, beside the roles; looked for when somebody asks.</summary>
    [Parameter]
    public Func<IReadOnlyList<AddresseeView>> Addressees { get; set; } = () => [];

    /// <summary>Large buttons, and only what the Desk is for.</summary>
    [Parameter]
    public bool IsDesk { get; set; }

    /// <summary>In a dialog, where a notice of the page cannot be pressed.</summary>
    [Parameter]
    public bool IsInDialog { get; set; }

    /// <summary>A question is open: the refusal stands in it.</summary>
    public bool IsAsking => _asked is not null;

    // These are there to be written in, and take nothing from anybody.
    private bool IsForm => IsLong || _asked is "hand_off" or "snooze";

    private bool IsLong => _asked is "note" or "checkpoint" or "complete_with" or "release_with";

    private string Size => IsDesk ? "large" : "";

    // The bar at the foot of a phone's Desk must leave room to read; the item's page has all acts.
    private string Rare => IsDesk ? "not-on-phone" : "";

    private ItemId Id => ItemId.TryParse(Acts.Item, out var id) ? id : throw new InvalidOperationException(Acts.Item);

    private (string Title, string Act, string Why, IReadOnlyList<LineView> Consequences) Question =>
        _asked switch
        {
            "force" => (
                $"Force takeover of {Acts.Item}?",
                "Force takeover",
                "Why (kept in the history, shown to the owner)",
                IfForced
            ),
            "requeue" => ($"Put {Acts.Item} back into its queue?", "Requeue", "Why (kept in the history)", Requeued),
            "hand_off" => ($"Hand off {Acts.Item}?", "Hand off", "What the next owner has to know", []),
            "decline" => (
                $"{(Acts.MayAccept ? "Decline" : "Withdraw")} the handoff of {Acts.Item}?",
                Acts.MayAccept ? "Decline" : "Withdraw",
                "Why (kept in the history)",
                [new LineView(Icons.CircleDashed, "It goes back to its queue.")]
            ),
            "cancel" => (
                $"Cancel {Acts.Item}?",
                "Cancel item",
                "Why (kept in the history, shown to the owner)",
                Cancelled
            ),
            "park" => (
                $"Park {Acts.Item}?",
                "Park",
                "Why (kept in the history)",
                [new LineView(Icons.CircleMinus, "Nobody is given it until somebody unparks it.")]
            ),
            "unpark" => (
                $"Unpark {Acts.Item}?",
                "Unpark",
                "Why (kept in the history)",
                [new LineView(Icons.CircleDashed, "It goes back to its queue.")]
            ),
            "note" => ($"Leave a note on {Acts.Item}", "Leave note", "Note (whoever holds it is told)", []),
            "checkpoint" => (
                $"Leave a checkpoint on {Acts.Item}",
                "Leave checkpoint",
                "What is done (the next owner reads it first)",
                []
            ),
            "complete_with" => ($"Complete {Acts.Item} with a result", "Complete", "Result (kept with the item)", []),
            "release_with" => (
                $"Release {Acts.Item} with a note",
                "Release",
                "Note (the next owner reads it)",
                [new LineView(Icons.CircleDashed, "It goes back to its queue.")]
            ),
            "snooze" => (
                $"Snooze {Acts.Item}?",
                "Snooze",
                "Why (kept in the history)",
                [
                    new LineView(
                        Icons.Hourglass,
                        "Nobody is given it until then; after that it is back in its queue by itself."
                    ),
                ]
            ),
            _ => ("", "", "", []),
        };

    private IReadOnlyList<LineView> Requeued =>
        Owner is { } owner
            ?
            [
                new LineView(Icons.Unlink, $"{owner.Full} loses the lease and is told."),
                new LineView(Icons.CircleDashed, "The next claim may be given it."),
            ]
            : [new LineView(Icons.CircleDashed, "The next claim may be given it; what was left stays with it.")];

    private IReadOnlyList<LineView> Cancelled =>
        Owner is { } owner
            ?
            [
                new LineView(Icons.Unlink, $"{owner.Full} loses the lease and is told."),
                new LineView(Icons.Ban, "Nobody works on it any more."),
            ]
            : [new LineView(Icons.Ban, "Nobody works on it any more.")];

    private void Ask(string what)
    {
        (_asked, _untilProblem) = (what, null);
        if (what == "hand_off")
            _addressees = Addressees();
    }

    // Stale work has no owner to harm, so nothing is asked; the start follows at once, so that a full lease runs.
    private Task TakeOverAsync() =>
        GetAsync(new ClaimCommand.TakeOver(Id, Run: null, "Taken over by hand", Force: false));

    private Task AcceptAsync() => GetAsync(new ClaimCommand.Accept(Id, Run: null));

    private Task ClaimAsync() => GetAsync(new ClaimCommand.One(Id, Run: null, LeaseSeconds: null));

    private async Task<bool> GetAsync(Command command)
    {
        var outcome = await Send(command);
        if (outcome.Reply is not GrantReply { Lease.Lease: var lease })
            return outcome.Refusal is null;
        return (await Send(new LeaseCommand.Start(lease.Id, Run: null, lease.Token))).Refusal is null;
    }

    private Task CompleteAsync() => Send(Complete(result: null));

    private Task ReleaseAsync() => Send(Release(note: null));

    private Task RenewAsync() =>
        Send(
            new LeaseCommand.Renew(
                Acts.Lease!.Value,
                Run: null,
                Acts.Token,
                Progress: null,
                Acknowledges: Acts.Acknowledges
            )
        );

    // What a person writes is kept as the text that it is: a result is a JSON value, so it becomes a string of JSON.
    private LeaseCommand.Complete Complete(string? result) =>
        new(
            Acts.Lease!.Value,
            Run: null,
            Acts.Token,
            result is null ? null : JsonSerializer.Serialize(result),
            LeaveOpen: false,
            Acts.Acknowledges
        );

    private LeaseCommand.Release Release(string? note) =>
        new(Acts.Lease!.Value, Run: null, Acts.Token, note, ReleaseOutcome.GivenBack, RetryAfterSeconds: null);

    private Task<bool> CheckpointAsync(string summary) =>
        Drafts.SendAsync(
            [_next, _questions, _evidence],
            texts =>
                DoAsync(
                    new LeaseCommand.RecordCheckpoint(Acts.Lease!.Value, Run: null, Acts.Token, Acts.Acknowledges)
                    {
                        Summary = summary,
                        Evidence = CheckpointForm.Evidence(texts[2]),
                        OpenQuestions = CheckpointForm.Lines(texts[1]),
                        NextStep = string.IsNullOrWhiteSpace(texts[0]) ? null : texts[0].Trim(),
                    }
                )
        );

    private async Task<bool> SnoozeAsync(string why)
    {
        var until =
            _snooze > 0 ? Time.GetUtcNow().AddHours(_snooze)
            : string.IsNullOrEmpty(_until) ? null
            : await Browser.InstantOfAsync(_until);
        _untilProblem = until is null ? "Choose a day and a time first." : null;
        return until is { } then && await DoAsync(new ItemCommand.Snooze(Id, then, why));
    }

    private async Task CancelAsync()
    {
        _asked = null;
        await Drafts.SetAsideAsync(_next, _questions, _evidence);
    }

    private Task ResumeAsync() =>
        Send(
            new LeaseCommand.Resume(Acts.Lease!.Value, Run: null, Acts.Token, Acts.Acknowledges, Acts.WithdrawsReview)
        );

    private async Task AskForReleaseAsync()
    {
        if ((await Send(ItemActs.AskForHandoff(Id))).Refusal is not null)
            return;
        _asked = null;
        Snackbar.Say($"The holder of {Acts.Item} is asked for a checkpoint and a handoff.");
    }

    private async Task ConfirmAsync(string why)
    {
        var done = _asked switch
        {
            "force" => await GetAsync(new ClaimCommand.TakeOver(Id, Run: null, why, Force: true)),
            "hand_off" => await DoAsync(HandOff(why)),
            "requeue" => await DoAsync(new ItemCommand.Requeue(Id, why)),
            "decline" => await DoAsync(new ClaimCommand.Decline(Id, why)),
            "cancel" => await DoAsync(new ItemCommand.Cancel(Id, why)),
            "park" => await ParkAsync(why),
            "unpark" => await DoAsync(new ItemCommand.Unpark(Id, why)),
            "checkpoint" => await CheckpointAsync(why),
            "complete_with" => await DoAsync(Complete(why)),
            "release_with" => await DoAsync(Release(why)),
            "snooze" => await SnoozeAsync(why),
            "note" => await DoAsync(new NoteCommand.Add(Id, why, "everyone", NoteKind.Note)),
            _ => true,
        };
        if (!done)
            return;
        if (_asked == "hand_off")
            await Browser.ChosenAsync(_to);
        else if (_asked == "note")
            Snackbar.Say($"The note on {Acts.Item} is left.");
        _asked = null;
    }

    private async Task<bool> ParkAsync(string why)
    {
        var id = Id;
        var outcome = await Send(new ItemCommand.Park(id, why));
        if (outcome.Refusal is not null)
            return false;
        var parked = Engine.Picture.Read(at => at.FindItem(id)?.Parked);
        Snackbar.Say($"{id.Text} is parked.", IsInDialog || parked is null ? null : () => TakeBackAsync(id, parked));
        return true;
    }

    // Another person may have unparked it and parked it again meanwhile: theirs is left alone.
    private async Task TakeBackAsync(ItemId id, Parking parked)
    {
        if (Engine.Picture.Read(at => at.FindItem(id)?.Parked) == parked)
            await Send(new ItemCommand.Unpark(id, "Parked by mistake"));
        else
            Snackbar.Say($"{id.Text} has changed since; nothing was undone.");
    }

    private LeaseCommand.HandOff HandOff(string note)
    {
        var isRole = Parts.Addressees.IsRole(_to);
        return new LeaseCommand.HandOff(
            Acts.Lease!.Value,
            Run: null,
            Acts.Token,
            isRole ? null : _to,
            isRole ? _to : null,
            note,
            Acts.Acknowledges
        );
    }

    private async Task<bool> DoAsync(Command command) => (await Send(command)).Refusal is null;
}
