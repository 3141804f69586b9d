using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Content;
using ControlSurface.Core.Reviews;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>Comments on a version: their threads, and the fields to write one.</summary>
public sealed partial class ArtifactComments
{
    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework

    private static OffView? Empty(string text) =>
        string.IsNullOrWhiteSpace(text) ? new OffView("Write it first.") : null;

    // A suggestion changes the words that were selected, in the current version, and no others.
    private OffView? NoAccept(bool isPlaced, int at) =>
        !View.IsCurrent
            ? new OffView(
                "Not here: it is accepted into the current version.",
                $"Open v{View.Source.Current.Number}",
                ArtifactWords.Address(View.Source.Id, View.Source.Current.Number)
            )
        : at > 0 ? null
        : !isPlaced ? new OffView("One moment: where its words stand is looked up.")
        : at < 0 ? new OffView("Not as it is: its words stand here more than once, and nothing tells which were meant.")
        : new OffView("Not any more: its words do not stand in this version.");

    // What goes and what comes, in the words that the comment stands on.
    private static RenderFragment Changes(string quote, string suggestion) =>
        builder =>
        {
            foreach (var change in WordChanges.Of(LineEnds.With(quote, "\n"), LineEnds.With(suggestion, "\n")))
            {
                var element = change.Sign switch
                {
                    LineSign.None => "span",
                    LineSign.Added => "ins",
                    LineSign.Removed => "del",
                };
                builder.OpenElement(0, element);
                builder.AddContent(1, Marked.Prose(change.Text));
                builder.CloseElement();
            }
        };

    private CommentId? _replying;
    private int? _top;
    private string _reply = "";
    private bool _writes;
    private bool _suggests;
    private bool _blocks;
    private string _quote = "";
    private Anchor? _selected;
    private string _body = "";
    private string _marked = "";
    private DraftField? _replyField;
    private DraftField? _quoteField;
    private DraftField? _bodyField;
    private DraftField? _suggestionField;
    private string? _fault;

    /// <summary>The artifact as its page shows it.</summary>
    [Parameter, EditorRequired]
    public required ArtifactPageView View { get; set; }

    /// <summary>The text that is read; null where it is no text.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>The line that each comment's quote stands on, by the comment's id; 0 for none, −1 where several could be meant, missing where that is not known yet.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<string, int> Places { get; set; }

    /// <summary>A principal's name.</summary>
    [Parameter, EditorRequired]
    public required Func<ControlSurface.Core.Vocabulary.PrincipalId, string> NameOf { get; set; }

    /// <summary>A command was sent and is not answered yet.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>Sends a comment; whether it was kept.</summary>
    [Parameter, EditorRequired]
    public required Func<ReviewCommand, Task<bool>> Send { get; set; }

    /// <summary>The JSON in order, where the text is shown so; null for another text.</summary>
    [Parameter]
    public string? Laid { get; set; }

    /// <summary>The words that a comment stands on are asked for.</summary>
    [Parameter]
    public EventCallback<Comment> OnShow { get; set; }

    /// <summary>A comment is to be resolved.</summary>
    [Parameter]
    public EventCallback<Comment> OnResolve { get; set; }

    /// <summary>A suggestion is to be accepted.</summary>
    [Parameter]
    public EventCallback<Comment> OnAccept { get; set; }

    private async Task ReplyAsync(CommentId id)
    {
        if (_replying is not null)
            await Drafts.SetAsideAsync(_replyField);
        (_replying, _reply) = (_replying == id ? null : id, "");
    }

    private Task SendReplyAsync(Comment one) =>
        Drafts.SendAsync(
            [_replyField],
            async texts =>
            {
                if (
                    string.IsNullOrWhiteSpace(texts[0])
                    || !await Send(new ReviewCommand.Reply(View.Source.Id, one.Version, one.Id, texts[0].Trim()))
                )
                    return false;
                (_replying, _reply) = (null, "");
                return true;
            }
        );

    private async Task WriteAsync()
    {
        var selected = await Browser.SelectedAsync();
        // Words of the page around the text are no quote of it.
        _selected = Text is null ? null : Quoting.Of(Text, selected, Laid);
        _quote = _marked = LineEnds.With(
            _selected?.Quote ?? (Text?.Contains(selected.Text, StringComparison.Ordinal) == true ? selected.Text : ""),
            "\n"
        );
        // The form stands beside the words that it is about; one about the whole version below the text.
        _top = _quote.Length > 0 ? selected.Top : null;
        _writes = true;
    }

    private async Task CancelAsync()
    {
        await Drafts.SetAsideAsync(_quoteField, _bodyField, _suggestionField);
        await CloseAsync();
    }

    // The reader goes on reading where they were.
    private async Task CloseAsync()
    {
        var wasBeside = _top is not null;
        (_writes, _top) = (false, null);
        if (wasBeside)
            await Browser.FocusTextAsync();
    }

    private async Task SendAsync()
    {
        if (
            await Drafts.SendAsync(
                [_quoteField, _bodyField, _suggests ? _suggestionField : null],
                texts => SendAsync(texts[0], texts[1], texts[2])
            )
        )
            await CloseAsync();
    }

    private async Task<bool> SendAsync(string quote, string body, string suggestion)
    {
        _fault = null;
        if (string.IsNullOrWhiteSpace(body))
            return false;
        Anchor? anchor = null;
        if (quote.Length > 0)
        {
            anchor = Quoting.Anchor(Text ?? "", quote, _selected, out _fault);
            if (anchor is null)
                return false;
        }
        var comment = new ReviewCommand.AddComment(
            View.Source.Id,
            View.Reading.Number,
            body.Trim(),
            anchor,
            anchor is not null && _suggests ? suggestion : null,
            _blocks
        );
        if (!await Send(comment))
            return false;
        (_suggests, _blocks, _body, _quote, _marked, _selected) = (false, false, "", "", "", null);
        return true;
    }
}
