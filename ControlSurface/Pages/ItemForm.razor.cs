using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Items;
using ControlSurface.Pages.Parts;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A form for a new item, and for what an item says. What is typed is kept by the browser until it is recorded.</summary>
public sealed partial class ItemForm
{
    private ItemFields? _was;
    private string? _of;
    private string? _begun;
    private long _seen;
    private Item? _now;
    private string? _queue;
    private string? _queueWas;
    private int _priority;
    private string? _due;
    private string? _dueWas;
    private string? _typedTitle;
    private DraftField? _title;
    private DraftField? _body;
    private DraftField? _labels;
    private DraftField? _targets;
    private DraftField? _why;

    /// <summary>The item that is edited; null for a new one.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>The queue that a new item is meant for.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = null!; // set by the framework

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    private string Of => Id ?? "a new item";

    private OffView? NoTitle =>
        string.IsNullOrWhiteSpace(_typedTitle ?? _was?.Title) ? new OffView("Give it a title first.") : null;

    /// <inheritdoc/>
    protected override ItemFormView? Look()
    {
        var view = ReadPicture(at => ItemFormView.From(at, Id, You, Time.GetUtcNow()));
        // The form begins with what the item says then; another's change in between is said, and never overwritten unseen.
        if (view is { WhyNot: null } && (_was is null || _of != Of))
        {
            (_was, _of, _typedTitle, _now) = (view.Source?.Fields ?? new ItemFields(), Of, null, null);
            _seen = view.Source?.Seq ?? 0;
            _priority = _was.Priority;
            _due = _dueWas = null;
            _queueWas = view.Source?.Queue;
            _queue = view.Source?.Queue ?? view.Queues.FirstOrDefault(name => name == Queue) ?? view.Queues[0];
        }
        return view;
    }

    // Whoever comes here comes to write.
    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_title is not { } title || _begun == Of)
            return;
        _begun = Of;
        await title.FocusAsync();
        // Only the browser knows the reader's zone.
        if (_was?.DueAt is not { } due || await Browser.LocalAsync(due) is not { } local)
            return;
        _due = _dueWas = local;
        StateHasChanged();
    }

    // What another has changed since the form was begun, as it is now.
    private IEnumerable<(string Name, string Now)> ChangedMeanwhile()
    {
        if (_now is not { } now || _was is not { } was)
            yield break;
        if (now.Title != was.Title)
            yield return ("Title", now.Title);
        if (now.Body != was.Body)
            yield return ("Description", now.Body.Length == 0 ? "empty" : now.Body);
        if (now.Queue != _queueWas)
            yield return ("Queue", now.Queue);
        if (now.Priority != was.Priority)
            yield return ("Priority", Words.Count(now.Priority));
        if (!now.Labels.SequenceEqual(was.Labels, StringComparer.Ordinal))
            yield return ("Labels", now.Labels.Count == 0 ? "none" : string.Join(", ", now.Labels));
        if (!now.Targets.SequenceEqual(was.Targets, StringComparer.Ordinal))
            yield return ("Targets", now.Targets.Count == 0 ? "none" : string.Join(", ", now.Targets));
    }

    private Task SaveAsync() =>
        Drafts.SendAsync(
            [_title, _body, _labels, _targets, _why],
            async texts =>
            {
                DateTimeOffset? due = string.IsNullOrEmpty(_due) ? null : await Browser.InstantOfAsync(_due);
                ItemCommand command = Id is null ? Create(texts, due) : Edit(texts, due);
                var before = View?.Source;
                var outcome = await SendAsync(command);
                if (outcome.Reply is ItemReply { Item.Item.Id: var id })
                {
                    Navigation.NavigateTo($"items/{id.Text}");
                    if (command is ItemCommand.Edit edit)
                        Say(before!, edit);
                    return true;
                }
                // Another's change is shown beside the form now; pressed again, what was touched is meant. Other refusals change nothing.
                if (outcome.Refusal is ItemRefusal.ItemChanged)
                    (_seen, _now) = (View?.Source?.Seq ?? _seen, View?.Source);
                return false;
            }
        );

    // Priority and labels are quickly as they were. Of what the holder has to acknowledge, the edit is said alone.
    private void Say(Item before, ItemCommand.Edit edit)
    {
        var isQuiet =
            (edit.Priority.IsSet || edit.Labels.IsSet)
            && edit
                is {
                    Title.IsSet: false,
                    Body.IsSet: false,
                    Targets.IsSet: false,
                    DueAt.IsSet: false,
                    Queue.IsSet: false
                };
        var (engine, caller) = (Engine, You.Caller);
        Snackbar.Say(
            (isQuiet, edit.Priority.IsSet, edit.Labels.IsSet) switch
            {
                (true, true, false) =>
                    $"{before.Id.Text} has priority {Words.Count(edit.Priority.Value)} now; it was {Words.Count(before.Priority)}.",
                (true, false, true) => $"The labels of {before.Id.Text} are changed.",
                (true, _, _) => $"Priority and labels of {before.Id.Text} are changed.",
                _ => $"{before.Id.Text} is changed.",
            },
            isQuiet
                ? async () => await ItemUndo.FieldsAsync(engine, caller, [before], was => ItemUndo.After(edit, was))
                : null,
            staysOn: true
        );
    }

    private ItemCommand.Create Create(IReadOnlyList<string> texts, DateTimeOffset? due) =>
        new(_queue ?? "", texts[0].Trim())
        {
            Body = texts[1],
            Priority = _priority,
            Labels = new(true, CheckpointForm.Lines(texts[2])),
            Targets = new(true, CheckpointForm.Lines(texts[3])),
            DueAt = due,
        };

    // Names what differs and nothing else.
    private ItemCommand.Edit Edit(IReadOnlyList<string> texts, DateTimeOffset? due)
    {
        var (labels, targets) = (CheckpointForm.Lines(texts[2]), CheckpointForm.Lines(texts[3]));
        return new ItemCommand.Edit(View!.Source!.Id, _seen)
        {
            Title = texts[0].Trim() == _was!.Title.Trim() ? default : new(true, texts[0].Trim()),
            // A field of a browser has line feeds alone, whatever it was given.
            Body = texts[1] == _was.Body.ReplaceLineEndings("\n") ? default : new(true, texts[1]),
            Priority = _priority == _was.Priority ? default : new(true, _priority),
            Labels = labels.SequenceEqual(_was.Labels, StringComparer.Ordinal) ? default : new(true, labels),
            Targets = targets.SequenceEqual(_was.Targets, StringComparer.Ordinal) ? default : new(true, targets),
            DueAt = _due == _dueWas ? default : new(true, due),
            Queue = _queue == _queueWas ? default : new(true, _queue!),
            Why = string.IsNullOrWhiteSpace(texts[4]) ? null : texts[4].Trim(),
        };
    }
}
