using System.Buffers;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Inbox;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Writes and reads the <c>data</c> of events, on disk and on the wire: camelCase, ids and words as API.md spells them, null members
/// written. What was ever written stays readable: members are added, never renamed.
/// </summary>
public static class EventJson
{
    // Text of every script stays readable and short. It is served only as JSON, never put into a page unescaped.
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static readonly InstantConverter Instant = new();
    internal static readonly JsonSerializerOptions Options = MakeOptions();

    /// <summary>All event types, in ordinal order.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. EventTypes.ByName.Keys];

    [ThreadStatic]
    private static Utf8JsonWriter? _reused;

    /// <summary>Appends the event's data as JSON, UTF-8. Safe from any thread: each keeps a writer of its own.</summary>
    public static void Write(IBufferWriter<byte> to, Event happened)
    {
        var writer = _reused ??= new Utf8JsonWriter(to, WriterOptions);
        writer.Reset(to);
        Write(writer, happened);
        writer.Flush();
    }

    /// <summary>Writes the event's data as a value at the writer's position.</summary>
    public static void Write(Utf8JsonWriter writer, Event happened)
    {
        // Renewals by hand, because a thousand agents write almost nothing else; generated code writes the other events.
        if (happened is LeaseEvent.Renewed renewed)
            WriteRenewed(writer, renewed);
        else
            JsonSerializer.Serialize(writer, happened, Options.GetTypeInfo(happened.GetType()));
    }

    /// <summary>The event that was written with this type and data, by this version or an earlier one.</summary>
    /// <exception cref="JsonException">This version knows no such type, or the data do not fit it.</exception>
    public static Event Read(string type, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        return Read(type, ref reader);
    }

    internal static Event Read(string type, ref Utf8JsonReader reader) =>
        EventTypes.ByName.TryGetValue(type, out var record)
            ? (Event)JsonSerializer.Deserialize(ref reader, Options.GetTypeInfo(record))!
            : throw new JsonException($"this version knows no event of the type {type}");

    private static void WriteRenewed(Utf8JsonWriter writer, LeaseEvent.Renewed e)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("item"u8);
        IdBytes.Write(writer, 'W', e.Item.Number);
        writer.WritePropertyName("lease"u8);
        IdBytes.Write(writer, 'L', e.Lease.Number);
        writer.WritePropertyName("expiresAt"u8);
        Instant.Write(writer, e.ExpiresAt, Options);
        writer.WriteNumber("quietRenewals"u8, e.QuietRenewals);
        if (e.Progress is { } progress)
        {
            writer.WriteStartObject("progress"u8);
            writer.WritePropertyName("at"u8);
            Instant.Write(writer, progress.At, Options);
            writer.WriteString("step"u8, progress.Step);
            writer.WriteString("note"u8, progress.Note);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("progress"u8);
        }
        writer.WriteEndObject();
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var plain = Bare();
        plain.MakeReadOnly();
        var options = Bare();
        options.Converters.Add(new SharedRecordConverter<QueuePolicy>(plain, QueuePolicy.Default));
        options.Converters.Add(new SharedRecordConverter<LeaseTerms>(plain, LeaseTerms.Of(QueuePolicy.Default)));
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions Bare() =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IgnoreReadOnlyProperties = true,
            Encoder = WriterOptions.Encoder,
            TypeInfoResolver = EventJsonContext
                .Default.WithAddedModifier(NameTheGrant)
                .WithAddedModifier(FillLists)
                .WithAddedModifier(NumberPolicy)
                .WithAddedModifier(ItemFieldsJson.Flatten),
            Converters =
            {
                Instant,
                new IdConverter<ItemId>(),
                new IdConverter<LeaseId>(),
                new IdConverter<ArtifactId>(),
                new IdConverter<ReviewId>(),
                new IdConverter<ApprovalId>(),
                new IdConverter<CommentId>(),
                new IdConverter<ConflictId>(),
                new IdConverter<HoldId>(),
                new IdConverter<BulkId>(),
                new PrincipalIdConverter(),
                new SuspendReasonsConverter(),
                new RolesConverter(),
                new RecordedConverter(),
                new ExactListConverter<string>(),
                new ExactListConverter<ItemId>(),
                new ExactListConverter<ActiveLimit>(),
                new ExactListConverter<Evidence>(),
                new ExactListConverter<ArtifactRef>(),
                new ExactListConverter<Validation>(),
                new ExactListConverter<NoteAcknowledgement>(),
                new ExactListConverter<WorkspaceEvent.Extension>(),
                new ExactListConverter<Source>(),
                new ExactListConverter<Reviewer>(),
                new ExactListConverter<CoveredAction>(),
                new ExactListConverter<ApprovalId>(),
                new ExactListConverter<Competing>(),
                new ExactListConverter<ApprovalRule>(),
                new ExactListConverter<RequestedLock>(),
                new ExactListConverter<InboxKind>(),
                new ExactListConverter<BulkResult>(),
                new WireNameConverters(),
            },
        };

    // A lease is written in snapshots and in item.restored. Its token is the seq of its grant, which the journal shows anyway. Under
    // that name, nothing that is stored or sent has a member called token (API.md, Conventions).
    private static void NameTheGrant(JsonTypeInfo info)
    {
        if (info.Type != typeof(Lease))
            return;
        foreach (var property in info.Properties)
        {
            if (property.Name == "token")
                property.Name = "grantSeq";
        }
    }

    // The members of a policy are declared in several files. Write them by number, so that a snapshot keeps its digest.
    private static void NumberPolicy(JsonTypeInfo info)
    {
        if (info.Type != typeof(QueuePolicy))
            return;
        foreach (var property in info.Properties)
            property.Order = PolicyMembers.Find(property.Name)!.Number;
    }

    // JSON from before a list was added lacks it: read it as an empty list instead of null.
    private static void FillLists(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
            return;
        List<(Func<object, object?> Get, PropertyInfo Member, object Empty)> lists =
        [
            .. info
                .Properties.Where(p =>
                    p is { Get: not null, PropertyType.IsGenericType: true, AttributeProvider: PropertyInfo }
                    && p.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableList<>)
                )
                .Select(p =>
                    (
                        p.Get!,
                        (PropertyInfo)p.AttributeProvider!,
                        p.PropertyType.GetField(nameof(ImmutableList<>.Empty))!.GetValue(null)!
                    )
                ),
        ];
        if (lists.Count == 0)
            return;
        info.OnDeserialized = read =>
        {
            foreach (var (get, member, empty) in lists)
            {
                if (get(read) is null)
                    member.SetValue(read, empty);
            }
        };
    }
}
