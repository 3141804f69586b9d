using ControlSurface.Wording;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Components.Parts;

/// <summary>The bar above a list: saved views, filters, the search field, the export.</summary>
public sealed partial class FilterBar : IDisposable
{
    private const string ExportWords = "The whole list as a table, as it is now";

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework

    [Inject]
    private Browser Browser { get; set; } = null!; // set by the framework

    [Inject]
    private TimeProvider Time { get; set; } = null!; // set by the framework

    /// <summary>The tabs.</summary>
    [Parameter]
    public IReadOnlyList<TabView> Views { get; set; } = [];

    /// <summary>The menus, each of which narrows the list by one thing.</summary>
    [Parameter]
    public IReadOnlyList<FilterView> Filters { get; set; } = [];

    /// <summary>The words that the list is filtered by; they stand in the address bar as <c>q</c>.</summary>
    [Parameter]
    public string? Query { get; set; }

    /// <summary>What is to be typed there.</summary>
    [Parameter]
    public string Asks { get; set; } = "Filter this list";

    /// <summary>Whether words can be typed.</summary>
    [Parameter]
    public bool HasQuery { get; set; } = true;

    /// <summary>The address of the list as a file (<see cref="SavedViews.Export"/>); null for none.</summary>
    [Parameter]
    public string? Export { get; set; }

    /// <summary>The list as a file, where no list of the API is the same; null for none.</summary>
    [Parameter]
    public Func<ListFile>? List { get; set; }

    /// <summary>As <see cref="List"/>, where it has to be read first.</summary>
    [Parameter]
    public Func<Task<ListFile>>? ReadList { get; set; }

    /// <summary>Buttons at the right.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>
    /// Whether words are whole: what is half typed narrows nothing until it is left, and no fault is found in it. Null where all words are.
    /// </summary>
    [Parameter]
    public Func<string, bool>? Understands { get; set; }

    private const int MostNamed = 2;

    // Long enough that a quick writer asks once for each word, short enough that the list seems to follow.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(180);

    private string _typed = "";
    private string? _shown;
    private readonly Queue<string> _asked = new();
    private bool _leads;
    private CancellationTokenSource? _writes;

    /// <inheritdoc/>
    public void Dispose()
    {
        _writes?.Cancel();
        _writes?.Dispose();
    }

    // An address that this field asked for lags behind what is typed; any other is what the field says from now on.
    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Query == _shown)
            return;
        _shown = Query;
        var words = Query ?? "";
        if (!_asked.Contains(words))
        {
            _typed = words;
            _asked.Clear();
        }
        else
            while (_asked.Dequeue() != words) { }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_leads || (Query ?? "") != _typed.Trim())
            return;
        _leads = false;
        await Browser.FocusRowAsync();
    }

    /// <summary>The values that hold now: those of the address, then those that the words say.</summary>
    private static List<string> ChosenOf(FilterView filter) =>
        [
            .. (FilterView.Each(filter.Chosen) ?? [])
                .Concat((FilterView.Each(filter.Said) ?? []).Select(said => ValueOf(filter, said)))
                .Distinct(StringComparer.Ordinal),
        ];

    // Words may say a name where the choice is an id.
    private static string ValueOf(FilterView filter, string said) =>
        filter
            .Choices.FirstOrDefault(choice =>
                choice.Value == said || choice.Words.Equals(said, StringComparison.OrdinalIgnoreCase)
            )
            ?.Value
        ?? said;

    private static string WordsOf(FilterView filter, string value) =>
        filter.Choices.FirstOrDefault(choice => choice.Value == value)?.Words ?? value;

    private static string? Said(FilterView filter)
    {
        var chosen = ChosenOf(filter);
        var named = string.Join(", ", chosen.Take(MostNamed).Select(value => WordsOf(filter, value)));
        return chosen.Count == 0 ? null
            : chosen.Count > MostNamed ? $"{named} and {chosen.Count - MostNamed} more"
            : named;
    }

    private List<MenuEntry> Entries(FilterView filter)
    {
        var chosen = ChosenOf(filter);
        var others = chosen
            .Where(value => filter.Choices.All(choice => choice.Value != value))
            .Select(value => new ChoiceView(value, value));
        var entries = filter
            .Choices.Concat(others)
            .Select(choice => new MenuEntry(choice.Words)
            {
                Href = Address(filter, filter.TakesSeveral ? Toggled(chosen, choice.Value) : [choice.Value]),
                IsOneOfSeveral = filter.TakesSeveral,
                IsChosen = chosen.Contains(choice.Value),
            })
            .ToList();
        if (chosen.Count > 0)
            entries.Add(new MenuEntry("Any") { Href = Address(filter, []) });
        return entries;
    }

    private static IEnumerable<string> Toggled(List<string> chosen, string value) =>
        chosen.Contains(value) ? chosen.Where(one => one != value) : chosen.Append(value);

    // What the words say is changed in the words, so that the menu and the field never say two things.
    private string Address(FilterView filter, IEnumerable<string> values)
    {
        string[] all = [.. values];
        if (filter.Said is null)
            return Navigation.GetUriWithQueryParameter(
                filter.Parameter,
                all.Length == 0 ? null : string.Join(',', all)
            );
        var words = Core.Views.Query.Replace(Query ?? "", filter.Parameter, all);
        return Navigation.GetUriWithQueryParameters(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [filter.Parameter] = null,
                ["q"] = words.Length == 0 ? null : words,
            }
        );
    }

    private async Task TypedAsync()
    {
        _leads = false;
        if (_writes is { } before)
            await before.CancelAsync();
        _writes?.Dispose();
        _writes = new CancellationTokenSource();
        try
        {
            await Task.Delay(Pause, Time, _writes.Token);
        }
        catch (OperationCanceledException)
        {
            return; // More is typed, or the words were sent.
        }
        if (Understands?.Invoke(_typed.Trim()) != false)
            Apply();
    }

    private async Task EnterAsync()
    {
        _leads = true;
        if (_writes is { } waits)
            await waits.CancelAsync();
        Apply();
    }

    private void Leave(ChangeEventArgs typed)
    {
        _typed = (typed.Value as string) ?? "";
        Apply();
    }

    // The address bar holds all of it, so a filtered list can be sent to someone.
    private void Apply()
    {
        var words = _typed.Trim();
        // Beside the address that is on its way: what is typed next may take back what it asks for before it has come.
        if (words == (_asked.LastOrDefault() ?? Query ?? ""))
            return;
        _asked.Enqueue(words);
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameter("q", words.Length == 0 ? null : words),
            replace: true
        );
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
