using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Artifacts;

/// <summary>The contents that a merge on an old base has to hold: those that compete in the open conflict on that base.</summary>
public static class MergeOffers
{
    extension(MergeOffer)
    {
        /// <summary>
        /// Hashes of the contents that already compete on that base, without <paramref name="proposed"/>: the merge must hold them
        /// too. Empty where all together would be more than <see cref="MergeOffer.MostTogether"/>.
        /// </summary>
        public static IReadOnlyList<string> OthersOn(IArtifacts at, Artifact artifact, int baseVersion, string proposed)
        {
            if (at.FindConflictByKey(ConflictKey(artifact.Id, baseVersion)) is not { IsOpen: true } conflict)
                return [];
            List<string> others = [.. conflict.Proposals.Select(p => p.ContentHash!).Where(hash => hash != proposed)];
            return others.Count < MergeOffer.MostTogether ? others : [];
        }

        /// <summary>What makes writes on one old base one collision.</summary>
        internal static string ConflictKey(ArtifactId artifact, int baseVersion) =>
            $"{WireNames.Of(ConflictKind.OverlappingEdit)}|{artifact}|{baseVersion}";
    }
}
