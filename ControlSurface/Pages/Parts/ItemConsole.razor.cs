using System.Text.Json;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Live;
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

    private readonly Dictionary<string, EventCallback> _presses = new(StringComparer.Ordinal);
    private string? _asked;
    private bool _rests;
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

    /// <summary>The item was set to rest: a dialog that covers the notice of it closes.</summary>
    [Parameter]
    public EventCallback OnRest { get; set; }

    /// <summary>Who acts.</summary>
    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    /// <summary>A question is open: the refusal stands in it.</summary>
    public bool IsAsking => _asked is not null;

    // These are there to be written in, and take nothing from anybody.
    private bool IsForm => IsLong || _asked is "hand_off" or "snooze";

    private bool IsLong => _asked is "note" or "checkpoint" or "complete_with" or "release_with";

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

    // One for an act, not one for each drawing: a press that is on its way finds it.
    private EventCallback Pressed(string act) =>
        _presses.TryGetValue(act, out var press)
            ? press
            : _presses[act] = EventCallback.Factory.Create(this, () => PressAsync(act));

    // Those that take nothing from anybody are done at once.
    private Task PressAsync(string act)
    {
        switch (act)
        {
            case "take_over":
                return TakeOverAsync();
            case "accept":
                return AcceptAsync();
            case "claim":
                return ClaimAsync();
            case "complete":
                return CompleteAsync();
            case "renew":
                return RenewAsync();
            case "resume_lease":
                return ResumeAsync();
            case "release":
                return ReleaseAsync();
            default:
                Ask(act);
                return Task.CompletedTask;
        }
    }

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
        return until is { } then
            && await RestAsync(
                new ItemCommand.Snooze(Id, then, why),
                parked => $"{Acts.Item} is snoozed until {Words.At(parked.Until!.Value)}."
            );
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
            "park" => await RestAsync(new ItemCommand.Park(Id, why), _ => $"{Acts.Item} is parked."),
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
        if (Done(_asked) is { } words)
            Snackbar.Say(words);
        _asked = null;
    }

    // What cannot be undone is said; the Desk says in its panel what became of the item.
    private string? Done(string? act) =>
        act switch
        {
            "note" => $"The note on {Acts.Item} is left.",
            _ when IsDesk => null,
            "hand_off" => $"{Acts.Item} is handed off. It waits until somebody accepts it.",
            "requeue" or "unpark" or "decline" or "release_with" => $"{Acts.Item} is back in its queue.",
            "cancel" => $"{Acts.Item} is cancelled.",
            "force" => $"{Acts.Item} is yours.",
            _ => null,
        };

    // An item that rests can be made available again at once. A lease or a handoff that ended by it cannot come back: then no undo is offered.
    private async Task<bool> RestAsync(Command command, Func<Parking, string> said)
    {
        var id = Id;
        var before = Engine.Picture.Read(at => at.FindItem(id));
        if ((await Send(command)).Refusal is not null)
            return false;
        if (Engine.Picture.Read(at => at.FindItem(id)?.Parked) is { } parked)
            Snackbar.Say(
                said(parked),
                before is { Lease: null, Handoff: null }
                    ? () => ItemUndo.RestAsync(Engine, Viewer.Caller, before, parked)
                    : null
            );
        _rests = true;
        return true;
    }

    // Once the question has closed: its reason is sent then.
    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_rests || _asked is not null)
            return Task.CompletedTask;
        _rests = false;
        return OnRest.InvokeAsync();
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
