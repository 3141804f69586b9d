using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;

namespace ControlSurface.Api.Bodies;

/// <summary>Whom something belongs to, in items and in refusals alike.</summary>
/// <param name="Principal">The principal's id.</param>
internal sealed record OwnerBody(string Principal, string Name, string Kind, string? Run)
{
    internal static OwnerBody From(Holder holder) =>
        new(holder.Id.Text, holder.Name, WireNames.Of(holder.Kind), holder.Run);
}

internal sealed record MayProceedBody(bool Agents, bool People, string Why);

/// <summary>Something that changed, in a sentence, with its place in the journal.</summary>
internal sealed record SinceBody(long Seq, DateTimeOffset At, string What)
{
    internal static SinceBody From(Since since) => new(since.Seq, since.At, since.What);
}

/// <summary>API.md, Objects, item.</summary>
internal sealed record ItemBody
{
    public required string Id { get; init; }
    public required string Queue { get; init; }
    public required string Title { get; init; }
    public required string Body { get; init; }
    public required int Priority { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public required IReadOnlyList<string> Targets { get; init; }
    public required string? ExternalId { get; init; }
    public required DateTimeOffset? NotBefore { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    public required IReadOnlyList<string> DependsOn { get; init; }
    public required string State { get; init; }
    public required string? StateReason { get; init; }
    public required MayProceedBody MayProceed { get; init; }
    public required OwnerBody? Owner { get; init; }

    /// <summary><c>current</c> or <c>last</c>.</summary>
    public required string? OwnerIs { get; init; }
    public required LeaseBody? Lease { get; init; }
    public required int Attempts { get; init; }
    public required int Lapses { get; init; }
    public required int OpenConflicts { get; init; }

    /// <summary>The open review of one of its artifacts, the oldest; null where nobody is asked.</summary>
    public required ReviewBody? Review { get; init; }
    public required IReadOnlyList<PresentBody> Present { get; init; }

    /// <summary>What a person should look at.</summary>
    public required IReadOnlyList<string> Attention { get; init; }

    /// <summary>All notes on it, so that whoever answers one finds its number.</summary>
    public required IReadOnlyList<NoteBody> Notes { get; init; }

    /// <summary>What <c>complete</c> brought: any JSON value.</summary>
    public required JsonElement? Result { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required long Seq { get; init; }

    /// <summary>Only where <c>?since=</c> asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SinceBody>? Since { get; init; }

    /// <summary>Only where an <c>externalId</c> was known: the members that differ from what was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Differs { get; init; }

    internal static ItemBody From(ItemView view, Viewer viewer, DateTimeOffset now)
    {
        var item = view.Item;
        return new ItemBody
        {
            Id = item.Id.Text,
            Queue = item.Queue,
            Title = item.Title,
            Body = item.Body,
            Priority = item.Priority,
            Labels = item.Labels,
            Targets = item.Targets,
            ExternalId = item.ExternalId,
            NotBefore = item.NotBefore,
            DueAt = item.DueAt,
            DependsOn = TextsOf(view.DependsOn),
            State = WireNames.Of(item.State),
            StateReason = item.StateReason,
            MayProceed = new MayProceedBody(view.MayProceed.Agents, view.MayProceed.People, view.MayProceed.Why),
            Owner = view.Owner is { } owner ? OwnerBody.From(owner) : null,
            OwnerIs = view.OwnerIs,
            Lease = view.Lease is { } lease ? LeaseBody.From(lease, viewer, now) : null,
            Attempts = item.Attempts,
            Lapses = item.Lapses,
            OpenConflicts = item.OpenConflicts,
            Review = view.Review is { } review ? ReviewBody.From(review) : null,
            Present = [],
            Attention = item.Attention.Count == 0 ? [] : [.. item.Attention.Select(WireNames.Of)],
            Notes = item.Notes.Count == 0 ? [] : [.. item.Notes.Select(note => NoteBody.From(note, item.Id))],
            Result = item.Settled?.Result is { } result ? JsonElement.Parse(result) : null,
            CreatedAt = item.CreatedAt,
            UpdatedAt = item.UpdatedAt,
            Seq = item.Seq,
        };
    }

    private static IReadOnlyList<string> TextsOf(IReadOnlyList<ItemId> ids)
    {
        if (ids.Count == 0)
            return [];
        var texts = new string[ids.Count];
        for (var k = 0; k < texts.Length; k++)
            texts[k] = ids[k].Text;
        return texts;
    }
}
