using ControlSurface.Components;
using ControlSurface.Content;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>Versions, approvals and actions as rows, cards and sentences say them. The one place, so that no two pages differ.</summary>
public static class ArtifactWords
{
    /// <summary>The page of one version: what is read is in its address.</summary>
    /// <param name="from">The version that it is compared with; null for what the page chooses.</param>
    public static string Address(ArtifactId id, int version, int? from = null) =>
        $"artifacts/{id.Text}?v={version}{(from is null ? "" : $"&from={from}")}";

    /// <summary>Who wrote the version, as a chip shows them.</summary>
    public static HolderView Author(ArtifactVersion version, Viewer you) =>
        new(version.ByName, version.ByKind == PrincipalKind.Agent, version.Run, version.By == you.Id);

    /// <summary>Name and run, as in a sentence.</summary>
    public static string Full(ArtifactVersion version) =>
        version.Run is null ? version.ByName : $"{version.ByName} run {version.Run}";

    /// <summary>As people compare hashes: <c>9f2c…b1e0</c>.</summary>
    public static string Short(string hash)
    {
        var digits = hash.Replace("sha256:", "", StringComparison.Ordinal);
        return digits.Length > 12 ? $"{digits[..4]}…{digits[^4..]}" : digits;
    }

    /// <summary>Who is asked, in words.</summary>
    public static string Asked(IReadOnlyList<Reviewer> reviewers, Func<PrincipalId, string> nameOf) =>
        string.Join(
            ", ",
            reviewers.Select(one => one.Principal is { } who ? nameOf(who) : $"everybody with the role {one.Role}")
        );

    /// <summary>What a kind of action is drawn with.</summary>
    public static string Icon(string kind, string target) =>
        Has(kind, "pay", "refund") ? Icons.Zap
        : Has(kind, "send", "mail", "reply", "message") ? Icons.Mail
        : Has(kind, "merge", "deploy", "commit") ? Icons.GitMerge
        : Has(kind, "publish", "page") ? Icons.Globe
        : Has(target, "crm:", "db:") || Has(kind, "update", "record") ? Icons.Database
        : Icons.Zap;

    /// <summary>The caller's word for it as the start of a sentence: <c>send_reply</c> reads as "Send reply".</summary>
    public static string Verb(string kind)
    {
        var words = kind.Replace('_', ' ').Replace('.', ' ').Trim();
        return words.Length == 0 ? kind : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Nothing is in its way but approvals that others still have to give.</summary>
    public static bool IsOnlyEarly(Consequences tried, ActionConsequence one) =>
        !one.WouldBegin
        && tried.Rules.Any(rule =>
            one.Why?.EndsWith($" more needed for {rule.Name}", StringComparison.Ordinal) == true
        );

    /// <summary>What approving would mean for one action.</summary>
    /// <param name="contentHash">Of the version: an action that sends another content says so.</param>
    /// <param name="like">Another known target that this one looks like; null for none.</param>
    public static ConsequenceView Of(Consequences tried, ActionConsequence one, string contentHash, string? like = null)
    {
        var isEarly = IsOnlyEarly(tried, one);
        var expectation = (one.ExpectedTargetVersion, one.CurrentTargetVersion) switch
        {
            (null, null) => "whatever is there",
            (null, { } known) => $"whatever is there; it is at version {known}",
            ({ } expected, null) => $"expected at version {expected}; nobody has said which it is at",
            ({ } expected, { } known) when expected == known => $"expected at version {expected}, and it is",
            ({ } expected, { } known) => $"expected at version {expected}; it is at {known}",
        };
        if (one.PayloadHash is { } payload && payload != contentHash)
            expectation +=
                $". It applies another content than this version: {Short(payload)}, not {Short(contentHash)}";
        return new ConsequenceView(
            Icon(one.Kind, one.Target),
            Verb(one.Kind),
            one.ActionId,
            isEarly ? $"{expectation}. It may begin once the other approvals are given" : expectation,
            isEarly ? null : one.WouldBegin,
            isEarly ? null : one.Why?.TrimEnd('.'),
            Target: one.Target,
            Kind: IsPlainKind(one.Kind) ? null : one.Kind,
            Warning: Warning(one, like),
            Claim: one.Summary
        );
    }

    // Its verb says all of it: send_reply and "Send reply" are one to one.
    private static bool IsPlainKind(string kind) =>
        kind.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    // What is not what it looks like about the words that the approval is for, in words: a mark alone is easily passed over.
    private static string? Warning(ActionConsequence one, string? like)
    {
        var found = new[] { one.Target, one.Kind, one.ActionId, one.ExpectedTargetVersion ?? "", one.Summary ?? "" }
            .SelectMany(text => HiddenText.OfName(text).Findings)
            .Where(finding => finding.MustBeSeen)
            .Select(finding => finding.Code is { } code ? $"{code}, {finding.Words}" : finding.Words)
            .Distinct(StringComparer.Ordinal)
            .Take(5)
            .ToList();
        var hidden = found.Count == 0 ? null : $"Look closely: {string.Join("; ", found)}.";
        return like is null ? hidden : $"{hidden} It looks like {like}, which is another target.".TrimStart();
    }

    /// <summary>What approving would do, as a row has room for.</summary>
    public static (string Words, Hue? Hue) InShort(Consequences tried)
    {
        var actions = tried.Actions;
        if (actions.Count == 0)
            return ("nothing yet", null);
        var stopped = actions.Count(one => !one.WouldBegin && !IsOnlyEarly(tried, one));
        if (stopped > 0)
            return ($"{Words.Count(stopped)} of {Words.Count(actions.Count)} would not go through", Hue.Wait);
        var kinds = actions.GroupBy(one => one.Kind, StringComparer.Ordinal).ToList();
        return (
            string.Join(
                ", ",
                kinds.Select(kind =>
                    kind.Count() == 1
                        ? Verb(kind.Key).ToLowerInvariant()
                        : $"{Verb(kind.Key).ToLowerInvariant()} × {Words.Count(kind.Count())}"
                )
            ),
            null
        );
    }

    /// <summary>The kinds of actions that an approval is for, each once: "send reply"; null where there are none.</summary>
    public static string? Acts(Consequences tried) =>
        tried.Actions.Count == 0
            ? null
            : string.Join(
                " and ",
                tried.Actions.Select(one => Verb(one.Kind).ToLowerInvariant()).Distinct(StringComparer.Ordinal)
            );

    /// <summary>The state of an action, with what may have happened outside.</summary>
    public static LineView Line(Workspace at, WorkAction action)
    {
        var state = WireNames.Of(at.StateOf(action));
        var look = States.Of(StateKind.Action, state);
        var told = state switch
        {
            "applying" => action.Outstanding is { } begun
                ? $"It may be happening outside now: {begun.ByName}{(begun.Run is { } run ? $" run {run}" : "")} has until {Words.At(begun.ApplyBy)}"
                : "It may be happening outside now",
            "ambiguous" => "It may have happened, or not. Somebody has to look, then say what they saw",
            "applied" => action.Late ? "Settled late" : null,
            "conflicting" => "Its target moved: it would not begin",
            "superseded" => "Its version is not the current one",
            _ => action.Why,
        };
        return new LineView(
            look.Icon,
            action.Id,
            look.Word,
            Hue: look.Hue,
            Under: $"{Verb(action.Kind)} on {action.Target}{(told is null ? "" : ". " + told)}",
            IsMono: true
        );
    }

    /// <summary>The word that stands for what has been decided on a version; null for nothing.</summary>
    public static string? Blocked(IReadOnlyList<Verdict> blocking) =>
        blocking.Count == 0 ? null
        : blocking.Any(verdict => verdict.Decision == ReviewDecision.Reject) ? "rejected"
        : "changes_requested";

    /// <summary>What somebody said, as in a sentence.</summary>
    public static string Said(ReviewDecision decision) =>
        decision switch
        {
            ReviewDecision.Approve => "approved it",
            ReviewDecision.RequestChanges => "requested changes",
            ReviewDecision.Reject => "rejected it",
            _ => "asked",
        };

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
