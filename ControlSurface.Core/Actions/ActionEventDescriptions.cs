using System.Diagnostics;

namespace ControlSurface.Core.Actions;

/// <summary>Each <see cref="ActionEvent"/> as a sentence.</summary>
internal static class ActionEventDescriptions
{
    internal static string Of(ActionEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ActionEvent.Prepared e => $"{by} prepared {e.Action}: {e.Kind} on {e.Target}.",
            ActionEvent.Carried e => $"{e.Action} goes with version {e.Version}.",
            ActionEvent.Begun e => $"{e.Name} began {e.Action} and has until {Phrases.Clock(e.ApplyBy)}.",
            ActionEvent.Applied { How: SettledBy.Verify } e =>
                $"{by} saw that {e.Action} was applied{Phrases.Because(e.Note)}.",
            ActionEvent.Applied e => $"{by} applied {e.Action}{(e.Late ? ", late" : "")}.",
            ActionEvent.HadNoEffect { How: SettledBy.Verify } e =>
                $"{by} saw that {e.Action} had no effect{Phrases.Because(e.Why)}.",
            ActionEvent.HadNoEffect e => $"{e.Action} had no effect{Phrases.Because(e.Why)}.",
            ActionEvent.BecameAmbiguous e => $"Nobody knows whether {e.Action} happened{Phrases.Because(e.Why)}.",
            ActionEvent.Withdrawn e => $"{e.Action} was withdrawn{Phrases.Because(e.Why)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
