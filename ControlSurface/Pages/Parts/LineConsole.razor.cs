using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>What somebody is asked about the whole line.</summary>
internal enum LineQuestion
{
    /// <summary>Whether to stop it.</summary>
    Stop,

    /// <summary>Whether to stop more or less of it.</summary>
    Change,

    /// <summary>Whether to let it go on.</summary>
    Go,
}

/// <summary>The acts on the whole line, for those who may: stop it, and let it go on.</summary>
public sealed partial class LineConsole
{
    /// <summary>What an address has to say for the question to be open: <c>?ask=line</c>.</summary>
    public const string Asked = "line";

    /// <summary>Where the question is open.</summary>
    internal const string Address = "queues?ask=" + Asked;

    private LineQuestion? _asked;
    private StopScope _scope = StopScope.Claims;
    private bool _isAskedByAddress;

    /// <summary>What the address asks; <see cref="Asked"/> opens the question.</summary>
    [SupplyParameterFromQuery(Name = "ask")]
    public string? ByAddress { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    private string Confirms => _asked == LineQuestion.Change ? "confirm:change_stop" : "confirm:stop_line";

    /// <inheritdoc/>
    protected override bool IsPart => true;

    // While nobody is asked only the line itself counts.
    /// <inheritdoc/>
    protected override bool IsConcernedBy(Touched touched) => _asked is not null || touched.Everything;

    private RenderFragment? Refused =>
        Refusal is { } problem
            ? builder =>
            {
                builder.OpenComponent<RefusalNote>(0);
                builder.AddComponentParameter(1, nameof(RefusalNote.Problem), problem);
                builder.CloseComponent();
            }
            : null;

    /// <inheritdoc/>
    protected override LineStopView Look()
    {
        var follows = Follows(); // turns the board to the moment of the trial
        return LineStopView.From(Board, You, follows);
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        var isAsked = ByAddress == Asked;
        if (isAsked && !_isAskedByAddress && View is { } view)
        {
            if (view.Stop is null ? view.MayStop : view.MayGo)
                Ask(view.Stop is null ? LineQuestion.Stop : LineQuestion.Go);
        }
        _isAskedByAddress = isAsked;
    }

    private IReadOnlyList<LineView> Follows()
    {
        var now = Time.GetUtcNow();
        return _asked is not { } asked
            ? []
            : ReadPicture(at =>
                asked == LineQuestion.Go
                    ? LineStopView.IfStarted(at, You, now)
                    : LineStopView.IfStopped(at, _scope, You, now)
            );
    }

    private void Ask(LineQuestion question)
    {
        _asked = question;
        // What is stopped already is no change: the next more is offered, and less where there is no more.
        if (question == LineQuestion.Change && View?.Stop is { } stop)
            _scope = stop.Scope == StopScope.Claims ? StopScope.All : StopScope.Claims;
        Refusal = null;
        LookNow();
    }

    private void Choose(StopScope scope)
    {
        _scope = scope;
        LookNow();
    }

    private void Close()
    {
        _asked = null;
        // A page that is loaded again does not ask again.
        if (ByAddress == Asked)
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("ask", (string?)null), replace: true);
        LookNow();
    }

    private async Task StopAsync(string why)
    {
        if (await DoAsync(new QueueCommand.Stop(_scope, why)))
            Close();
    }

    private async Task GoAsync(string none)
    {
        if (await DoAsync(new QueueCommand.Go()))
            Close();
    }
}
