using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>A switch: on or off, from the moment at which it is pressed.</summary>
public sealed partial class OnOff
{
    private int _refused;

    /// <summary>Whether it is on.</summary>
    [Parameter, EditorRequired]
    public bool IsOn { get; set; }

    /// <summary>It was pressed: what is wanted now. Where that is refused, <see cref="IsOn"/> stays and so does the switch.</summary>
    [Parameter]
    public EventCallback<bool> OnSet { get; set; }

    /// <summary>It cannot be pressed now.</summary>
    [Parameter]
    public bool IsOff { get; set; }

    /// <summary>What is switched; it is the name of the switch.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Further attributes of the switch itself: <c>id</c>, <c>data-kind</c>.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public Dictionary<string, object?> Attributes { get; set; } = [];

    // MudSwitch shows at once what was pressed and keeps showing it: where it was refused, it is drawn anew.
    private async Task SetAsync(bool wanted)
    {
        await OnSet.InvokeAsync(wanted);
        if (IsOn != wanted)
            _refused++;
    }
}
