using System.Text;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Components.Review;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Drafting;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>
/// One collision (UI.md, Conflict): what each side says, what both together would be, what each choice would do, and the buttons
/// that do it. What is sent is what was drawn: the conflict's seq, and the text as it was settled here.
/// </summary>
public sealed partial class ConflictPage
{
    private DiffLayout _layout = DiffLayout.Side;
    private DraftField? _note;
    private MergeChooser? _chooser;
    private string? _typed; // null until somebody types: the note is about the safest step
    private MergeResult? _merge;
    private MergeChoices? _choices;
    private IReadOnlyList<ThreeRow>? _rows;
    private Comparison? _compared;
    private string _current = "";
    private string _proposed = "";
    private string? _shown;
    private IReadOnlyList<string> _leftOut = [];
    private (string?, string?, string?) _readFor;
    private readonly Dictionary<ConflictResolution, ElementReference> _follows = [];
    private string? _settled; // the conflict that the reader settled here
    private ConflictRow? _next;
    private ConflictResolution? _unseen; // the choice that was pressed before what follows from it was in sight
    private (ConflictPageView View, ConflictChoice Choice)? _asked; // what somebody is about to say, of what they saw

    /// <summary>The conflict's id, from the address.</summary>
    [Parameter]
    public required string Id { get; set; }

    [Inject]
    private Comparisons Comparisons { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Drafts Drafts { get; set; } = null!; // set by the framework before anything is drawn

    /// <inheritdoc/>
    protected override ConflictPageView? Look()
    {
        var now = Time.GetUtcNow();
        if (_settled != Id)
            _next = null;
        return ReadPicture(at =>
        {
            // Offered once the reader settled this one: what holds work up first.
            if (_settled == Id)
                _next = ConflictListView
                    .From(at, new ConflictFilter(), You, now)
                    .Groups.SelectMany(group => group.Rows)
                    .FirstOrDefault(row => row.IsOpen && row.Id != Id);
            return ConflictPageView.From(at, Id, You, now);
        });
    }

    // What each choice would do is tried again only where that can have changed. Its action may turn through another item's.
    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) =>
        touched.Everything || View is not { Conflict.Item: { } item, Affected: null } || touched.Has(item);

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReadAsync();

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (await ReadAsync())
            StateHasChanged();
    }

    private Task CompareAsync(string hash)
    {
        _shown = hash;
        return ReadAsync();
    }

    // Contents never change: they are read once for each three.
    private async Task<bool> ReadAsync()
    {
        if (View is not { Artifact: { } artifact } view)
            return false;
        if (view.Proposals.All(one => one.Hash != _shown))
            _shown = view.Proposed;
        var wanted = (view.Base?.ContentHash, artifact.Current.ContentHash, _shown);
        if (wanted == _readFor)
            return false;
        _readFor = wanted;
        (_merge, _choices, _rows, _compared, _leftOut, _tooMuch) = (null, null, null, null, [], null);
        if (
            _shown is not { } hash
            || Read(artifact, artifact.Current.ContentHash) is not { } current
            || Read(artifact, hash) is not { } proposed
        )
            return true;
        (_current, _proposed) = (current, proposed);
        _tooMuch = ContentBudget.Why(current) ?? ContentBudget.Why(proposed);
        if (_tooMuch is not null)
            return true;
        if (
            view.Base is { } from
            && from.Number != artifact.Current.Number
            && Read(artifact, from.ContentHash) is { } before
        )
        {
            var others = view.Proposals.Where(one => one.Hash != hash).ToList();
            var type = artifact.ContentType;
            var together = await ContentWork.RunAsync(() =>
                MergeTogether.Of(
                    before,
                    current,
                    proposed,
                    [.. others.Select(one => one.Hash)],
                    other => Drafter.Texts.ReadShown(other, type)
                )
            );
            if (_readFor != wanted)
                return false; // Another was chosen meanwhile.
            (_merge, _rows, _current) = (together.Merge, together.Rows, together.Onto);
            _leftOut =
            [
                .. others
                    .Where(one => together.LeftOut.Contains(one.Hash, StringComparer.Ordinal))
                    .Select(one => one.Words),
            ];
            _choices = _merge.IsClean ? null : new MergeChoices(_merge, _current, proposed);
            return true;
        }
        var compared = await Comparisons.GetAsync(
            artifact.Current.ContentHash,
            current,
            hash,
            proposed,
            DiffOptions.Exact
        );
        if (_readFor == wanted)
            _compared = compared;
        return true;
    }

    // Why the contents are not laid out beside each other; null where they are.
    private string? _tooMuch;

    private string? Read(Artifact artifact, string hash) => Drafter.Texts.ReadShown(hash, artifact.ContentType);

    // What keeps a button from being pressed; the conflict's own rules have been tried already.
    private string? WhyNot(ConflictChoice choice) =>
        IsBusy ? "One moment."
        : IsSaid(choice.Way) ? null
        : _typed is not null && string.IsNullOrWhiteSpace(_typed) ? "Say why first: the note stays with the conflict."
        : _typed is null && choice.Way != View!.View.SafestNextStep.Code
            ? "Say why first: the note is about the safest step."
        : choice.Way == ConflictResolution.Merge && Merged is null
            ? _choices is { Left: var left } ? $"Settle {left} more above first."
                : "There is no merge to take."
        : null;

    private string? Merged => _merge is { IsClean: true, Text: { } text } ? text : _choices?.Text;

    // Of the safest step the reason is known already.
    private static string Prefilled(ConflictPageView view) =>
        view.Options.Contains(view.View.SafestNextStep.Code) ? view.View.SafestNextStep.Why : "";

    // What somebody saw outside is asked for with what follows from it: nobody takes it back.
    private static bool IsSaid(ConflictResolution way) =>
        way is ConflictResolution.MarkApplied or ConflictResolution.MarkNotApplied;

    private async Task PressAsync(ConflictPageView view, ConflictChoice choice)
    {
        _unseen = null;
        if (IsSaid(choice.Way))
            _asked = (view, choice);
        else if (
            _follows.TryGetValue(choice.Way, out var follows)
            && await Browser.UnseenAsync(follows) is var count
            && count > 0
        )
            _unseen = choice.Way;
        else
            await ResolveAsync(view, choice.Way);
    }

    private async Task SayAsync(ConflictPageView view, ConflictChoice choice, string saw)
    {
        if (await ResolveAsync(view, choice.Way, saw))
            _asked = null;
    }

    private async Task ResolveAsync(ConflictPageView view, ConflictResolution way)
    {
        if (
            _choices is not null
            && _chooser is { } chooser
            && way == ConflictResolution.Merge
            && !await chooser.ReadAsync()
        )
            return;
        var isRecorded = await Drafts.SendAsync(
            [_note, .. _choices is null ? [] : _chooser?.Fields ?? []],
            texts => ResolveAsync(view, way, texts[0])
        );
        if (isRecorded)
            _typed = null;
    }

    private async Task<bool> ResolveAsync(ConflictPageView view, ConflictResolution way, string note)
    {
        var artifact = view.Artifact;
        var merged = way == ConflictResolution.Merge ? Merged : null;
        var resolve = new Resolution(view.Conflict.Id, way, view.Conflict.Seq, note)
        {
            K =
                way == ConflictResolution.TakeProposed
                    ? view.Proposals.FirstOrDefault(one => one.Hash == _shown)?.K
                    : null,
            OnHash = artifact?.Current.ContentHash,
        };
        var outcome = await SendAsync(() =>
            Drafter.Resolve(
                merged is null || artifact is null
                    ? resolve
                    : resolve with
                    {
                        Content = Drafter.Texts.Write(merged, artifact.Current.ContentHash, artifact.ContentType),
                    }
            )
        );
        if (outcome.Refusal is not null)
            return false;
        _settled = Id;
        LookNow(); // what is next
        return true;
    }
}
