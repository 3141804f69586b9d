using System.Diagnostics;

namespace ControlSurface.Core.Checkpoints;

/// <summary>Each <see cref="CheckpointEvent"/> as a sentence.</summary>
internal static class CheckpointEventDescriptions
{
    internal static string Of(CheckpointEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            CheckpointEvent.Recorded e =>
                $"{by} recorded checkpoint {Phrases.Number(e.Number)}{(e.Late ? ", late" : "")}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
