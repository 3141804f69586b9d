using System.Diagnostics;
using ControlSurface.Components;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>Core's handover in the words of the panel.</summary>
public static class HandoverViews
{
    /// <summary>What the last owner left; where a new one is at work already, what the one before them left.</summary>
    public static HandoverView Of(Item item, Queue queue, Viewer you, Func<PrincipalId, string> nameOf)
    {
        var handover = Left(item, nameOf);
        var checkpoint = handover?.Checkpoint;
        return new HandoverView(
            item.Id.Text,
            WireNames.Of(item.State),
            Since(item),
            item.Queue,
            item.Priority,
            item.Title,
            handover is null ? null : LeaseWords.Of(handover.From, you),
            Held(item, handover, nameOf),
            WhatYouGet(item, queue, you, handover),
            Outside: [],
            checkpoint?.At,
            checkpoint is null ? null : $"number {checkpoint.Number}{(checkpoint.Late ? ", late" : "")}",
            checkpoint?.Summary,
            checkpoint?.NextStep,
            [.. (checkpoint?.Evidence ?? []).Select(Line)],
            [
                .. (checkpoint?.Artifacts ?? []).Select(draft => new LineView(
                    Icons.FileText,
                    draft.Id,
                    $"v{draft.Version}",
                    IsMono: true
                )),
            ],
            [.. (checkpoint?.Validations ?? []).Select(Line)],
            [.. Questions(handover)],
            Locks: []
        );
    }

    /// <summary>What happened after the last checkpoint, newest first.</summary>
    public static IReadOnlyList<TimelineEntry> SinceThen(Item item, Workspace at, Viewer you)
    {
        var after = item.Checkpoints.IsEmpty ? item.LastLease?.Token ?? 0 : item.Checkpoints[^1].Seq;
        return
        [
            .. Timelines
                .Of(item, at, you)
                .Where(recorded => recorded.Seq > after)
                .Select(recorded => Timelines.Entry(recorded, at.NameOf)),
        ];
    }

    /// <summary>Since when it waits for somebody.</summary>
    public static DateTimeOffset Since(Item item) =>
        item.Lease?.StaleAt ?? item.Handoff?.At ?? item.Settled?.At ?? item.Lease?.ClaimedAt ?? item.UpdatedAt;

    private static Handover? Left(Item item, Func<PrincipalId, string> nameOf) =>
        item.Lease is { IsLive: true } && !item.Past.IsEmpty
            ? Handover.Of(item with { Lease = null }, nameOf)
            : Handover.Of(item, nameOf);

    private static string Held(Item item, Handover? handover, Func<PrincipalId, string> nameOf)
    {
        if (handover is null || item.FindLease(handover.Lease) is not { } lease)
            return "Nobody has worked on it.";
        // From when it went stale nobody held it, whenever somebody took it over.
        if ((lease.StaleAt ?? lease.EndedAt) is not { } end)
            return $"has it since {Words.At(lease.ClaimedAt)}.";
        return $"held it for {Words.Age(end - lease.ClaimedAt)}, from {Words.At(lease.ClaimedAt)} to {Words.At(end)}. {Ending(lease, item, nameOf)}";
    }

    private static string Ending(Lease lease, Item item, Func<PrincipalId, string> nameOf)
    {
        var by = lease.EndedBy is { } who ? nameOf(who) : "";
        var stale = lease.StaleAt is not null;
        return lease.EndedAs switch
        {
            null => "It was not renewed in time; nobody owns it now.",
            EndedAs.HandedOff => item.Handoff is { } handoff
                ? $"It was handed off: {handoff.Note}"
                : "It was handed off.",
            EndedAs.TakenOver when stale => $"It was not renewed in time, and {by} took it over.",
            EndedAs.TakenOver => $"{by} took it over by force.",
            EndedAs.Completed => "It was completed.",
            EndedAs.Released => "It was released.",
            EndedAs.Requeued => $"{(stale ? "It was not renewed in time, and " : "")}{by} put it back into the queue.",
            EndedAs.Expired => "It was not renewed in time and went back to the queue.",
            EndedAs.Cancelled => $"{by} cancelled the item.",
            EndedAs.RunEnded => "Its run was ended.",
            EndedAs.PrincipalEnded => "Its holder was ended for good.",
            EndedAs.Revoked => "It was revoked.",
            _ => throw new UnreachableException(lease.EndedAs.ToString()),
        };
    }

    /// <summary>Since when it waited, also where somebody has it by now: its place in the list, which it keeps.</summary>
    public static DateTimeOffset WaitedSince(Item item) =>
        item.Lease is { IsLive: false } || item.Handoff is not null ? Since(item)
        : item.Past.LastOrDefault(LeftWaiting) is { } left ? left.StaleAt ?? left.EndedAt ?? Since(item)
        : Since(item);

    private static bool LeftWaiting(Lease lease) => lease.StaleAt is not null || lease.EndedAs == EndedAs.HandedOff;

    private static string WhatYouGet(Item item, Queue queue, Viewer you, Handover? handover)
    {
        if (item.Settled is not null)
            return "Nothing is left to do.";
        if (item.Lease is { IsLive: true } live)
        {
            return live.Holder.Id == you.Id
                ? "Complete it when it is done, hand it off with what the next one has to know, or release it."
                : $"{LeaseWords.Full(live.Holder)} has it now; what was left stays here to be read.";
        }
        var lease = $"You get a lease of {Words.Left(TimeSpan.FromSeconds(queue.Policy.PersonLeaseSeconds))}";
        var locks = item.Locks.Count == 0 ? "" : $", {Words.Plural(item.Locks.Count, "lock")}";
        var left = locks + (handover?.Checkpoint is null ? "" : " and the last checkpoint");
        var who =
            item.Lease is not { } held ? ""
            : held.Holder.Run is { } run
                ? $" Run {run} can change nothing from then on; what it still sends is refused."
            : $" {held.Holder.Name} can change nothing from then on; what still comes is refused.";
        return $"{lease}{left}.{who}";
    }

    internal static LineView Line(Evidence evidence)
    {
        var link =
            evidence.Uri is { } uri
            && Uri.TryCreate(uri, UriKind.Absolute, out var address)
            && address.Scheme is "https" or "http"
                ? evidence.Uri
                : null;
        var hash = evidence.Sha256 ?? evidence.ContentHash;
        var right =
            hash is { Length: > 12 }
                ? $"sha256 {hash.Replace("sha256:", "", StringComparison.Ordinal)[..4]}…{hash[^4..]}"
            : hash is not null ? hash
            : link is null ? evidence.Uri
            : null;
        return new LineView(
            link is not null ? Icons.ExternalLink
                : evidence.Text is not null ? Icons.MessageSquare
                : Icons.FileText,
            evidence.Label,
            right,
            link,
            Under: evidence.Text,
            IsRightMono: hash is not null
        );
    }

    internal static LineView Line(Validation validation)
    {
        var (icon, hue, word) = validation.Outcome switch
        {
            ValidationOutcome.Passed => (Icons.CircleCheck, Hue.Good, "Passed"),
            ValidationOutcome.Failed => (Icons.CircleX, Hue.Bad, "Failed"),
            ValidationOutcome.Skipped or null => (Icons.CircleMinus, Hue.Idle, "Skipped"),
        };
        return new LineView(icon, $"{word}: {validation.Name}", Hue: hue, Under: validation.Detail);
    }

    private static IEnumerable<LineView> Questions(Handover? handover)
    {
        foreach (var question in handover?.OpenQuestions ?? [])
            yield return new LineView(Icons.MessageSquare, question);
        foreach (var note in handover?.Notes ?? [])
            yield return Line(note);
    }

    private static LineView Line(Note note) =>
        new(
            Icons.MessageSquare,
            note.Text,
            Under: $"{WireNames.Of(note.Kind).Replace('_', ' ')} by {note.Name}, not answered"
        );
}
