using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>One of a few, chosen from a list that opens.</summary>
public sealed partial class ChoiceField
{
    private static readonly string Unfold = $"<use href=\"#{Icons.ChevronDown}\"></use>";

    /// <summary>What is chosen; the field's name.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>What can be chosen, in its order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ChoiceView> Choices { get; set; }

    /// <summary>The value that is chosen.</summary>
    [Parameter, EditorRequired]
    public required string? Value { get; set; }

    /// <summary>Another value was chosen.</summary>
    [Parameter]
    public EventCallback<string> OnChoose { get; set; }

    /// <summary>More classes of the field.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>Further attributes of the field: <c>data-setting</c>.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public Dictionary<string, object?> Attributes { get; set; } = [];

    private ChoiceView? Chosen => Choices.FirstOrDefault(one => one.Value == Value);

    private Task ChooseAsync(ChoiceView? one) => one is null ? Task.CompletedTask : OnChoose.InvokeAsync(one.Value);
}
