using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Live;

/// <summary>
/// A committed event as it goes out: <c>{seq, at, by, type, itemId?, data}</c> (API.md, Runbook, lists, journal, live). Its
/// JSON is made once, however many listen.
/// </summary>
[JsonConverter(typeof(LiveEventConverter))]
public sealed class LiveEvent
{
    private LiveEvent(long seq, string type, string? queue, ItemId? item, LeaseId? lease, byte[] json)
    {
        Seq = seq;
        Type = type;
        Queue = queue;
        Item = item;
        Lease = lease;
        Json = json;
    }

    /// <summary>Position in the journal; 0 for a notice that is not in it.</summary>
    public long Seq { get; }

    /// <summary>The type on the wire, such as <c>lease.granted</c>.</summary>
    public string Type { get; }

    /// <summary>The queue that it concerns; null for what concerns the whole workspace.</summary>
    public string? Queue { get; }

    /// <summary>The item that it says something about; null for none.</summary>
    public ItemId? Item { get; }

    /// <summary>The lease that it says something about; null for none.</summary>
    public LeaseId? Lease { get; }

    /// <summary>The artifact that it says something about; null for none.</summary>
    public ArtifactId? Artifact { get; private init; }

    /// <summary>UTF-8.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    // What it was made of, where it is in the journal: for whoever may see only a part of it.
    private Recorded? Recorded { get; init; }

    private Func<ItemId, string?>? QueueNow { get; init; }

    /// <summary>The event as somebody with this scope may see it; null for not at all (<see cref="Sight"/>).</summary>
    internal LiveEvent? For(Scope scope)
    {
        if (Recorded is not { } recorded || QueueNow is not { } queueNow)
            return scope.Sees(Queue) ? this : null;
        // Most of what is not seen is known by its item alone.
        if (scope.IsLimited && Item is not null && !scope.Sees(Queue))
            return null;
        var seen = Sight.Of(scope, recorded.Event, id => id == Item ? Queue : queueNow(id));
        return seen is null ? null
            : ReferenceEquals(seen, recorded.Event) ? this
            : From(recorded with { Event = seen }, queueNow);
    }

    /// <summary>Events with the queues that their items are in now, in memory or in the archive: who may see an item may see these.</summary>
    internal static List<LiveEvent> AllFrom(IReadOnlyList<Recorded> events, Picture picture, IJournal journal)
    {
        var queues = new Dictionary<ItemId, string?>();
        picture.Read(at =>
        {
            foreach (var recorded in events)
            {
                if (recorded.Event.ItemId is { } id)
                    queues[id] = at.FindItem(id)?.Queue;
            }
            return true;
        });
        // Looked up in the archive outside the picture's lock: that one reads a disk.
        foreach (var gone in queues.Where(q => q.Value is null).Select(q => q.Key).ToList())
            queues[gone] = journal.FindArchived(gone)?.Queue;
        string? QueueNow(ItemId id) =>
            queues.TryGetValue(id, out var known)
                ? known
                : picture.Read(at => at.FindItem(id)?.Queue) ?? journal.FindArchived(id)?.Queue;
        return [.. events.Select(recorded => From(recorded, QueueNow))];
    }

    /// <param name="queueOf">The queue of an item; null where it is not known.</param>
    public static LiveEvent From(Recorded recorded, Func<ItemId, string?> queueOf)
    {
        var happened = recorded.Event;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", recorded.Seq);
            json.WriteString("at", WireInstant.Text(recorded.At));
            json.WriteString("by", recorded.By.Text);
            json.WriteString("type", happened.Type);
            if (happened.ItemId is { } id)
                json.WriteString("itemId", id.Text);
            else
                json.WriteNull("itemId");
            json.WritePropertyName("data");
            EventJson.Write(json, happened);
            json.WriteEndObject();
        }
        return new LiveEvent(
            recorded.Seq,
            happened.Type,
            Sight.QueueOf(happened, queueOf),
            happened.ItemId,
            happened switch
            {
                LeaseEvent e => e.Lease,
                LockEvent e => e.Lease,
                // Others: no change of a lease, which is what its topic carries.
                _ => null,
            },
            buffer.WrittenSpan.ToArray()
        )
        {
            Recorded = recorded,
            QueueNow = queueOf,
            Artifact = happened switch
            {
                OnArtifact e => e.Artifact,
                ActionEvent.Prepared e => e.Artifact,
                ConflictEvent.Opened e => e.Artifact,
                // Others: no change of an artifact, which is what its topic carries.
                _ => null,
            },
        };
    }

    /// <summary>The holder is told before its lease ends, and whether it has left a checkpoint (FIELD.md, 7 and 24).</summary>
    public static LiveEvent Expiring(Lease lease, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "lease.expiring");
            json.WriteString("at", WireInstant.Text(now));
            json.WriteString("itemId", lease.Item.Text);
            json.WriteString("leaseId", lease.Id.Text);
            json.WriteString("expiresAt", WireInstant.Text(lease.ExpiresAt!.Value));
            json.WriteNumber("expiresInSeconds", (decimal)(long)(lease.ExpiresAt.Value - now).TotalMilliseconds / 1000);
            json.WriteString("checkpoint", lease.HasCheckpoint ? "recorded" : "missing");
            json.WriteEndObject();
        }
        return new LiveEvent(0, "lease.expiring", lease.Queue, lease.Item, lease.Id, buffer.WrittenSpan.ToArray());
    }

    /// <summary>Who has an item or an artifact open now; null for what nobody can listen to.</summary>
    /// <param name="topic"><c>item:ID</c> or <c>artifact:ID</c>.</param>
    public static LiveEvent? PresenceOn(Workspace at, string topic, IReadOnlyList<Present> here, DateTimeOffset now)
    {
        var id = topic[(topic.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var artifact = ArtifactId.TryParse(id, out var named) ? at.FindArtifact(named) : null;
        var item = ItemId.TryParse(id, out var on) ? on : artifact?.Item;
        if (artifact is null && item is null)
            return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "presence.changed");
            json.WriteString("at", WireInstant.Text(now));
            json.WriteString("topic", topic);
            json.WriteStartArray("present");
            foreach (var one in here)
            {
                json.WriteStartObject();
                json.WriteString("principal", one.Who.Text);
                json.WriteString("name", at.NameOf(one.Who));
                json.WriteString("mode", one.Mode);
                json.WriteString("since", WireInstant.Text(one.Since));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var queue = item is { } of ? at.FindItem(of)?.Queue ?? artifact?.Queue : artifact?.Queue;
        return new LiveEvent(0, "presence.changed", queue, item, lease: null, buffer.WrittenSpan.ToArray())
        {
            Artifact = artifact?.Id,
        };
    }

    private sealed class LiveEventConverter : JsonConverter<LiveEvent>
    {
        public override LiveEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Events only go out.");

        public override void Write(Utf8JsonWriter writer, LiveEvent value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
