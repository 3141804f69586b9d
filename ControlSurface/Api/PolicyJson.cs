using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

/// <summary>
/// Gives <see cref="PolicyBody"/> and <see cref="QueueRequest"/> a JSON member for each member of a policy. The OpenAPI document, the
/// strict reader and agents' tools look at the same members.
/// </summary>
internal static class PolicyJson
{
    /// <summary>A modifier of the JSON contract: adds the members to the two types and leaves all others alone.</summary>
    internal static void AddMembers(JsonTypeInfo info)
    {
        if (info.Type == typeof(PolicyBody))
            Insert(info, at: 0, ReplyMember);
        else if (info.Type == typeof(QueueRequest))
            Insert(info, at: info.Properties.Count, RequestMember);
    }

    private static void Insert(JsonTypeInfo info, int at, Func<JsonTypeInfo, PolicyMember, JsonPropertyInfo> propertyOf)
    {
        foreach (var member in PolicyMembers.All)
            info.Properties.Insert(at++, propertyOf(info, member));
    }

    private static JsonPropertyInfo ReplyMember(JsonTypeInfo info, PolicyMember member) =>
        member switch
        {
            NumberMember m => Written(info, m, m.Get),
            OptionalNumberMember m => Written(info, m, m.Get),
            SwitchMember m => Written(info, m, m.Get),
            IChoiceMember m => Written(info, member, m.WordIn),
            ListMember<ActiveLimit> m => Written(info, m, p => ListOf(m.Get(p), ActiveLimitBody.From)),
            ListMember<ApprovalRule> m => Written(info, m, p => ListOf(m.Get(p), ApprovalRuleBody.From)),
            RecordMember<Backoff> m => Written(info, m, p => BackoffBody.From(m.Get(p)), isNullable: true),
            _ => throw new UnreachableException(member.Name),
        };

    private static JsonPropertyInfo RequestMember(JsonTypeInfo info, PolicyMember member) =>
        member switch
        {
            NumberMember m => Read<int>(info, m, (request, value) => request.Change.With(m, value)),
            OptionalNumberMember m => Read<int?>(info, m, (request, value) => request.Change.With(m, value)),
            SwitchMember m => Read<bool>(info, m, (request, value) => request.Change.With(m, value)),
            IChoiceMember m => Read<string>(info, member, (request, word) => Choose(request, member.Name, m, word)),
            ListMember<ActiveLimit> m => Read<IReadOnlyList<ActiveLimitRequest>>(
                info,
                m,
                (request, list) => request.Change.With(m, ListOf(list, one => one.ToCore()))
            ),
            ListMember<ApprovalRule> m => Read<IReadOnlyList<ApprovalRuleRequest>>(
                info,
                m,
                (request, list) => request.Change.With(m, ListOf(list, one => one.ToCore()))
            ),
            RecordMember<Backoff> m => Read<BackoffRequest?>(
                info,
                m,
                (request, value) => request.Change.With(m, value?.ToCore())
            ),
            _ => throw new UnreachableException(member.Name),
        };

    private static JsonPropertyInfo Written<T>(
        JsonTypeInfo info,
        PolicyMember member,
        Func<QueuePolicy, T> get,
        bool isNullable = false
    )
    {
        var property = info.CreateJsonPropertyInfo(typeof(T), member.Name);
        property.Get = body => get(((PolicyBody)body).Policy);
        property.IsGetNullable = property.IsSetNullable =
            isNullable || Nullable.GetUnderlyingType(typeof(T)) is not null;
        // Every reply has every member, and the schema says so; a member counts as required only where it can be set.
        property.Set = static (_, _) => throw new UnreachableException("a reply is written, never read");
        property.IsRequired = true;
        return property;
    }

    private static JsonPropertyInfo Read<T>(
        JsonTypeInfo info,
        PolicyMember member,
        Func<QueueRequest, T, PolicyChange> with
    )
    {
        var property = info.CreateJsonPropertyInfo(typeof(Optional<T>), member.Name);
        property.Set = (body, named) =>
        {
            var request = (QueueRequest)body;
            request.Change = with(request, ((Optional<T>)named!).Value);
        };
        return property;
    }

    private static PolicyChange Choose(QueueRequest request, string name, IChoiceMember member, string word)
    {
        if (member.Named(request.Change, word) is { } change)
            return change;
        request.Faults.Add(name, "must be one of " + string.Join(", ", member.Words));
        return request.Change;
    }

    // Null where there must be a value is found by the reader, which walks the body beside its type once it has been read.
    private static IReadOnlyList<TTo> ListOf<TFrom, TTo>(IReadOnlyList<TFrom?>? list, Func<TFrom, TTo> to)
        where TFrom : class => [.. (list ?? []).OfType<TFrom>().Select(to)];
}
