using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>Chooses a role, a person or an agent by a part of the name or by the id.</summary>
public sealed partial class PersonField
{
    private const int Most = 12;

    private static readonly string Unfold = $"<use href=\"#{Icons.ChevronDown}\"></use>";
    private IReadOnlyList<string> _recent = [];

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    /// <summary>The field's id in the page.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>The field's name: "To".</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The roles that may be chosen, in their order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<AddresseeView> Roles { get; set; }

    /// <summary>Who may be chosen, in their order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<AddresseeView> People { get; set; }

    /// <summary>It has the focus when its question opens (<c>js/dialogs.js</c>): the question begins with it.</summary>
    [Parameter]
    public bool HasFocus { get; set; }

    /// <summary>The role or the id that is chosen.</summary>
    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>Somebody else was chosen: their id or role.</summary>
    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    private AddresseeView? Chosen => Roles.Concat(People).FirstOrDefault(one => one.Value == Value);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            _recent = await Browser.RecentAsync();
    }

    // An emptied field chooses nobody: what was chosen stays, and its name comes back.
    private Task ChooseAsync(AddresseeView? one) =>
        one is null ? Task.CompletedTask : ValueChanged.InvokeAsync(one.Value);

    private Task<IEnumerable<AddresseeView>> FindAsync(string? typed, CancellationToken abandoned)
    {
        var words = typed?.Trim() ?? "";
        var all = Roles.Concat(People);
        var lately = _recent.SelectMany(id => all.Where(one => one.Value == id));
        return Task.FromResult(
            lately
                .Concat(all)
                .Distinct()
                .Where(one =>
                    one.Words.Contains(words, StringComparison.OrdinalIgnoreCase)
                    || one.Value.StartsWith(words, StringComparison.OrdinalIgnoreCase)
                )
        );
    }
}
