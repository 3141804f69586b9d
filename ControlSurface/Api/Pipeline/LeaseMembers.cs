using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api.Pipeline;

/// <summary>
/// The one place that puts a lease's seconds and notes into an answer: for each operation whose body has a <c>token</c>, and for
/// those that settle an action. They are of the moment of the answer, in a replay too, and never kept with it.
/// </summary>
internal static class LeaseMembers
{
    private static readonly JsonTypeInfo<UnderLeaseBody> Type = ApiJson.Of<UnderLeaseBody>();

    private const int KeptCapacity = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _joined;

    // An operation is looked into once: there are a hundred, and each call of one asks.
    private static readonly ConcurrentDictionary<ApiOperation, LeaseShape> Shapes = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Whether answers of the operation carry a lease's seconds and notes.</summary>
    internal static bool AreIn(ApiOperation operation) =>
        ShapeOf(operation) is { Settles: true } or { Token: not null };

    /// <summary>The call with the run and the token that its body names.</summary>
    internal static ApiCall WithNamesOf(ApiCall call, object body)
    {
        var shape = ShapeOf(call.Operation);
        return shape is { Token: null, Run: null }
            ? call
            : call with
            {
                Token = shape.Token?.Get?.Invoke(body) as long?,
                Run = shape.Run?.Get?.Invoke(body) as string,
            };
    }

    /// <summary>The same for a malformed body: its refusal belongs to the lease that it names all the same.</summary>
    internal static ApiCall WithNamesOf(ApiCall call, ReadOnlySpan<byte> malformed) =>
        AreIn(call.Operation)
            ? call with
            {
                Token = BodyReader.FindWhole(malformed, "token"),
                Run = BodyReader.FindString(malformed, "run"),
                HasUnreadBody = !BodyReader.IsObject(malformed),
            }
            : call;

    /// <summary>The members for an answer to the call; null where it was made under no lease.</summary>
    internal static UnderLease? Of(ApiCall call, int status, DateTimeOffset now)
    {
        if (
            status == StatusCodes.Status401Unauthorized
            || !AreIn(call.Operation)
            || FindMembers(call, now) is not { } members
        )
            return null;
        return new UnderLease(
            members,
            HasSeconds: status < StatusCodes.Status400BadRequest && ShapeOf(call.Operation).SaysSeconds
        );
    }

    /// <summary>The seconds and notes of the caller's own lease, as committed; 0 and none where it is over or not theirs.</summary>
    internal static UnderLeaseBody OfOwn(ApiCall call, LeaseId id, string? run, DateTimeOffset now) =>
        call.Host.Engine.Picture.Read(at =>
            at.FindItemOf(id) is { Lease: { } lease } item && lease.Id == id && lease.Holder.Is(call.Caller.Id, run)
                ? BodyOf(LeaseView.Of(lease, item), now)
                : new UnderLeaseBody(0, [])
        );

    /// <summary>
    /// The JSON object of a body with the members added at its end; the body as it is where it is no object. Valid until this thread
    /// adds to the next.
    /// </summary>
    internal static ReadOnlySpan<byte> AddTo(ReadOnlySpan<byte> body, UnderLease lease)
    {
        if (body.Length < 2 || body[^1] != '}')
            return body;
        if (_joined is null || _joined.Capacity > KeptCapacity)
            _joined = new ArrayBufferWriter<byte>(4_096);
        var whole = _joined;
        whole.ResetWrittenCount();
        whole.Write(body[..^1]);
        if (body.Length > 2)
            whole.Write(","u8);
        if (lease is { HasSeconds: true, Members.Notes.Count: 0 })
        {
            whole.Write("\"notes\":[]}"u8); // Nearly always, and nothing to serialize.
            return whole.WrittenSpan;
        }
        var more = JsonSerializer.SerializeToUtf8Bytes(lease.Members, Type).AsSpan();
        whole.Write(more[(lease.HasSeconds ? more.IndexOf("\"notes\""u8) : 1)..]);
        return whole.WrittenSpan;
    }

    private static UnderLeaseBody? FindMembers(ApiCall call, DateTimeOffset now)
    {
        var found = call.Host.Engine.Picture.Read(at =>
            FindOwn(call, at) is { Lease: { } lease } item && IsOwn(call, lease) ? LeaseView.Of(lease, item) : null
        );
        if (found is not null)
            return BodyOf(found, now);
        // A lease that was named and is over, or is somebody else's, leaves the caller nothing.
        return call.Token is not null || call.Target.Lease is not null ? new UnderLeaseBody(0, []) : null;
    }

    // An unreadable body names no run: the answer still reports the caller's live lease.
    private static bool IsOwn(ApiCall call, Lease lease) =>
        lease.Holder.Is(call.Caller.Id, call.HasUnreadBody ? lease.Holder.Run : call.Run);

    private static UnderLeaseBody BodyOf(LeaseView view, DateTimeOffset now) =>
        new(LeaseBody.SecondsLeft(view.Lease, now), NoteBody.From(view.Notes, view.Lease.Item));

    private static Item? FindOwn(ApiCall call, Workspace at)
    {
        if (call.Target.Lease is { } named)
            return at.FindItemOf(named) is { } item && item.Lease?.Id == named ? item : null;
        if (call.Token is { } token)
            return at.HeldBy(call.Caller.Id).FirstOrDefault(i => i.Lease?.Token == token);
        return call.Http.Request.RouteValues["actionId"] is string action && at.FindAction(action)?.Item is { } id
            ? at.FindItem(id)
            : null;
    }

    private static LeaseShape ShapeOf(ApiOperation operation) => Shapes.GetOrAdd(operation, LeaseShape.Of);

    /// <summary>The members of an operation's body and replies that concern a lease.</summary>
    private sealed record LeaseShape(JsonPropertyInfo? Token, JsonPropertyInfo? Run, bool SaysSeconds, bool Settles)
    {
        internal static LeaseShape Of(ApiOperation operation) =>
            new(
                operation.Body is { } body ? BodyReader.Find(body, "token") : null,
                operation.Body is { } same ? BodyReader.Find(same, "run") : null,
                operation.Replies.Any(r =>
                    r.Type is { } type && BodyReader.Find(type, "leaseExpiresInSeconds") is not null
                ),
                operation.Id is "completeAction" or "failAction"
            );
    }
}
