using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
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
    private const int AtOnce = 500;
    private readonly CancellationTokenSource _leaving = new();
    private IReadOnlyList<FoundDocument> _found = [];
    private FoundPage? _page;
    private DateTimeOffset? _foundAt;
    private bool _isMissing;
    private int _asked;
    private WorkList<FoundRow>? _list;
    private HashSet<string> _listed = new(StringComparer.Ordinal); // items on this page
    private HashSet<string>? _all; // items on all pages, once somebody selected all

    /// <summary>The words, from the address.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary>Only what is of this kind.</summary>
    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    /// <summary>Only what is of this queue.</summary>
    [SupplyParameterFromQuery]
    public string? Queue { get; set; }

    /// <summary>Where this page of findings begins: after this place.</summary>
    [SupplyParameterFromQuery]
    public long? After { get; set; }

    // How each stands moves with every commit; what was found stands until it is looked for again.
    /// <inheritdoc/>
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

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        (_found, _page, _isMissing, _all) = ([], null, false, null);
        var asked = ++_asked;
        if (Given(Text) is { } words && You.Principal is not null)
        {
            try
            {
                IReadOnlyList<FoundKind> kinds =
                [
                    .. from kind in FilterView.Each(Given(Kind)) ?? []
                    where FoundThing.Kinds.ContainsKey(kind)
                    select FoundThing.Kinds[kind],
                ];
                var page = await Projections.SearchAsync(
                    new SearchQuery(words, kinds, Queues, After, PageSize),
                    _leaving.Token
                );
                if (asked != _asked)
                    return; // Other words came meanwhile: their answer is the one to show.
                (_page, _found, _foundAt) = (page, page.Found, Time.GetUtcNow());
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
        _listed = ItemsOf(_found).ToHashSet(StringComparer.Ordinal);
        LookNow();
    }

    private RowSelection Selection { get; } = new();

    private bool MaySelect => You.May(Core.Vocabulary.Verb.Bulk) && _listed.Count > 0;

    private IReadOnlyCollection<string>? Queues =>
        Given(Queue) is not { } queue ? You.Scope.Queues
        : You.MaySee(queue) ? [queue]
        : [];

    // What has left memory is settled for good: nothing can be done with it.
    private string? SelectKey(FoundRow row) =>
        row.StateKind == StateKind.Item && ItemId.TryParse(row.Id, out var id) && Board.Find(id) is not null
            ? row.Id
            : null;

    private IReadOnlyList<PickedRow> Picked(Board board) =>
        PickedRow.Items(
            Selection.Ids,
            board,
            item => You.MaySee(item.Queue) && (_all ?? _listed).Contains(item.Id.Text)
        );

    private IEnumerable<string> ItemsOf(IEnumerable<FoundDocument> found) =>
        found
            .Where(one => one.Kind == FoundKind.Item)
            .Select(one => one.Key)
            .Where(key => ItemId.TryParse(key, out var id) && Board.Find(id) is not null);

    private void Pick(string id, bool upToHere)
    {
        if (upToHere && _list is { } list)
            Selection.PressUpTo(id, list.Between);
        else
            Selection.Press(id);
    }

    // The items of all pages, not only of this one: what is selected is read from the index once, when it is asked for.
    private async Task PickAllAsync()
    {
        if (_all is { } known && Selection.Count >= known.Count)
        {
            Selection.Clear();
            return;
        }
        var all = new HashSet<string>(_listed, StringComparer.Ordinal);
        try
        {
            long? after = null;
            do
            {
                var page = await Projections.SearchAsync(
                    new SearchQuery(Given(Text)!, [FoundKind.Item], Queues, after, AtOnce),
                    _leaving.Token
                );
                all.UnionWith(ItemsOf(page.Found));
                after = page.Next;
            } while (after is not null && all.Count < RowSelection.Most);
        }
        catch (ProjectionsNotReadyException)
        {
            // What this page shows can still be selected.
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }
        _all = all;
        Selection.AddAll(all);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        _leaving.Cancel();
        _leaving.Dispose();
        base.Dispose(isDisposing);
    }
}
