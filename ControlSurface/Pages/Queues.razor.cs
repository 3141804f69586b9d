using ControlSurface.Components;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>All queues, with what is in them.</summary>
public sealed partial class Queues
{
    private static readonly IReadOnlyList<LineView> Begins =
    [
        new(Icons.Settings, "With the default policy. You can change it on the queue's page."),
        new(Icons.CircleDashed, "Empty. Every agent that is not limited to other queues may claim from it."),
    ];

    /// <summary>Where the question for a new queue is open.</summary>
    internal const string AddressOfNew = "queues?ask=queue";

    private bool _isMaking;
    private bool _isAskedByAddress;
    private bool _isByHour;
    private string _name = "";

    /// <summary><c>paused</c> for those that are, <c>need</c> for those that may need somebody; null for all.</summary>
    [SupplyParameterFromQuery(Name = "state")]
    public string? Only { get; set; }

    /// <summary>Only queues that have these words in their name or in what is wrong.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary>What the address asks; <c>queue</c> opens the question for a new one.</summary>
    [SupplyParameterFromQuery(Name = "ask")]
    public string? ByAddress { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework before anything is drawn

    // The worst first is told apart from what goes as usual; another order has no such border.
    private IReadOnlyList<WorkGroup<QueueRow>> Shown(QueuesView view)
    {
        var rows = view.Rows.Where(row => IsIn(Only, row) && row.Has(Given(Text))).ToList();
        return !IsWorstFirst(view)
            ? Groups([("", rows)])
            : Groups([
                ("Need somebody", rows.FindAll(row => row.NeedsSomebody)),
                ("As usual", rows.FindAll(row => !row.NeedsSomebody)),
            ]);
    }

    private static List<WorkGroup<QueueRow>> Groups(IEnumerable<(string Name, List<QueueRow> Rows)> groups) =>
        [
            .. groups
                .Where(group => group.Rows.Count > 0)
                .Select(group => new WorkGroup<QueueRow>(
                    group.Name,
                    [Words.Plural(group.Rows.Count, "queue")],
                    group.Rows,
                    group.Rows.Count
                )),
        ];

    private static bool IsIn(string? only, QueueRow row) =>
        only switch
        {
            "paused" => row.State == "paused",
            "need" => row.NeedsSomebody,
            _ => true,
        };

    private List<TabView> Tabs(QueuesView view) =>
        [
            .. new (string Name, string? Only)[]
            {
                ("All", null),
                ("Need somebody", "need"),
                ("Paused", "paused"),
            }.Select(tab => new TabView(
                tab.Name,
                view.Rows.Count(row => IsIn(tab.Only, row)),
                Navigation.GetUriWithQueryParameter("state", tab.Only),
                Only == tab.Only
            )),
        ];

    private static bool IsWorstFirst(QueuesView view) => view is { Order: QueueOrder.Worst, IsReversed: false };

    // The second press on a column turns it round, and the third goes back to the worst first.
    private string? Next(QueueOrder order)
    {
        var word = order.ToString().ToLowerInvariant();
        return Order != order ? (order == QueueOrder.Worst ? null : word)
            : IsReversed ? null
            : "-" + word;
    }

    private static string? SortOf(QueuesView view, QueueOrder order) =>
        view.Order != order ? null
        : (order == QueueOrder.Name) == view.IsReversed ? "descending"
        : "ascending";

    private RenderFragment Column(QueuesView view, QueueOrder order, string words, bool isNumber = true) =>
        builder =>
        {
            builder.OpenElement(0, "div");
            builder.AddAttribute(1, "role", "columnheader");
            builder.AddAttribute(2, "class", isNumber ? "number" : null);
            builder.AddAttribute(3, "aria-sort", SortOf(view, order));
            builder.OpenElement(4, "a");
            builder.AddAttribute(5, "href", Navigation.GetUriWithQueryParameter("sort", Next(order)));
            builder.AddAttribute(6, "class", "sort");
            builder.AddContent(7, words);
            builder.CloseElement();
            builder.CloseElement();
        };

    /// <summary>The order, as <see cref="QueueOrder"/> names it in small letters, after a hyphen where it is turned round; null for the worst first.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    [Inject]
    private KnownPast Past { get; set; } = null!; // set by the framework before anything is drawn

    private QueueOrder Order =>
        Enum.TryParse<QueueOrder>(Sort?.TrimStart('-'), ignoreCase: true, out var order) && Enum.IsDefined(order)
            ? order
            : QueueOrder.Worst;

    private bool IsReversed => Sort?.StartsWith('-') == true;

    /// <inheritdoc/>
    protected override QueuesView Look()
    {
        var now = Time.GetUtcNow();
        return QueuesView.From(Board, You, now, Past.Of(Board, You, now, Zone), Order, IsReversed);
    }

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? KnowZoneAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        var isAsked = ByAddress == "queue";
        if (isAsked && !_isAskedByAddress)
            _isMaking = You.May(Verb.SetQueue);
        _isAskedByAddress = isAsked;
    }

    // A page that is loaded again does not ask again.
    private void Leave()
    {
        _isMaking = false;
        if (ByAddress is not null)
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("ask", (string?)null), replace: true);
    }

    // A queue that is there already is shown, with the policy that it has: nothing is made twice.
    private async Task MakeAsync(string why)
    {
        var name = _name.Trim();
        if (
            Board.FindQueue(name) is null
            && !await DoAsync(new QueueCommand.Set(name, new PolicyChange(), IfSeq: null))
        )
            return;
        _isMaking = false;
        Navigation.NavigateTo($"queues/{Uri.EscapeDataString(name)}");
    }
}
