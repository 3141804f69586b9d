using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;

namespace ControlSurface.Api;

/// <summary>Writes the members that each refusal's code has in a problem document, exactly those of API.md (Refusals).</summary>
internal static class RefusalMembers
{
    /// <summary>The function that writes the refusal's own members; null where its code has none.</summary>
    internal static Action<Utf8JsonWriter>? Of(Refusal refusal) =>
        refusal switch
        {
            LockRefusal.TargetLocked r => writer => TargetLocked(writer, r),
            LockRefusal.LockNotHeld r => writer => LockNotHeld(writer, r),
            ArtifactRefusal.VersionConflict r => writer => VersionConflict(writer, r),
            ArtifactRefusal.HumanEditHold r => writer => HumanEditHold(writer, r),
            ApprovalRefusal.VersionChanged r => writer => VersionChanged(writer, r),
            ApprovalRefusal.ConsequencesChanged r => writer =>
                writer.WriteString("consequencesHash"u8, r.ConsequencesHash),
            BulkRefusal.CountChanged r => writer => writer.WriteNumber("count"u8, r.Count),
            ConflictRefusal.ConflictChanged r => writer => writer.WriteNumber("seq"u8, r.Seq),
            ApprovalRefusal.SelfApproval r => writer =>
                Strings(writer, "eligible", [.. r.Eligible.Select(p => p.Text)]),
            ApprovalRefusal.CommentsOpen r => writer =>
                Strings(writer, "comments", [.. r.Comments.Select(c => c.Text)]),
            ActionRefusal.ActionIdReused r => writer => writer.WriteString("actionId"u8, r.Action),
            ActionRefusal.PermitInvalid r => writer => PermitInvalid(writer, r),
            ActionRefusal.ActionSettled r => writer => ActionSettled(writer, r),
            ItemRefusal.Unsettled r => writer => Unsettled(writer, r),
            ConflictRefusal.ConflictClosed r => writer => ConflictClosed(writer, r),
            Refusal.InvalidRequest r => writer => Errors(writer, r.Errors),
            LeaseRefusal.Fenced r => writer => Fenced(writer, r),
            LeaseRefusal.LeaseEnded r => writer => LeaseEnded(writer, r),
            LeaseRefusal.LeaseStale r => writer => LeaseStale(writer, r),
            LeaseRefusal.LeaseSuspended r => writer => Strings(writer, "reasons", r.Reasons),
            Refusal.Paused r => writer => Paused(writer, r),
            LeaseRefusal.AlreadyOwned r => writer => AlreadyOwned(writer, r),
            ItemRefusal.NotClaimable r => writer => NotClaimable(writer, r),
            LeaseRefusal.NoProgress r => writer => NoProgress(writer, r),
            LeaseRefusal.LifetimeExceeded r => writer => Quiet(writer, r.QuietRenewals, r.Limit),
            LeaseRefusal.AcknowledgeRequired r => writer => AcknowledgeRequired(writer, r),
            ItemRefusal.ItemChanged r => writer => writer.WriteNumber("seq"u8, r.Seq),
            QueueRefusal.QueueChanged r => writer => writer.WriteNumber("seq"u8, r.Seq),
            Refusal.RateLimited r => writer => RateLimited(writer, r),
            RunRefusal.RunEnded r => writer => At(writer, "at", r.At),
            LeaseRefusal.LeaseRequired r => writer => writer.WriteString("leaseId"u8, r.Lease?.Text),
            // These have no members of their own.
            Refusal.Unauthorized
            or Refusal.Forbidden
            or Refusal.NotFound
            or Refusal.IdempotencyKeyReused
            or Refusal.InternalError
            or Refusal.RequestInProgress
            or Refusal.Unavailable
            or Refusal.OutcomeUnknown
            or LeaseRefusal.NotHolder
            or ArtifactRefusal.MergeOutdated => null,
            _ => throw new UnreachableException(refusal.GetType().Name),
        };

    private static void LockNotHeld(Utf8JsonWriter writer, LockRefusal.LockNotHeld r)
    {
        writer.WriteString("target"u8, r.Target);
        if (r.Owner is { } owner)
            Owner(writer, owner);
        else
            writer.WriteNull("owner"u8);
        writer.WriteString("leaseId"u8, r.Lease?.Text);
    }

    private static void VersionConflict(Utf8JsonWriter writer, ArtifactRefusal.VersionConflict r)
    {
        writer.WriteNumber("currentVersion"u8, r.CurrentVersion);
        writer.WriteBoolean("mergeable"u8, r.Mergeable);
        writer.WriteBoolean("humanEdit"u8, r.HumanEdit);
    }

    private static void HumanEditHold(Utf8JsonWriter writer, ArtifactRefusal.HumanEditHold r)
    {
        writer.WriteNumber("version"u8, r.Version);
        writer.WriteString("by"u8, r.By.Text);
        writer.WriteString("resolveBy"u8, WireNames.Of(r.ResolveBy));
        writer.WriteBoolean("editing"u8, r.IsEditing);
    }

    private static void VersionChanged(Utf8JsonWriter writer, ApprovalRefusal.VersionChanged r)
    {
        writer.WriteNumber("currentVersion"u8, r.Version);
        writer.WriteString("contentHash"u8, r.ContentHash);
    }

    private static void PermitInvalid(Utf8JsonWriter writer, ActionRefusal.PermitInvalid r)
    {
        writer.WriteString("why"u8, WireNames.Of(r.Why));
        writer.WriteString("member"u8, r.Why == PermitFault.Run ? "run" : null);
    }

    private static void ActionSettled(Utf8JsonWriter writer, ActionRefusal.ActionSettled r)
    {
        writer.WriteString("by"u8, r.By.Text);
        writer.WriteString("as"u8, r.As);
    }

    private static void Unsettled(Utf8JsonWriter writer, ItemRefusal.Unsettled r)
    {
        Strings(writer, "actions", r.Actions);
        Strings(writer, "conflicts", [.. r.Conflicts.Select(c => c.Text)]);
        Strings(writer, "approvals", [.. r.Approvals.Select(a => a.Text)]);
    }

    private static void ConflictClosed(Utf8JsonWriter writer, ConflictRefusal.ConflictClosed r)
    {
        writer.WriteString("resolution"u8, r.Resolution);
        writer.WriteString("by"u8, r.By.Text);
    }

    private static void Fenced(Utf8JsonWriter writer, LeaseRefusal.Fenced r)
    {
        Owner(writer, r.Owner);
        writer.WriteString("endedAs"u8, r.EndedAs is { } how ? WireNames.Of(how) : null);
        writer.WriteString("by"u8, r.By?.Text);
        At(writer, "at", r.At);
    }

    private static void LeaseEnded(Utf8JsonWriter writer, LeaseRefusal.LeaseEnded r)
    {
        writer.WriteString("endedAs"u8, WireNames.Of(r.EndedAs));
        writer.WriteString("by"u8, r.By.Text);
        At(writer, "at", r.At);
    }

    private static void LeaseStale(Utf8JsonWriter writer, LeaseRefusal.LeaseStale r)
    {
        At(writer, "expiredAt", r.ExpiredAt);
        writer.WriteBoolean("revivable"u8, r.Revivable);
    }

    private static void Paused(Utf8JsonWriter writer, Refusal.Paused r)
    {
        writer.WriteString("scope"u8, WireNames.Of(r.Scope));
        writer.WriteString("by"u8, r.By.Text);
        writer.WriteString("why"u8, r.Why);
    }

    private static void NotClaimable(Utf8JsonWriter writer, ItemRefusal.NotClaimable r)
    {
        writer.WriteString("state"u8, WireNames.Of(r.State));
        writer.WriteString("why"u8, WireNames.Of(r.Why));
        Number(writer, "retryAfter", r.RetryAfter);
        writer.WriteString("waitingFor"u8, r.WaitingFor);
    }

    private static void NoProgress(Utf8JsonWriter writer, LeaseRefusal.NoProgress r)
    {
        Quiet(writer, r.QuietRenewals, r.Limit);
        writer.WriteNumber("quietSeconds"u8, r.QuietSeconds);
        writer.WriteNumber("limitSeconds"u8, r.LimitSeconds);
    }

    private static void AcknowledgeRequired(Utf8JsonWriter writer, LeaseRefusal.AcknowledgeRequired r)
    {
        writer.WriteNumber("acknowledges"u8, r.Acknowledges);
        Strings(writer, "changed", r.Changed);
    }

    private static void RateLimited(Utf8JsonWriter writer, Refusal.RateLimited r)
    {
        if (r.Limit is not { } limit)
        {
            writer.WriteNull("limit"u8);
            return;
        }
        writer.WriteStartObject("limit"u8);
        writer.WriteString("name"u8, limit.Name);
        writer.WriteString("per"u8, limit.Principal is null ? "server" : "principal");
        writer.WriteString("principal"u8, limit.Principal?.Text);
        writer.WriteNumber("most"u8, limit.Most);
        Number(writer, "seconds", limit.Seconds);
        writer.WriteEndObject();
    }

    private static void AlreadyOwned(Utf8JsonWriter writer, LeaseRefusal.AlreadyOwned r)
    {
        Owner(writer, r.Owner);
        writer.WriteString("leaseId"u8, r.Lease.Text);
        writer.WriteString("state"u8, WireNames.Of(r.State));
        At(writer, "expiresAt", r.ExpiresAt);
        Number(writer, "retryAfter", r.RetryAfter);
        writer.WriteStartObject("takeover"u8);
        writer.WriteString("who"u8, r.Takeover.Who);
        At(writer, "from", r.Takeover.From);
        writer.WriteEndObject();
    }

    private static void TargetLocked(Utf8JsonWriter writer, LockRefusal.TargetLocked r)
    {
        writer.WriteStartArray("blocking"u8);
        foreach (var b in r.Blocking)
        {
            writer.WriteStartObject();
            writer.WriteString("target"u8, b.Target);
            writer.WriteString("mode"u8, WireNames.Of(b.Mode));
            if (b.Owner is { } owner)
                Owner(writer, owner);
            else
                writer.WriteNull("owner"u8);
            writer.WriteString("itemId"u8, b.Item?.Text);
            writer.WriteString("leaseId"u8, b.Lease?.Text);
            writer.WriteString("holdId"u8, b.Hold?.Text);
            At(writer, "expiresAt", b.ExpiresAt);
            writer.WriteNumber("position"u8, b.Position);
            if (b.Takeover is { } takeover)
            {
                writer.WriteStartObject("takeover"u8);
                writer.WriteString("who"u8, takeover.Who);
                At(writer, "from", takeover.From);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("takeover"u8);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("wouldDeadlock"u8, r.WouldDeadlock);
        Cycle(writer, r);
    }

    private static void Cycle(Utf8JsonWriter writer, LockRefusal.TargetLocked r)
    {
        writer.WriteStartArray("cycle"u8);
        foreach (var step in r.Cycle)
        {
            writer.WriteStartObject();
            writer.WriteString("itemId"u8, step.Item.Text);
            writer.WriteString("leaseId"u8, step.Lease.Text);
            Owner(writer, step.Holder);
            writer.WriteString("waitsFor"u8, step.WaitsFor);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Owner(Utf8JsonWriter writer, Holder owner)
    {
        writer.WritePropertyName("owner"u8);
        JsonSerializer.Serialize(
            writer,
            OwnerBody.From(owner),
            (JsonTypeInfo<OwnerBody>)ApiJson.Strict.GetTypeInfo(typeof(OwnerBody))
        );
    }

    private static void Errors(Utf8JsonWriter writer, IReadOnlyDictionary<string, IReadOnlyList<string>> errors)
    {
        writer.WriteStartObject("errors"u8);
        foreach (var (member, messages) in errors)
            Strings(writer, member, messages);
        writer.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter writer, string member, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(member);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void Quiet(Utf8JsonWriter writer, int quietRenewals, int limit)
    {
        writer.WriteNumber("quietRenewals"u8, quietRenewals);
        writer.WriteNumber("limit"u8, limit);
    }

    private static void Number(Utf8JsonWriter writer, string member, int? value)
    {
        if (value is { } number)
            writer.WriteNumber(member, number);
        else
            writer.WriteNull(member);
    }

    private static void At(Utf8JsonWriter writer, string member, DateTimeOffset? at)
    {
        if (at is { } instant)
            writer.WriteString(
                member,
                instant.UtcDateTime.ToString(InstantConverter.Format, CultureInfo.InvariantCulture)
            );
        else
            writer.WriteNull(member);
    }
}
