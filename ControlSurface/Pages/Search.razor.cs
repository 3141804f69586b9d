using ControlSurface.Core.Engine;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;

namespace ControlSurface.Pages;

/// <summary>Everything that a word is found in: live work, settled work, artifacts and conflicts.</summary>
public sealed partial class Search
{
    [Inject]
    private IProjections Projections { get; set; } = null!; // set by the framework

    [Inject]
    private IJournal Journal { get; set; } = null!; // set by the framework

    [Inject]
    private NavigationManager Navigation { get; set; } = null!; // set by the framework

    private const int PageSize = 100;
    private readonly CancellationTokenSource _leaving = new();
    private IReadOnlyList<FoundDocument> _found = [];
    private FoundPage? _page;
    private bool _isMissing;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    [SupplyParameterFromQuery]
    public long? After { get; set; }

    // How each stands moves with every commit; what was found stands until it is looked for again.
    protected override SearchView Look()
    {
        var found = ReadPicture(at => FoundThing.In(at, _found, You.Scope));
        return SearchView.From(
            FoundThing.WithArchived(found, Journal.FindArchived),
            _page?.Total ?? 0,
            _page?.Next is { } next ? Navigation.GetUriWithQueryParameter("after", next) : null,
            _page?.Seq ?? 0,
            Given(Kind),
            Given(Queue),
            Board.Queues.Select(queue => queue.Name).Where(You.MaySee)
        );
    }

    protected override async Task OnParametersSetAsync()
    {
        (_found, _page, _isMissing) = ([], null, false);
        if (Given(Text) is { } words && You.Principal is not null)
        {
            try
            {
                IReadOnlyList<FoundKind> kinds =
                    Kind is { } kind && FoundThing.Kinds.TryGetValue(kind, out var known) ? [known] : [];
                var queues = Given(Queue) is { } queue
                    ? You.MaySee(queue)
                        ? [queue]
                        : []
                    : You.Scope.Queues;
                _page = await Projections.SearchAsync(
                    new SearchQuery(words, kinds, queues, After, PageSize),
                    _leaving.Token
                );
                _found = _page.Found;
            }
            catch (ProjectionsNotReadyException)
            {
                _isMissing = true;
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }
        }
        LookNow();
    }

    protected override void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(isDisposing);
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
