using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Pages.Views;

/// <summary>The rail of versions: what became of each, and which one is read.</summary>
internal static class VersionRail
{
    internal static List<VersionTab> Of(Artifact artifact, ArtifactVersion reading, Pin pin)
    {
        var tabs = new List<VersionTab>(artifact.Versions.Count);
        foreach (var version in artifact.Versions)
        {
            var isReading = version.Number == reading.Number;
            var (icon, hue, word) = isReading
                ? version.Number == artifact.Current.Number
                    ? (Icons.Eye, Hue.Wait, "reading")
                    : (Icons.Minus, Hue.Idle, "reading, not current")
                : Became(artifact, version, pin);
            tabs.Add(
                new VersionTab(
                    version.Number,
                    icon,
                    hue,
                    word,
                    version.Run is { } run ? $"run {run}" : version.ByName,
                    version.At,
                    ArtifactWords.Address(artifact.Id, version.Number),
                    isReading
                )
            );
        }
        return tabs;
    }

    private static (string, Hue, string) Became(Artifact artifact, ArtifactVersion version, Pin pin)
    {
        var approvals = artifact.Approvals.Where(a => a.Version == version.Number).ToList();
        var blocked = artifact.Verdicts.LastOrDefault(v =>
            v.Version == version.Number && v.Decision != ReviewDecision.Ask
        );
        return (version, approvals) switch
        {
            _ when version.Number > pin.Known => (Icons.RefreshCw, Hue.Wait, "new"),
            _ when approvals.Any(a => a.State == ApprovalState.Valid) => (Icons.ShieldCheck, Hue.Good, "approved"),
            _ when approvals.Any(a => a.State == ApprovalState.Spent) => (Icons.TicketCheck, Hue.Idle, "spent"),
            _ when version.Number == artifact.LastApproved => (Icons.ShieldCheck, Hue.Idle, "last approved"),
            _ when approvals.Count > 0 => States.Of(StateKind.Approval, WireNames.Of(approvals[^1].State)) switch
            {
                var look => (look.Icon, look.Hue, WireNames.Of(approvals[^1].State)),
            },
            _ when blocked is { Decision: ReviewDecision.Reject } => (Icons.Ban, Hue.Idle, "rejected"),
            _ when blocked is { Decision: ReviewDecision.RequestChanges } => (Icons.Undo2, Hue.Idle, "changes asked"),
            _ when version.Number == artifact.Current.Number => (Icons.FileText, Hue.Idle, "current"),
            _ => (
                Icons.Minus,
                Hue.Idle,
                version.Kind switch
                {
                    VersionKind.Publish => "published",
                    VersionKind.Merge => "merged",
                    VersionKind.Edit => "edited",
                    VersionKind.Suggestion => "suggested",
                }
            ),
        };
    }
}
