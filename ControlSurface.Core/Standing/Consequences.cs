using System.Globalization;
using System.Text;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Standing;

/// <summary>What approving would mean for one prepared action.</summary>
/// <param name="ActionId">The caller's id of the action.</param>
/// <param name="Kind">The action's kind, in its author's words.</param>
/// <param name="Target">Where it acts, in canonical form.</param>
/// <param name="ExpectedTargetVersion">The version that the action expects its target to have; null for any.</param>
/// <param name="CurrentTargetVersion">The version that the target is known to have; null where nobody reported one.</param>
/// <param name="PayloadHash">The content hash of what it applies; null for none.</param>
/// <param name="WouldBegin">Whether the action could begin once this approval is given.</param>
/// <param name="Why">A sentence on what else is in the way; null where nothing is.</param>
public sealed record ActionConsequence(
    string ActionId,
    string Kind,
    string Target,
    string? ExpectedTargetVersion,
    string? CurrentTargetVersion,
    string? PayloadHash,
    bool WouldBegin,
    string? Why
)
{
    /// <inheritdoc cref="WorkAction.Summary"/>
    public string? Summary { get; init; }
}

/// <summary>
/// What approving a version would let happen, found by trying it (API.md, <c>GET …/consequences</c>). The hash binds an approval to the
/// actions that were shown. It leaves out who has approved: else two reviewers at once would always invalidate each other's page.
/// </summary>
/// <param name="Actions">Each prepared action on the version.</param>
/// <param name="Rules">Each rule that applies, before this approval.</param>
/// <param name="Eligible">The principals who could approve, in the order of their ids.</param>
/// <param name="Hash">The <c>consequencesHash</c> that a decision must name: over codes, ids and versions, never over sentences.</param>
public sealed record Consequences(
    IReadOnlyList<ActionConsequence> Actions,
    IReadOnlyList<RuleStanding> Rules,
    IReadOnlyList<PrincipalId> Eligible,
    string Hash
)
{
    /// <summary>The consequences of an approval by one principal now.</summary>
    /// <param name="version">The version to approve.</param>
    /// <param name="who">The principal whose approval is tried.</param>
    public static Consequences Of(
        IActions at,
        Artifact artifact,
        ArtifactVersion version,
        PrincipalId who,
        DateTimeOffset now
    )
    {
        var shown = ApprovalStanding.ActionsToShow(at, artifact, version.Number);
        var holding = ApprovalStanding.Holding(artifact, version);
        var tried = Tried(artifact, version, who, now, shown);
        var actions = new List<ActionConsequence>(shown.Count);
        foreach (var action in shown)
        {
            var obstacle = Obstruction.Of(at, action, now)?.Why;
            var missing = ApprovalStanding
                .Weigh(at, artifact, [.. holding.Where(a => a.By != who && Covers(a, action)), tried], [action])
                .FirstOrDefault(r => !r.IsMet);
            var why =
                obstacle
                ?? (missing is null ? null : $"{missing.Required - missing.Given} more needed for {missing.Name}");
            actions.Add(
                new ActionConsequence(
                    action.Id,
                    action.Kind,
                    action.Target,
                    action.ExpectedTargetVersion,
                    at.TargetVersion(action.Target),
                    action.PayloadHash,
                    why is null,
                    why
                )
                {
                    Summary = action.Summary,
                }
            );
        }
        var rules = ApprovalStanding.Weigh(at, artifact, holding, shown);
        return new Consequences(
            actions,
            rules,
            [.. Standing.Eligible.Of(at, artifact).Select(p => p.Id)],
            HashOf(at, artifact, version, shown, rules, now)
        );
    }

    /// <summary>Whether the approval covers this action unchanged: its approver was shown the same fingerprint.</summary>
    internal static bool Covers(Approval approval, WorkAction action) =>
        approval.Covers.Any(c => c.Action == action.Id && c.Fingerprint == action.Fingerprint);

    internal static string HashOf(
        IActions at,
        Artifact artifact,
        ArtifactVersion version,
        IReadOnlyList<WorkAction> shown,
        IReadOnlyList<RuleStanding> rules,
        DateTimeOffset now
    )
    {
        var text = new StringBuilder();
        void Add(string? part) =>
            text.Append(part is null ? "-" : part.Length.ToString(CultureInfo.InvariantCulture) + ":" + part)
                .Append('\n');
        Add(artifact.Id.Text);
        Add(version.Number.ToString(CultureInfo.InvariantCulture));
        Add(version.ContentHash);
        foreach (var action in shown)
        {
            Add(action.Id);
            Add(action.Fingerprint);
            Add(at.TargetVersion(action.Target));
            // Hash codes and ids, never the sentence: another wording is no other consequence.
            var obstruction = Obstruction.Of(at, action, now);
            Add(obstruction is null ? null : WireNames.Of(obstruction.Kind));
            Add(obstruction?.Other);
            Add(obstruction?.OtherIs is { } state ? WireNames.Of(state) : null);
        }
        foreach (var rule in rules)
        {
            if (rule.Kind == RuleKind.Second)
                continue;
            Add(rule.Name);
            Add(rule.Required.ToString(CultureInfo.InvariantCulture));
        }
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>An approval as it would be given, to weigh beside the others.</summary>
    internal static Approval Tried(
        Artifact artifact,
        ArtifactVersion version,
        PrincipalId who,
        DateTimeOffset now,
        IReadOnlyList<WorkAction> shown
    ) =>
        new()
        {
            Id = new ApprovalId(0),
            Version = version.Number,
            ContentHash = version.ContentHash,
            By = who,
            ByName = artifact.Name,
            At = now,
            ConsequencesHash = "",
            Covers = [.. shown.Select(a => new CoveredAction(a.Id, a.Fingerprint))],
            Uses = 1,
            State = ApprovalState.Valid,
            Comment = null,
            ExpiresAt = null,
            Override = null,
            Confirmed = null,
        };
}
