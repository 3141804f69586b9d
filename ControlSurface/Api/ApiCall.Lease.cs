using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>What every answer under a lease carries beside its own members (API.md, Settled since, Under a lease).</summary>
/// <param name="LeaseExpiresInSeconds">0 once it is over; null while a pause stops its clock.</param>
/// <param name="Notes">Notes that wait for the holder's acknowledgement.</param>
internal sealed record UnderLeaseBody(decimal? LeaseExpiresInSeconds, IReadOnlyList<NoteBody> Notes);

/// <summary>
/// The one place that puts a lease's seconds and notes into an answer: for each operation whose body has a <c>token</c>, and for
/// those that settle an action. They are of the moment of the answer, in a replay too, and never kept with it.
/// </summary>
internal sealed partial class ApiCall
{
    private static readonly JsonTypeInfo<UnderLeaseBody> LeaseMembers = ApiJson.Of<UnderLeaseBody>();
    private static readonly ConcurrentDictionary<ApiOperation, LeaseShape> Shapes = new(
        ReferenceEqualityComparer.Instance
    );
    private long? _token;
    private DateTimeOffset? _decidedAt;

    /// <summary>What of an operation's body and replies is about a lease.</summary>
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

    /// <summary>Whether answers of the operation carry a lease's seconds and notes.</summary>
    internal static bool AnswersUnderLease(ApiOperation operation) =>
        Shapes.GetOrAdd(operation, LeaseShape.Of) is { Settles: true } or { Token: not null };

    private void NoteLease(object body)
    {
        var shape = Shapes.GetOrAdd(Operation, LeaseShape.Of);
        _token = shape.Token?.Get?.Invoke(body) as long?;
        Run ??= shape.Run?.Get?.Invoke(body) as string;
    }

    // A refusal of a malformed body belongs to the lease that it names all the same.
    private void NoteLease(ReadOnlySpan<byte> malformed)
    {
        if (!AnswersUnderLease(Operation))
            return;
        _token = BodyReader.FindWhole(malformed, "token");
        Run ??= BodyReader.FindString(malformed, "run");
    }

    /// <summary>The answer with the lease's members; as it is where the call was under none.</summary>
    private ReadOnlySpan<byte> WithLease(int status, ReadOnlySpan<byte> body)
    {
        if (
            _decidedAt is not { } now
            || status == StatusCodes.Status401Unauthorized
            || body.Length < 2
            || body[^1] != '}'
            || !AnswersUnderLease(Operation)
            || FindLeaseMembers(now) is not { } members
        )
            return body;
        var more = JsonSerializer.SerializeToUtf8Bytes(members, LeaseMembers);
        // Replies of leases have said the seconds themselves.
        var from =
            status < StatusCodes.Status400BadRequest && Shapes[Operation].SaysSeconds
                ? more.AsSpan().IndexOf("\"notes\""u8)
                : 1;
        var whole = new byte[body.Length + more.Length - from + 1];
        body[..^1].CopyTo(whole);
        var at = body.Length - 1;
        if (at > 1)
            whole[at++] = (byte)',';
        more.AsSpan(from).CopyTo(whole.AsSpan(at));
        return whole.AsSpan(0, at + more.Length - from);
    }

    private UnderLeaseBody? FindLeaseMembers(DateTimeOffset now)
    {
        var found = Host.Engine.Picture.Read(at =>
            FindOwn(at) is { Lease: { } lease } item && lease.Holder.Is(Caller.Id, Run)
                ? LeaseView.Of(lease, item)
                : null
        );
        if (found is not null)
            return new UnderLeaseBody(
                LeaseBody.SecondsLeft(found.Lease, now),
                NoteBody.From(found.Notes, found.Lease.Item)
            );
        // A lease that was named and is over, or somebody else's: nothing of it is left to the caller.
        return _token is not null || Target.Lease is not null ? new UnderLeaseBody(0, []) : null;
    }

    /// <summary>Of the caller's own lease, as committed: its seconds and notes; 0 and none where it is over or not theirs.</summary>
    internal UnderLeaseBody OwnLease(LeaseId id, string? run, DateTimeOffset now) =>
        Host.Engine.Picture.Read(at =>
            at.FindItemOf(id) is { Lease: { } lease } item && lease.Id == id && lease.Holder.Is(Caller.Id, run)
                ? new UnderLeaseBody(
                    LeaseBody.SecondsLeft(lease, now),
                    NoteBody.From(LeaseView.Of(lease, item).Notes, lease.Item)
                )
                : new UnderLeaseBody(0, [])
        );

    private Core.Items.Item? FindOwn(Workspace at)
    {
        if (Target.Lease is { } named)
            return at.FindItemOf(named) is { } item && item.Lease?.Id == named ? item : null;
        if (_token is { } token)
            return at.HeldBy(Caller.Id).FirstOrDefault(i => i.Lease?.Token == token);
        return Http.Request.RouteValues["actionId"] is string action && at.FindAction(action)?.Item is { } id
            ? at.FindItem(id)
            : null;
    }
}
