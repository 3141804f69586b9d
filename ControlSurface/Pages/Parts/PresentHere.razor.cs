using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages.Parts;

/// <summary>Who else has this page open.</summary>
public sealed partial class PresentHere
{
    [Inject]
    private PresenceBoard Presence { get; set; } = null!; // set by the framework

    [Inject]
    private TimeProvider Time { get; set; } = null!; // set by the framework

    private static readonly TimeSpan SaidEvery = TimeSpan.FromSeconds(20);
    private IReadOnlyList<Present> _others = [];
    private ITimer? _timer;
    private bool _saidEditing;

    /// <summary>As <c>artifact:A-12</c>.</summary>
    [Parameter, EditorRequired]
    public required string Topic { get; set; }

    /// <summary>Whoever reads the page.</summary>
    [Parameter, EditorRequired]
    public required Principal Who { get; set; }

    /// <summary>A principal's name.</summary>
    [Parameter, EditorRequired]
    public required Func<PrincipalId, string> NameOf { get; set; }

    /// <summary>The reader is changing it.</summary>
    [Parameter]
    public bool IsEditing { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet() => Look();

    // Only the live drawing says so: the prerendered one is never taken down.
    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            Presence.Changed += Changed;
            _timer = Time.CreateTimer(_ => Say(), null, SaidEvery, SaidEvery);
        }
        if (firstRender || _saidEditing != IsEditing)
            Say();
    }

    private void Say()
    {
        _saidEditing = IsEditing;
        Presence.Say(Who, Topic, IsEditing ? "editing" : "viewing");
    }

    private void Changed(object? sender, PresenceEventArgs change)
    {
        if (change.Topic == Topic)
            _ = InvokeAsync(() =>
            {
                Look();
                StateHasChanged();
            });
    }

    private void Look() => _others = [.. Presence.On(Topic).Where(p => p.Who != Who.Id)];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_timer is null)
            return;
        _timer.Dispose();
        Presence.Changed -= Changed;
        Presence.Say(Who, Topic, "away");
    }
}
