using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Review;

/// <summary>The rail of versions, and the choice of what to compare with.</summary>
public sealed partial class VersionPicker
{
    private ElementReference _rail;
    private int _shown;

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    /// <summary>All versions, oldest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<VersionView> Versions { get; set; }

    /// <summary>The version that the one being read is compared with.</summary>
    [Parameter]
    public int? From { get; set; }

    /// <summary>Another version to compare with was chosen.</summary>
    [Parameter]
    public EventCallback<int> OnFrom { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var reading = Versions.FirstOrDefault(version => version.IsReading)?.Number ?? 0;
        if (reading == _shown)
            return;
        _shown = reading;
        await Browser.ShowCurrentAsync(_rail);
    }

    private IReadOnlyList<ChoiceView> Others =>
        [
            .. Versions
                .Where(version => !version.IsReading)
                .Select(version => new ChoiceView(Text(version.Number)!, $"v{version.Number}, {version.Word}")),
        ];

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private Task ChooseAsync(string chosen) =>
        int.TryParse(chosen, CultureInfo.InvariantCulture, out var number)
            ? OnFrom.InvokeAsync(number)
            : Task.CompletedTask;
}
