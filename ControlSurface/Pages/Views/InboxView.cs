using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Inbox;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One entry as it is listed.</summary>
public sealed record InboxRow(string Id, InboxKind Kind, string What, DateTimeOffset At, string Href, bool IsRead);

/// <summary>What needs the reader, what they have not read first; and which kinds they want.</summary>
public sealed record InboxView(IReadOnlyList<InboxRow> Rows, int Unread, IReadOnlyList<InboxKind> Muted)
    : IView<InboxView>
{
    private const int Most = 500;

    /// <summary>The reader's entries, what they have not read first: at most 500.</summary>
    public static InboxView From(Board board, Viewer you)
    {
        var kept = board.KeptOf(you.Id);
        var entries = board.InboxOf(you.Id);
        var read = kept.Read.ToHashSet(StringComparer.Ordinal);
        return new InboxView(
            [
                .. entries
                    .Select(e => new InboxRow(e.Id, e.Kind, e.What, e.At, Address(e), read.Contains(e.Id)))
                    .OrderBy(row => row.IsRead)
                    .Take(Most),
            ],
            entries.Count(e => !read.Contains(e.Id)),
            kept.Muted
        );
    }

    /// <summary>The entries that have each of the words, in their order.</summary>
    /// <param name="words">Null for any.</param>
    public IReadOnlyList<InboxRow> Having(string? words) =>
        words is null ? Rows : [.. Rows.Where(row => WordsTyped.AreIn(words, row.What, Name(row.Kind)))];

    /// <summary>What a kind is called in a list of settings.</summary>
    public static string Name(InboxKind kind) =>
        kind switch
        {
            InboxKind.Review => "A review is asked of me or my role",
            InboxKind.ApprovalFell => "An approval of mine no longer holds",
            InboxKind.Conflict => "Something collided on my work",
            InboxKind.Handoff => "Work is handed to me or my role",
            InboxKind.Stale => "A lease of mine, or on work that I asked for, goes stale",
            InboxKind.LeaseEnded => "A lease of mine is ended by somebody else",
        };

    internal static (string Icon, Hue Hue) Look(InboxKind kind) =>
        kind switch
        {
            InboxKind.Review => (Icons.FileCheck, Hue.Wait),
            InboxKind.ApprovalFell => (Icons.ShieldCheck, Hue.Bad),
            InboxKind.Conflict => (Icons.OctagonAlert, Hue.Bad),
            InboxKind.Handoff => (Icons.ArrowRightLeft, Hue.Wait),
            InboxKind.Stale => (Icons.Hourglass, Hue.Bad),
            InboxKind.LeaseEnded => (Icons.Unlink, Hue.Bad),
        };

    // The page on which something can be done about it.
    private static string Address(InboxEntry e) =>
        e.Kind switch
        {
            InboxKind.Review or InboxKind.ApprovalFell => string.Create(
                CultureInfo.InvariantCulture,
                $"artifacts/{e.Artifact}?v={e.Version}"
            ),
            InboxKind.Conflict => $"conflicts/{e.Conflict}",
            InboxKind.Handoff or InboxKind.Stale => $"desk/{e.Item}",
            InboxKind.LeaseEnded => $"items/{e.Item}",
        };
}
