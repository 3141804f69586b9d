using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>A view that can tell whether another one would be drawn the same.</summary>
public interface IView<in TView>
{
    /// <summary>When it changes although nothing is committed; null for never.</summary>
    DateTimeOffset? ChangesAt => null;

    /// <summary>Whether it would be drawn the same: no member differs but what is not drawn.</summary>
    bool IsSameAs(TView other) => ViewEquality.AreSame(this, other);

    /// <summary>Takes from a newer one that is drawn the same what is not drawn yet.</summary>
    void Adopt(TView newer) { }
}

/// <summary>
/// A page that is always true (STYLE.md): it says what it looks at and is drawn again only when that differs. It follows first and
/// looks second, so a commit between the two is seen twice and not missed; it stops following in <see cref="Dispose()"/> and while
/// the line is down, and catches up when it is back.
/// </summary>
/// <typeparam name="TView">Values only, made by a pure static builder.</typeparam>
public abstract class LivePage<TView> : ComponentBase, IDisposable
    where TView : class, IView<TView>
{
    private LiveFollower? _follower;
    private PrincipalId? _who;
    private long _framedAt; // steady clock of the system
    private bool _isGone;

    /// <summary>What is shown; null while nobody who may see it is signed in.</summary>
    protected TView? View { get; private set; }

    /// <summary>Who looks, with the roles that they have now.</summary>
    protected Viewer You { get; private set; } = Viewer.Nobody;

    /// <summary>False for the instant in which it is not known who looks.</summary>
    protected bool IsReady { get; private set; }

    /// <summary>The reader's time zone; UTC until <see cref="KnowZoneAsync"/> has asked their browser.</summary>
    protected TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>A command of this page runs: its buttons wait.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why the last command was refused; null if it was not, or the reader has moved on.</summary>
    protected RefusalView? Refusal { get; set; }

    /// <summary>The shared board that <see cref="Look"/> reads; after <see cref="ReadPicture"/> the one of that moment.</summary>
    protected Board Board { get; private set; } = null!; // set before the first look

    /// <summary>Says when something changed, and has the board.</summary>
    [Inject]
    protected LiveFanOut Live { get; set; } = null!; // set by the framework before anything is drawn

    /// <summary>The engine of the workspace that the page shows.</summary>
    [Inject]
    protected Engine Engine { get; set; } = null!; // set by the framework before anything is drawn

    /// <summary>Publishes drafts as the API does.</summary>
    [Inject]
    protected Drafter Drafter { get; set; } = null!; // set by the framework before anything is drawn

    /// <summary>The clock that ages and countdowns are drawn by.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private FrameState Frame { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private ICurrentViewer Current { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private OwnLeases Own { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private Browser Window { get; set; } = null!; // set by the framework before anything is drawn

    [Inject]
    private CircuitLine Line { get; set; } = null!; // set by the framework before anything is drawn

    /// <summary>A value of the address; null where it says nothing.</summary>
    protected static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    /// <summary>
    /// What there is to show now. Runs on the circuit's dispatcher: short, and reads only <see cref="Board"/>, or the picture by
    /// <see cref="ReadPicture"/>.
    /// </summary>
    protected abstract TView? Look();

    /// <summary>
    /// Reads the picture, and turns <see cref="Board"/> and <see cref="You"/> to the same moment: list, detail and frame that are drawn
    /// together never tell of two. Where a look reads more than once, all that is drawn comes from the last.
    /// </summary>
    /// <param name="look">Runs under the picture's lock: short, returns values, and leaves <see cref="Board"/> alone.</param>
    protected T ReadPicture<T>(Func<Workspace, T> look) =>
        Live.Read(
            (board, picture) =>
            {
                Turn(board);
                return look(picture);
            }
        );

    private void Turn(Board board)
    {
        Board = board;
        You = Viewer.On(board, Line.IsOver ? null : _who);
    }

    /// <summary>
    /// It stands in a page that follows by itself. The frame and its seq are that page's to show: a part that is drawn first would claim
    /// what the rest does not show yet.
    /// </summary>
    protected virtual bool IsPart => false;

    /// <summary>Whether a change can be seen on this page. Runs on the fan-out's thread.</summary>
    protected virtual bool IsConcernedBy(Touched touched) => true;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _who = await Current.FindAsync();
        IsReady = true;
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        Refusal = null;
        if (IsReady && LookAgain(Live.BoardAt()) is var isChanged && FrameToShow(isChanged) is { } frame)
            Frame.Show(frame); // within the page's own drawing
    }

    // Only the live drawing gets here, never the prerendered one, which nobody would take down again.
    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender || _isGone)
            return;
        _follower = Live.Follow(IsConcernedBy, () => InvokeAsync(FollowAsync));
        Line.Changed += LineChanged;
        Line.Over += SessionOver;
        if (IsReady)
            Draw(LookAgain(Live.BoardAt()));
    }

    /// <summary>Sends a command as the viewer, shows what came of it at once, and keeps the refusal if there is one.</summary>
    protected Task<Outcome> SendAsync(Command command) => ShowAsync(Engine.SendAsync(new Request(command, You.Caller)));

    /// <summary>The same with a draft, which is made on the pool.</summary>
    /// <param name="make">Makes the draft; reads no member of the page, whose thread it does not run on.</param>
    protected Task<Outcome> SendAsync(Func<Draft> make) => ShowAsync(Drafter.SendAsync(You.Caller, make));

    private async Task<Outcome> ShowAsync(Task<Outcome> sent)
    {
        IsBusy = true;
        Refusal = null;
        try
        {
            var outcome = await sent;
            Refusal = outcome.Refusal is { } refusal ? RefusalNotes.Of(refusal, Board.NameOf, outcome.Now) : null;
            return outcome;
        }
        finally
        {
            IsBusy = false;
            LookNow();
        }
    }

    /// <summary>What the command would come to, changing nothing; the refusal is shown where there is one.</summary>
    protected async Task<Outcome> TryAsync(Command command)
    {
        var outcome = await Engine.SendAsync(new Request(command, You.Caller) { DryRun = true });
        Refusal = outcome.Refusal is { } refusal ? RefusalNotes.Of(refusal, Board.NameOf, outcome.Now) : null;
        return outcome;
    }

    /// <summary>The same, and whether it was accepted.</summary>
    protected async Task<bool> DoAsync(Command command) => (await SendAsync(command)).Refusal is null;

    /// <summary>Asks the browser for the reader's time zone, and looks again by its clocks. Once, after the first drawing.</summary>
    protected async Task KnowZoneAsync()
    {
        if (await Window.ZoneAsync() is not { } zone || zone.Equals(Zone) || _isGone)
            return;
        Zone = zone;
        Draw(LookAgain(Live.BoardAt()));
    }

    /// <summary>Looks at all that is committed, and draws.</summary>
    protected void LookNow()
    {
        if (_isGone)
            return;
        LookAgain(Live.BoardAt());
        Draw(isChanged: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The page is left: nothing follows any more. A page that overrides it calls this too.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        _isGone = true;
        Line.Changed -= LineChanged;
        Line.Over -= SessionOver;
        _follower?.Dispose();
    }

    // Posted by the fan-out. What goes wrong here would end the process if it got away (OPERATIONS.md, B10).
    private async Task FollowAsync()
    {
        if (_isGone)
            return;
        try
        {
            Draw(LookAgain(Live.Board));
        }
        catch (Exception failed)
        {
            await DispatchExceptionAsync(failed);
        }
    }

    private void LineChanged(object? sender, EventArgs e)
    {
        if (Line.IsUp)
            _follower?.Resume();
        else
            _follower?.Pause();
    }

    // Raised from any thread. Nobody who looks here is signed in any more.
    private void SessionOver(object? sender, EventArgs e) => _ = InvokeAsync(FollowAsync);

    private bool LookAgain(Board board)
    {
        if (!IsReady)
            return false;
        var (was, wasYou) = (View, You);
        Turn(board);
        var looked = You.Principal is null ? null : Look();
        View = You.Principal is null ? null : looked; // whoever was ended between board and picture sees nothing
        var isSame =
            wasYou == You && (View is null ? was is null : was is not null && ((IView<TView>)View).IsSameAs(was));
        // The old one stays where they are the same: it is what the browser shows, down to the references of its rows.
        if (isSame && View is { } newer)
        {
            was!.Adopt(newer);
            View = was;
        }
        if (_follower is not null)
        {
            _follower.ChangesAt = View?.ChangesAt;
            Tell(Own.Lost(Board, You));
        }
        return !isSame;
    }

    // A window that has gone hears nothing, and nobody waits for one that is slow.
    private void Tell(IReadOnlyList<string> lost)
    {
        foreach (var words in lost)
            _ = Window.SayNowAsync(words).AsTask();
    }

    private void Draw(bool isChanged)
    {
        if (FrameToShow(isChanged) is { } frame)
            Frame.Show(frame, isChanged ? StateHasChanged : null);
        else if (isChanged)
            StateHasChanged();
    }

    // A commit that changes nothing here is not worth a message of its own: the seq follows a little later.
    private FrameView? FrameToShow(bool isChanged)
    {
        if (!IsReady)
            return null;
        if (IsPart)
        {
            NoteShown();
            return null;
        }
        var frame = FrameViews.From(Board, You, Engine.IsWritable) with { CutOffSince = Engine.UnprovedSince };
        if (
            !isChanged
            && FrameViews.SayTheSame(frame, Frame.View)
            && TimeProvider.System.GetElapsedTime(_framedAt) < LiveFanOut.SeqPause
        )
            return null;
        Frame.Acknowledge = id => DoAsync(new Core.Inbox.InboxCommand.Read([id]));
        _framedAt = TimeProvider.System.GetTimestamp();
        NoteShown();
        return frame;
    }

    // What shows the newest seq is not looked at again for its sake.
    private void NoteShown()
    {
        if (_follower is not null)
            _follower.ShownSeq = Board.Seq;
    }
}
