using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Content;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Drafting;
using ControlSurface.Pages.Parts;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>
/// One version of an artifact and the decision on it. What is read stays (DESIGN.md, 4): a newer version is said at once, and what
/// could be decided goes in the same drawing. What is sent is what was drawn.
/// </summary>
public sealed partial class ArtifactPage
{
    private readonly HashSet<string> _looked = new(StringComparer.Ordinal);
    private (string? Id, int? Version) _pinnedFor;
    private int _version;
    private int _known;
    private int _said;
    private ReadText? _read;
    private bool _ignoreWhitespace;
    private bool _isMissing;
    private (string, int?, int?, int, bool) _readFor;
    private IReadOnlyDictionary<string, int> _places = new Dictionary<string, int>(StringComparer.Ordinal);
    private CommentSpots _spots = CommentSpots.None;
    private Dictionary<string, CommentSpot> _standing = [];
    private ReadingPane? _pane;
    private DecisionPanel? _panel;
    private string _to = "reviewer";
    private Editing? _editing;

    // Decided on by the reader while the page was open: the way to the next is offered then.
    private ArtifactId? _decided;
    private Asking? _asked;

    /// <summary>A version that is being edited: its number, and its text as it was.</summary>
    private sealed record Editing(int Base, string Original);

    /// <summary>A question before an act.</summary>
    private sealed record Asking(
        string Do,
        string Title,
        string Act,
        IReadOnlyList<LineView> Lines,
        Func<string, Task<bool>> Then
    )
    {
        /// <summary>What approving would let happen, where it approves: as it was when it was asked.</summary>
        public IReadOnlyList<ConsequenceView> Approves { get; init; } = [];
    }

    /// <summary>The artifact's id.</summary>
    [Parameter]
    public required string Id { get; set; }

    /// <summary>The version that is read; null for the one that is current when the page opens.</summary>
    [SupplyParameterFromQuery(Name = "v")]
    public int? Version { get; set; }

    /// <summary>The version that it is compared with; null for the last that was approved.</summary>
    [SupplyParameterFromQuery]
    public int? From { get; set; }

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = null!; // set by the framework

    [Inject]
    private IJournal Journal { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Comparisons Comparisons { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    private string Missing => Version is { } number ? $"There is no {Id} v{number}" : $"There is no {Id}";

    // Approving waits until what the version hides has been opened: what is approved is what was seen (DESIGN.md, 14).
    private string? WaitsFor =>
        View is null ? null
        : _read is null || _read.Version != View.Reading.Number ? "The content is not shown yet."
        : _read.NeedsLook && !_looked.Contains(View.Reading.ContentHash)
            ? "Look first at what would not be seen: it is listed above the text."
        : null;

    private static readonly IReadOnlyList<AddresseeView> Deciding =
    [
        Addressees.Role("reviewer", "Everybody with the role reviewer"),
        Addressees.Role("manager", "Everybody with the role manager"),
    ];

    private IReadOnlyList<AddresseeView> Deciders =>
        [
            .. Addressees
                .On(Board, View!.Source.Queue ?? "", You)
                .Where(one =>
                    PrincipalId.TryParse(one.Value, out var id)
                    && Board.FindPrincipal(id) is { Kind: PrincipalKind.Person } who
                    && (Permissions.MayAsk(Verb.Decide) & who.Roles) != Roles.None
                ),
        ];

    /// <inheritdoc/>
    protected override ArtifactPageView? Look()
    {
        if (!ArtifactId.TryParse(Id, out var id))
            return null;
        var (view, away) = LookAt(id, archived: null);
        // The archive is on disk: it is asked only where memory had nothing at that moment, and outside the picture's lock.
        return away is { } item && Journal.FindArchived(item) is { } archived ? LookAt(id, archived).View : view;
    }

    /// <summary>The page at one moment, and the artifact's item where memory does not have it.</summary>
    private (ArtifactPageView? View, ItemId? Away) LookAt(ArtifactId id, Core.Items.Item? archived) =>
        ReadPicture<(ArtifactPageView?, ItemId?)>(at =>
        {
            if (at.FindArtifact(id) is not { } artifact)
                return default;
            if (_pinnedFor != (Id, Version))
            {
                _pinnedFor = (Id, Version);
                _version = Version ?? artifact.Current.Number;
                _known = artifact.Current.Number;
            }
            var pin = new Pin(id, _version, From, _known);
            var view = ArtifactPageView.From(at, pin, You, Time.GetUtcNow(), archived);
            return (
                _decided == id && view is not null ? view with { Next = ReviewListView.NextFor(at, You) } : view,
                artifact.Item is { } item && !at.IsInMemory(item) ? item : null
            );
        });

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReadAsync();

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (View is not { } view)
            return;
        if (await ReadAsync())
            StateHasChanged();
        if (view.State != "newer" || _said == view.Source.Current.Number)
            return;
        _said = view.Source.Current.Number;
        await Browser.SayNowAsync($"v{_said} arrived while you were reading v{view.Reading.Number}");
    }

    private async Task IgnoreWhitespaceAsync(bool ignores)
    {
        _ignoreWhitespace = ignores;
        await ReadAsync();
    }

    // Contents never change: they are read once for each pair, and comments are placed whenever there are more.
    private async Task<bool> ReadAsync()
    {
        if (View is not { } view)
            return false;
        var wanted = (
            view.Reading.ContentHash,
            view.Base?.Number,
            view.GateBase?.Number,
            view.Comments.Count(line => line.Comment.ResolvedAs is null) * 10_000 + view.Comments.Count,
            _ignoreWhitespace
        );
        if (wanted == _readFor)
            return false;
        var isOther =
            (wanted.Item1, wanted.Item2, wanted.Item3, wanted.Item5)
            != (_readFor.Item1, _readFor.Item2, _readFor.Item3, _readFor.Item5);
        _readFor = wanted;
        if (isOther)
        {
            var read = await ReadText.OfAsync(
                Journal,
                Comparisons,
                view.Source,
                view.Reading,
                view.Base,
                view.GateBase,
                new DiffOptions(_ignoreWhitespace)
            );
            // Another version was opened while this one was being compared.
            if (_readFor != wanted)
                return false;
            (_read, _isMissing) = (read, read is null);
        }
        return await PlaceAsync(view);
    }

    private async Task<bool> PlaceAsync(ArtifactPageView view)
    {
        var (wanted, read) = (_readFor, _read);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var standing = new Dictionary<string, CommentSpot>(StringComparer.Ordinal);
        var quoted = read?.Shape.Text is null
            ? Enumerable.Empty<Comment>()
            : view.Comments.Select(line => line.Comment).Where(comment => comment.Anchor is not null);
        var follower = new QuoteFollower(Drafter.Texts, Comparisons, view.Source, view.Reading);
        foreach (var ofVersion in quoted.ToLookup(comment => comment.Version))
        {
            if (await follower.MapAsync(ofVersion.Key) is not { } map)
            {
                foreach (var comment in ofVersion)
                    places[comment.Id.Text] = 0;
                continue;
            }
            foreach (var (comment, place) in await QuoteFollower.FindAsync(map, ofVersion))
            {
                places[comment.Id.Text] = place.Standing switch
                {
                    QuoteStanding.Stands => map.LineOf(place),
                    QuoteStanding.Outdated => 0,
                    QuoteStanding.Ambiguous => -1,
                };
                if (place.Standing == QuoteStanding.Stands)
                    standing[comment.Id.Text] = new CommentSpot(comment.Id.Text, place.Start, map.LineOf(place));
            }
        }
        if (_readFor != wanted || _read != read)
            return false;
        (_places, _standing) = (places, standing);
        var open = view.Comments.Where(line => line.Comment.ResolvedAs is null).Select(line => line.Comment.Id.Text);
        _spots = new CommentSpots(open.Where(standing.ContainsKey).Select(id => standing[id]));
        return true;
    }

    private async Task ToCommentAsync(int line)
    {
        if (_spots.FirstOn(line) is { } spot)
            await Browser.FocusOnAsync($"[data-comment-id=\"{spot.Id}\"]");
    }

    private async Task ToWordsAsync(Comment comment)
    {
        if (_pane is not null && _standing.TryGetValue(comment.Id.Text, out var spot))
            await _pane.ShowCommentAsync(spot);
    }

    private void Looked(bool isLooked)
    {
        if (isLooked && View is { } view)
            _looked.Add(view.Reading.ContentHash);
    }

    private async Task<bool> DecideAsync(
        (ReviewDecision Decision, DecisionLine Shown, string Comment, string? Confirmed) asked
    )
    {
        if (asked.Decision == ReviewDecision.Approve && WaitsFor is not null)
            return false;
        var isDone = await DoAsync(Decide(asked.Decision, asked.Shown, asked.Comment, confirmed: asked.Confirmed));
        if (isDone)
        {
            _decided = View?.Source.Id;
            LookNow();
        }
        return isDone;
    }

    private ApprovalCommand.Decide Decide(
        ReviewDecision decision,
        DecisionLine shown,
        string comment,
        string? over = null,
        string? confirmed = null
    ) =>
        new()
        {
            Artifact = View!.Source.Id,
            Version = shown.Version,
            Decision = decision,
            ContentHash = shown.ContentHash,
            ConsequencesHash = decision == ReviewDecision.Approve ? shown.ConsequencesHash : null,
            Comment = NoteOf(comment),
            Override = over,
            Confirmed = confirmed,
        };

    private async Task<bool> SaveAsync(
        (string Text, string Note, bool Approve) saved,
        Editing editing,
        DecisionLine? shown
    )
    {
        if (View is not { } view || (saved.Approve && (shown is null || WaitsFor is not null)))
            return false;
        var text = ArtifactEditor.FromField(saved.Text, editing.Original);
        var (artifact, from, you) = (view.Source, editing.Base, You.Id);
        var approve = saved.Approve ? Decide(ReviewDecision.Approve, shown!, saved.Note) : null;
        var outcome = await SendAsync(() =>
        {
            var inPlaceOf = artifact.FindVersion(from)!.ContentHash;
            var content = Drafter.Texts.Write(text, inPlaceOf, artifact.ContentType);
            return approve is null
                ? Drafter.Publish(new NewVersion(artifact.Id, from, content) { Note = NoteOf(saved.Note) }, you)
                : new Draft(approve with { Edited = Drafter.Texts.Propose(artifact, from, content) }, [content]);
        });
        var now = outcome.Reply switch
        {
            ArtifactReply reply => reply.Artifact.Artifact,
            VerdictReply reply => reply.Artifact.Artifact,
            // Others: do not come back to what was sent here.
            _ => null,
        };
        if (outcome.Refusal is not null || now is null)
            return false;
        _editing = null;
        Navigation.NavigateTo(ArtifactWords.Address(now.Id, now.Current.Number));
        return true;
    }

    private static string? NoteOf(string typed) => typed.Trim() is { Length: > 0 } said ? said : null;

    private Task TakeAsync(ReviewLine review) => DoAsync(new ReviewCommand.Take(review.Id));

    private async Task RemindAsync(ReviewLine review)
    {
        if (await DoAsync(new ReviewCommand.Remind(review.Id)))
            Snackbar.Say($"Reminded: {review.Asked}.");
    }

    private Task ResolveAsync(Comment comment) =>
        DoAsync(new ReviewCommand.Resolve(View!.Source.Id, comment.Version, comment.Id));

    private async Task AcceptAsync(Comment comment)
    {
        var (artifact, reading) = (View!.Source.Id, View.Reading.Number);
        var outcome = await SendAsync(() => Drafter.Accept(artifact, comment.Version, comment.Id, reading));
        if (outcome.Reply is ArtifactReply reply)
            Navigation.NavigateTo(ArtifactWords.Address(artifact, reply.Artifact.Artifact.Current.Number));
    }

    private Task PermitAsync() =>
        DoAsync(new ArtifactCommand.Permit(View!.Source.Id, View.Reading.Number, Principal: null));

    private void AskToRevoke(ApprovalLine approval) =>
        _asked = new Asking(
            "revoke",
            $"Revoke the approval {approval.Id.Text} of {approval.Who}?",
            "Revoke",
            [new LineView(Icons.Undo2, "Nothing can begin under it from then on. What has begun stays done.")],
            why => DoAsync(new ApprovalCommand.Revoke(View!.Source.Id, approval.Id, why))
        );

    private void AskToLift(LiftLine block) =>
        _asked = new Asking(
            "lift",
            $"Lift the block that {block.Who} left on v{block.Version}?",
            "Lift the block",
            [
                new LineView(
                    Icons.ShieldCheck,
                    "What others have approved counts from then on, and may let actions begin. It is recorded as your act, with your reason."
                ),
            ],
            why => DoAsync(new ApprovalCommand.Lift(View!.Source.Id, block.Version, block.Decision, why))
        );

    private void AskToOverride((DecisionLine Shown, string? Confirmed) by) =>
        _asked = new Asking(
            "override",
            $"Approve v{by.Shown.Version} by override?",
            "Approve by override",
            [
                new LineView(
                    Icons.UserSearch,
                    "Nobody can give what it still needs. It is recorded as your override, with your reason."
                ),
            ],
            why =>
                WaitsFor is null && _panel is { } panel
                    ? panel.SendCommentAsync(comment =>
                        DoAsync(Decide(ReviewDecision.Approve, by.Shown, comment, over: why, by.Confirmed))
                    )
                    : Task.FromResult(false)
        )
        {
            Approves = View!.Consequences,
        };

    private void AskToReassign(ReviewLine review) =>
        _asked = new Asking(
            "reassign",
            $"Ask somebody else to decide on v{View!.Reading.Number}?",
            "Ask them",
            [new LineView(Icons.Eye, $"Asked now: {review.Asked}. They are no longer asked.")],
            why => DoAsync(new ReviewCommand.Reassign(review.Id, [_to], why))
        );

    private async Task ConfirmAsync(string why)
    {
        if (_asked is { } asked && await asked.Then(why))
            _asked = null;
    }
}
