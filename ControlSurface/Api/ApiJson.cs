using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Queues;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>Every body that is read or written under <c>/api</c>. Generated code; strict in what it reads.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata
)]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(WhyRequest))]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(Optional<int?>))]
[JsonSerializable(typeof(Optional<bool>))]
[JsonSerializable(typeof(Optional<IReadOnlyList<ActiveLimitRequest>>), TypeInfoPropertyName = "OptionalActiveLimits")]
[JsonSerializable(typeof(Optional<IReadOnlyList<ApprovalRuleRequest>>), TypeInfoPropertyName = "OptionalApprovalRules")]
[JsonSerializable(typeof(Optional<BackoffRequest>), TypeInfoPropertyName = "OptionalBackoff")]
[JsonSerializable(typeof(IReadOnlyList<Bodies.ActiveLimitBody>), TypeInfoPropertyName = "ActiveLimitBodies")]
[JsonSerializable(typeof(IReadOnlyList<Bodies.ApprovalRuleBody>), TypeInfoPropertyName = "ApprovalRuleBodies")]
[JsonSerializable(typeof(Bodies.BackoffBody))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(CreateItemRequest))]
[JsonSerializable(typeof(EditItemRequest))]
[JsonSerializable(typeof(SnoozeRequest))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(AcknowledgeNoteRequest))]
[JsonSerializable(typeof(ClaimNextRequest))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(TakeOverRequest))]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(UnderLeaseRequest))]
[JsonSerializable(typeof(RenewRequest))]
[JsonSerializable(typeof(RenewalsRequest))]
[JsonSerializable(typeof(SuspendRequest))]
[JsonSerializable(typeof(CheckpointRequest))]
[JsonSerializable(typeof(HandOffRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(CompleteRequest))]
[JsonSerializable(typeof(EndRunRequest))]
[JsonSerializable(typeof(ReopenedRunBody))]
[JsonSerializable(typeof(OutcomeBody))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(PresenceRequest))]
[JsonSerializable(typeof(PresenceBody))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(BulkRequest))]
[JsonSerializable(typeof(PatternBody))]
[JsonSerializable(typeof(ListBody<PatternBody>))]
[JsonSerializable(typeof(ListBody<FoundBody>))]
[JsonSerializable(typeof(ListBody<ViewBody>))]
[JsonSerializable(typeof(ViewBody))]
[JsonSerializable(typeof(SaveViewRequest))]
[JsonSerializable(typeof(SetPatternRequest))]
[JsonSerializable(typeof(ReportChangeRequest))]
[JsonSerializable(typeof(LockRequest))]
[JsonSerializable(typeof(ReadInboxRequest))]
[JsonSerializable(typeof(NotificationsRequest))]
[JsonSerializable(typeof(NotificationsBody))]
[JsonSerializable(typeof(ListBody<InboxEntryBody>), TypeInfoPropertyName = "InboxList")]
[JsonSerializable(typeof(SetWebhookRequest))]
[JsonSerializable(typeof(RedeliverRequest))]
[JsonSerializable(typeof(DrainRequest))]
[JsonSerializable(typeof(AddWorkspaceRequest))]
[JsonSerializable(typeof(WorkspaceBody))]
[JsonSerializable(typeof(ListBody<WorkspaceBody>), TypeInfoPropertyName = "WorkspaceList")]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(RedeliveredBody))]
[JsonSerializable(typeof(DrainBody))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ListBody<WebhookBody>), TypeInfoPropertyName = "WebhookList")]
[JsonSerializable(typeof(ListBody<DeliveryBody>), TypeInfoPropertyName = "DeliveryList")]
[JsonSerializable(typeof(AddPrincipalRequest))]
[JsonSerializable(typeof(ChangePrincipalRequest))]
[JsonSerializable(typeof(IssueKeyRequest))]
[JsonSerializable(typeof(AbsenceRequest))]
[JsonSerializable(typeof(PrincipalBody))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(AbsenceBody))]
[JsonSerializable(typeof(ListBody<PrincipalBody>), TypeInfoPropertyName = "PrincipalList")]
[JsonSerializable(typeof(ListBody<KeyBody>), TypeInfoPropertyName = "KeyList")]
[JsonSerializable(typeof(ListBody<SessionBody>), TypeInfoPropertyName = "SessionList")]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(UnlockRequest))]
[JsonSerializable(typeof(HoldRequest))]
[JsonSerializable(typeof(LockedBody))]
[JsonSerializable(typeof(UnlockedBody))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(TargetBody))]
[JsonSerializable(typeof(IgnoredBody))]
[JsonSerializable(typeof(CheckedTargetsBody))]
[JsonSerializable(typeof(ListBody<TargetBody>), TypeInfoPropertyName = "TargetList")]
[JsonSerializable(typeof(CreateArtifactRequest))]
[JsonSerializable(typeof(PublishRequest))]
[JsonSerializable(typeof(PermitRequest))]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(ReassignRequest))]
[JsonSerializable(typeof(WithdrawRequest))]
[JsonSerializable(typeof(CommentRequest))]
[JsonSerializable(typeof(CommentReplyRequest))]
[JsonSerializable(typeof(AcceptSuggestionRequest))]
[JsonSerializable(typeof(DecideRequest))]
[JsonSerializable(typeof(PrepareRequest))]
[JsonSerializable(typeof(BeginRequest))]
[JsonSerializable(typeof(CompleteActionRequest))]
[JsonSerializable(typeof(FailActionRequest))]
[JsonSerializable(typeof(VerifyRequest))]
[JsonSerializable(typeof(EndPrincipalRequest))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(ItemBody))]
[JsonSerializable(typeof(LeaseBody))]
[JsonSerializable(typeof(LeaseReplyBody))]
[JsonSerializable(typeof(GrantBody))]
[JsonSerializable(typeof(CheckpointReplyBody))]
[JsonSerializable(typeof(HandoverReplyBody))]
[JsonSerializable(typeof(RenewalsBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(QueueBody))]
[JsonSerializable(typeof(EndedRunBody))]
[JsonSerializable(typeof(ContentBody))]
[JsonSerializable(typeof(ArtifactBody))]
[JsonSerializable(typeof(ReviewBody))]
[JsonSerializable(typeof(CommentBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(ConsequencesBody))]
[JsonSerializable(typeof(ActionBody))]
[JsonSerializable(typeof(BeginBody))]
[JsonSerializable(typeof(ConflictBody))]
[JsonSerializable(typeof(VersionDetailBody))]
[JsonSerializable(typeof(ApprovalBody))]
[JsonSerializable(typeof(DiffBody))]
[JsonSerializable(typeof(ListBody<ArtifactBody>), TypeInfoPropertyName = "ArtifactList")]
[JsonSerializable(typeof(ListBody<ReviewBody>), TypeInfoPropertyName = "ReviewList")]
[JsonSerializable(typeof(ListBody<VerdictBody>), TypeInfoPropertyName = "VerdictList")]
[JsonSerializable(typeof(ListBody<ActionBody>), TypeInfoPropertyName = "ActionList")]
[JsonSerializable(typeof(ListBody<ConflictBody>), TypeInfoPropertyName = "ConflictList")]
[JsonSerializable(typeof(LineBody))]
[JsonSerializable(typeof(UnderLeaseBody))]
[JsonSerializable(typeof(MeBody))]
[JsonSerializable(typeof(EventsBody))]
[JsonSerializable(typeof(StateBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(OwnerBody))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(ListBody<ItemBody>), TypeInfoPropertyName = "ItemList")]
[JsonSerializable(typeof(ListBody<LeaseBody>), TypeInfoPropertyName = "LeaseList")]
[JsonSerializable(typeof(ListBody<NoteBody>), TypeInfoPropertyName = "NoteList")]
[JsonSerializable(typeof(ListBody<QueueBody>), TypeInfoPropertyName = "QueueList")]
[JsonSerializable(typeof(ListBody<EventBody>), TypeInfoPropertyName = "EventList")]
[JsonSerializable(typeof(IReadOnlyDictionary<string, CanBody>), TypeInfoPropertyName = "CanMap")]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Deepest nesting that is read.</summary>
    internal const int MaxDepth = 32;

    /// <summary>The options that everything is read and written with.</summary>
    internal static readonly JsonSerializerOptions Strict = Make();

    /// <summary>How a type is read and written under <see cref="Strict"/>.</summary>
    internal static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Strict.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            // Not Default: the order in which the static fields of two files are set is not ours to know.
            TypeInfoResolver = new ApiJson().WithAddedModifier(PolicyJson.AddMembers),
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = MaxDepth,
            // Text stays readable in every script; replies are JSON with nosniff, never part of a page.
            Encoder = JsonBytes.Writing.Encoder,
            Converters =
            {
                new InstantConverter(),
                new ProblemConverter(),
                new OptionalConverter<int>(),
                new OptionalConverter<int?>(),
                new OptionalConverter<bool>(),
                new OptionalConverter<string>(),
                new OptionalConverter<DateTimeOffset?>(),
                new OptionalConverter<IReadOnlyList<string>>(),
                new OptionalConverter<string[]>(),
                new OptionalConverter<IReadOnlyList<ActiveLimitRequest>>(),
                new OptionalConverter<BackoffRequest?>(),
                new OptionalConverter<IReadOnlyList<ApprovalRuleRequest>>(),
            },
        };
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>Instants: RFC 3339, written in UTC with milliseconds; read only with a zone.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    internal const string Format = WireInstant.Format;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryRead(reader.GetString(), out var at)
            ? at
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[24];
        value.UtcDateTime.TryFormat(text, out _, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text);
    }

    /// <summary>A local time without a zone is no instant: nobody knows which one was meant.</summary>
    internal static bool TryRead(string? text, out DateTimeOffset at)
    {
        at = default;
        if (text is null || text.Length is < 20 or > 40 || text[10] is not ('T' or 't'))
            return false;
        var hasZone = text[^1] is 'Z' or 'z' || text[^6] is '+' or '-';
        return hasZone
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
    }
}

/// <summary>A member that may be named or left alone: what is read was named.</summary>
internal sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
{
    internal static readonly bool AllowsNull = BodyReader.NullSays(typeof(T));

    public override bool HandleNull => true;

    public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return AllowsNull ? new Optional<T>(IsSet: true, default!) : throw new JsonException();
        return new Optional<T>(
            IsSet: true,
            JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!
        );
    }

    public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
}
