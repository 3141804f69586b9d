using System.Diagnostics;

namespace ControlSurface.Core.Locks;

/// <summary>Each <see cref="HoldEvent"/> as a sentence.</summary>
internal static class HoldEventDescriptions
{
    internal static string Of(HoldEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            HoldEvent.Began e => $"{e.ByName} holds {e.Target} until {Phrases.Clock(e.Until)}{Phrases.Because(e.Why)}.",
            HoldEvent.Ended { Because: HoldEnd.Expired } e => $"The hold on {e.Target} ended at its time.",
            HoldEvent.Ended e => $"{by} ended the hold on {e.Target}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
