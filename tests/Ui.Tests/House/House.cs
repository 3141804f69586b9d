using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace Ui.Tests;

/// <summary>A place to draw parts in: the clock stands at <see cref="T0"/> until a test moves it, and there is no browser.</summary>
public abstract class House : BunitContext, IAsyncLifetime
{
    protected static readonly DateTimeOffset T0 = new(2026, 11, 24, 21, 5, 12, TimeSpan.Zero);

    protected House()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Clock = new FakeTimeProvider(T0);
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddMudServices();
        Services.AddScoped<Browser>();
        Services.AddScoped<Drafts>();
        Services.AddScoped<FrameState>();
        Services.AddScoped<ControlSurface.Live.OwnLeases>();
        Services.AddScoped<PaletteSources>();
    }

    protected FakeTimeProvider Clock { get; }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    // MudBlazor's popovers can only be disposed of asynchronously.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    /// <summary>Chooses in the list of a field, by its name and the words of the choice.</summary>
    protected static Task ChooseAsync(IRenderedComponent<IComponent> page, string field, string words)
    {
        var found = page.FindComponents<ChoiceField>().Single(one => one.Instance.Label == field);
        return found.InvokeAsync(() =>
            found
                .FindComponent<MudSelect<ChoiceView>>()
                .Instance.SelectOption(found.Instance.Choices.Single(one => one.Words == words))
        );
    }

    /// <summary>The text as a reader reads it: runs of blanks are one.</summary>
    protected static string Read(AngleSharp.Dom.IElement element) =>
        string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
