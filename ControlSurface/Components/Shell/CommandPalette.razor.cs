using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Shell;

/// <summary>Search and commands over the page (Ctrl K).</summary>
public sealed partial class CommandPalette
{
    private IReadOnlyList<PaletteEntry> _found = [];
    private string _words = "";
    private CancellationTokenSource? _abandon;

    /// <summary>Answers for the words typed; the token says that newer words came.</summary>
    [Parameter, EditorRequired]
    public required Func<string, CancellationToken, ValueTask<IReadOnlyList<PaletteEntry>>> Provider { get; set; }

    /// <summary>The palette was opened on something else: what <see cref="FrameState.PaletteOn"/> holds.</summary>
    [Parameter]
    public EventCallback<string?> OnFocus { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _abandon?.Cancel();
        _abandon?.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => FindAsync("");

    private Task SearchAsync(ChangeEventArgs typed) => FindAsync((string?)typed.Value ?? "");

    private async Task FindAsync(string words)
    {
        _abandon?.Cancel();
        _abandon?.Dispose();
        _abandon = new CancellationTokenSource();
        var abandoned = _abandon.Token;
        try
        {
            var found = await Provider(words, abandoned);
            if (abandoned.IsCancellationRequested)
                return;
            (_found, _words) = (found, words);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // Newer words are on their way; their answer is the one to show.
        }
    }
}
