using ControlSurface.Components;
using ControlSurface.Core.Views;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>The filter of Now. Its members are in the address bar under their own names.</summary>
/// <remarks>Queue, state, owner and label may each be several, parted by commas, as in the words of a query.</remarks>
/// <param name="View">One of <see cref="NowFilter.Mine"/>, …; null for all.</param>
/// <param name="State">An item's state word; null for everything that is owned.</param>
/// <param name="Owner">A principal's id.</param>
/// <param name="Text">The words of a query (<see cref="Query"/>).</param>
public sealed record NowFilter(
    string? View = null,
    string? Queue = null,
    string? State = null,
    string? Owner = null,
    string? Label = null,
    string? Text = null
)
{
    /// <summary>The view of what the reader holds.</summary>
    public const string Mine = "mine";

    /// <summary>The view of leases that soon end.</summary>
    public const string Expiring = "expiring";

    /// <summary>The view of leases that people hold.</summary>
    public const string People = "people";

    /// <summary>Work whose lease stands still because somebody paused its queue or stopped the line.</summary>
    public const string Paused = "paused";

    /// <summary>Work whose lease stands still for an answer of a person.</summary>
    public const string Asking = "asking";

    /// <summary>Work that somebody has and that cannot go on; with a hyphen and a cause, as <c>waiting-lock</c>, for that alone.</summary>
    public const string Waiting = "waiting";

    /// <summary>The words for items with a live lease, which "owned" counts.</summary>
    public const string OwnedWords = "state:claimed,leased,suspended,waiting_on_review,applying";

    /// <summary>The words for settled items, which are searched only where the filter names them.</summary>
    public const string SettledWords = "state:completed,cancelled";

    /// <summary>Whether it names a state, in the address or in words.</summary>
    public bool NamesState => State is not null || Text?.Contains("state:", StringComparison.Ordinal) == true;

    /// <summary>The address of the same words among settled items.</summary>
    public string AmongSettled => $"./?q={Uri.EscapeDataString($"{SettledWords} {Words}".Trim())}";

    /// <summary>Whether nothing narrows the list.</summary>
    public bool IsAny =>
        View is null && Queue is null && State is null && Owner is null && Label is null && Text is null;

    /// <summary>The filter as the query of an address, without its question mark; empty where nothing narrows.</summary>
    public string Query =>
        string.Join('&', Members.Select(member => $"{member.Name}={Uri.EscapeDataString(member.Value)}"));

    /// <summary>The members that narrow, by their names in an address.</summary>
    public IEnumerable<(string Name, string Value)> Members =>
        new (string Name, string? Value)[]
        {
            ("view", View),
            ("queue", Queue),
            ("state", State),
            ("owner", Owner),
            ("label", Label),
            ("q", Text),
        }.Where(member => member.Value is not null)!;

    /// <summary>The name of a view that is reached from figures and has no words of a query; null for every other.</summary>
    public string? FigureView =>
        View switch
        {
            Paused => "stopped by a pause",
            Asking => "waiting for an answer",
            _ => !WorkWaits.IsView(View, out var cause) ? null
            : cause is { } one ? $"waiting for {WaitWords.ManyOf(one)}"
            : "waiting",
        };

    /// <summary>As a sentence quotes it: <c>owner: Elena, state: applying</c>.</summary>
    public string Said(Board board) =>
        string.Join(
            ", ",
            new[]
            {
                FigureView ?? (View is null ? null : $"view: {View}"),
                Queue is null ? null : $"queue: {Queue}",
                State is null ? null : $"state: {State.Replace('_', ' ')}",
                Owner is null
                    ? null
                    : $"owner: {string.Join(',', FilterView.Each(Owner)!.Select(owner => NameOf(board, owner)))}",
                Label is null ? null : $"label: {Label}",
                Text,
            }.OfType<string>()
        );

    /// <summary>
    /// The whole filter as the words of a query; null for "expiring", which changes every second, and for why a lease stands still: no
    /// words say those.
    /// </summary>
    public string? Words =>
        View is Expiring || FigureView is not null
            ? null
            : string.Join(
                ' ',
                new[]
                {
                    View switch
                    {
                        Mine => "owner:me",
                        People => "owner:people",
                        _ => null,
                    },
                    SavedViews.Term("queue", Queue),
                    SavedViews.Term("state", State),
                    SavedViews.Term("owner", Owner),
                    SavedViews.Term("label", Label),
                    Text?.Trim(),
                }.OfType<string>()
            );

    private static string NameOf(Board board, string owner) =>
        PrincipalId.TryParse(owner, out var id) ? board.NameOf(id) : owner;
}
