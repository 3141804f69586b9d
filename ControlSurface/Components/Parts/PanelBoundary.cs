using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace ControlSurface.Components.Parts;

/// <summary>Each panel stands in one: a part that fails says so in its own place, and the rest of the page stays live.</summary>
public sealed partial class PanelBoundary : ErrorBoundaryBase
{
    private string _code = "";

    /// <summary>Page or panel, for the words.</summary>
    [Parameter]
    public string What { get; set; } = "panel";

    [Inject]
    private ILogger<PanelBoundary> Log { get; set; } = null!; // set by the framework before anything is drawn

    /// <inheritdoc/>
    protected override Task OnErrorAsync(Exception exception)
    {
        _code = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(3));
        LogFailed(Log, What, _code, exception);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }
        builder.OpenComponent<PanelError>(1);
        builder.AddComponentParameter(2, nameof(PanelError.What), What);
        builder.AddComponentParameter(3, nameof(PanelError.Code), _code);
        builder.AddComponentParameter(4, nameof(PanelError.OnAgain), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A {What} could not be shown, code {Code}")]
    private static partial void LogFailed(ILogger log, string what, string code, Exception exception);
}
