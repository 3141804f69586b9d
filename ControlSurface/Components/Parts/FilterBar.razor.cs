using ControlSurface.Wording;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>The bar above a list: saved views, filters, the search field, the export.</summary>
public sealed partial class FilterBar
{
    private const string ExportWords = "The whole list as a table, as it is now";

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework

    [Parameter]
    public IReadOnlyList<TabView> Views { get; set; } = [];

    [Parameter]
    public IReadOnlyList<FilterView> Filters { get; set; } = [];

    /// <summary>The words that the list is filtered by; they stand in the address bar as <c>q</c>.</summary>
    [Parameter]
    public string? Query { get; set; }

    /// <summary>What is to be typed there.</summary>
    [Parameter]
    public string Asks { get; set; } = "Filter this list";

    [Parameter]
    public bool HasQuery { get; set; } = true;

    /// <summary>The address of the list as a file (<see cref="SavedViews.Export"/>); null for none.</summary>
    [Parameter]
    public string? Export { get; set; }

    /// <summary>Buttons at the right.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private static string? Chosen(FilterView filter) =>
        filter.Choices.FirstOrDefault(choice => choice.Value == filter.Chosen)?.Words ?? filter.Chosen;

    private List<MenuEntry> Entries(FilterView filter)
    {
        var entries = filter
            .Choices.Select(choice => new MenuEntry(choice.Words)
            {
                Href = Address(filter.Parameter, choice.Value),
                IsChosen = choice.Value == filter.Chosen,
            })
            .ToList();
        if (filter.Chosen is not null)
            entries.Add(new MenuEntry("Any") { Href = Address(filter.Parameter, null) });
        return entries;
    }

    private string Address(string parameter, string? value) => Navigation.GetUriWithQueryParameter(parameter, value);

    // The address bar holds all of it, so a filtered list can be sent to someone.
    private void Search(ChangeEventArgs typed)
    {
        var words = (typed.Value as string)?.Trim();
        Navigation.NavigateTo(Address("q", string.IsNullOrEmpty(words) ? null : words), replace: true);
    }

    // What a menu is made from: each address in it is the page's own with one word more.
    private sealed class Shown(FilterView filter, string address) : IEquatable<Shown>
    {
        private readonly FilterView _filter = filter;
        private readonly string _address = address;

        public bool Equals(Shown? other) =>
            other is not null
            && _address == other._address
            && _filter with { Choices = other._filter.Choices } == other._filter
            && _filter.Choices.SequenceEqual(other._filter.Choices);

        public override bool Equals(object? obj) => Equals(obj as Shown);

        public override int GetHashCode() => HashCode.Combine(_address, _filter.Name, _filter.Chosen);
    }
}
