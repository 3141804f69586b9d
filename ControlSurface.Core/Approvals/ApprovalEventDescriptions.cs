using System.Diagnostics;

namespace ControlSurface.Core.Approvals;

/// <summary>Each <see cref="ApprovalEvent"/> as a sentence.</summary>
internal static class ApprovalEventDescriptions
{
    internal static string Of(ApprovalEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ApprovalEvent.Decided e =>
                $"{by} said on version {e.Version} of {e.Artifact}: {Phrases.Word(WireNames.Of(e.Decision))}{Phrases.Because(e.Comment)}.",
            ApprovalEvent.Given e =>
                $"{by} approved version {e.Version} of {e.Artifact}{(e.Override is null ? "" : " by override")}{Phrases.Because(e.Override ?? e.Comment)}.",
            ApprovalEvent.BlockLifted e =>
                $"{by} lifted the block on version {e.Version} of {e.Artifact} that {e.Of} left{Phrases.Because(e.Why)}.",
            ApprovalEvent.Invalidated e => $"{Approvals(e.Approvals)} of {e.Artifact} fell{Phrases.Because(e.Why)}.",
            ApprovalEvent.Spent e => $"{Approvals(e.Approvals)} of {e.Artifact} let {e.Action} through.",
            ApprovalEvent.Restored e =>
                $"{Approvals(e.Approvals)} of {e.Artifact} came back: {e.Action} had no effect.",
            ApprovalEvent.Revoked e => $"{by} revoked {e.Approval} of {e.Artifact}{Phrases.Because(e.Why)}.",
            ApprovalEvent.Expired e => $"{Approvals(e.Approvals)} of {e.Artifact} expired.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };

    private static string Approvals(IReadOnlyList<ApprovalId> ids) =>
        ids.Count == 1 ? $"The approval {ids[0]}" : $"The approvals {string.Join(", ", ids)}";
}
