using ControlSurface.Components;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Pages.Views;

/// <summary>Where a version came from: its sources, the lease that it was made under, and the checks and evidence of that lease.</summary>
internal static class VersionOrigin
{
    internal static LineView Source(Workspace at, Source source)
    {
        var known = at.TargetVersion(source.Target);
        var (icon, hue, word) = known switch
        {
            null => (Icons.CircleQuestionMark, (Hue?)null, $"{source.Version}, not known whether it changed"),
            _ when known == source.Version => (Icons.CircleCheck, Hue.Good, $"{source.Version}, unchanged"),
            _ => (Icons.TriangleAlert, Hue.Wait, $"{source.Version}, now {known}"),
        };
        return new LineView(icon, source.Target, Right: null, Hue: hue, Under: word, IsMono: true);
    }

    internal static string MadeBy(Artifact artifact, ArtifactVersion reading, Item? item)
    {
        if (reading.Lease is not { } id || item?.FindLease(id) is not { } lease)
            return reading.ByKind == PrincipalKind.Person ? "Made by hand, under no lease." : "Made under no lease.";
        return $"Made under {id.Text}, which {LeaseWords.Full(lease.Holder)} {(lease.IsLive ? "holds" : "held")} on {artifact.Item}.";
    }

    private static IEnumerable<Checkpoint> CheckpointsOf(Item? item, ArtifactVersion reading) =>
        reading.Lease is { } lease && item is not null ? item.Checkpoints.Where(c => c.Lease == lease) : [];

    // The newest outcome of each check that the holder reported.
    internal static List<LineView> Checks(Item? item, ArtifactVersion reading) =>
        [
            .. CheckpointsOf(item, reading)
                .SelectMany(checkpoint => checkpoint.Validations)
                .GroupBy(check => check.Name, StringComparer.Ordinal)
                .Select(group => HandoverViews.Line(group.Last())),
        ];

    internal static List<LineView> Evidence(Item? item, ArtifactVersion reading) =>
        [.. CheckpointsOf(item, reading).SelectMany(c => c.Evidence).Distinct().Select(HandoverViews.Line)];
}
