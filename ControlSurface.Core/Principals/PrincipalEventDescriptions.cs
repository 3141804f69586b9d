using System.Diagnostics;

namespace ControlSurface.Core.Principals;

/// <summary>Each <see cref="PrincipalEvent"/> as a sentence.</summary>
internal static class PrincipalEventDescriptions
{
    internal static string Of(PrincipalEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            PrincipalEvent.Left e =>
                $"{nameOf(e.Who)} is away until {Phrases.Clock(e.Until)}{Phrases.Because(e.Note)}.",
            PrincipalEvent.CameBack e => $"{nameOf(e.Who)} is back.",
            PrincipalEvent.KeyIssued e => $"{by} gave {nameOf(e.Owner)} the key {e.Key} ({e.Name}).",
            PrincipalEvent.KeyRevoked e => $"{by} revoked the key {e.Key} of {nameOf(e.Owner)}.",
            PrincipalEvent.SessionBegan e =>
                $"{nameOf(e.Who)} signed in with {(e.Key is null ? "a one-time link" : $"the key {e.Key}")} (session {e.Session}).",
            PrincipalEvent.SessionEnded e =>
                $"The session {e.Session} of {nameOf(e.Who)} ended ({e.EndedAs.Replace('_', ' ')}).",
            PrincipalEvent.Set e =>
                $"{e.Principal.Name} ({WireNames.Of(e.Principal.Kind)}) is {WireNames.Of(e.Principal.State)}{Phrases.Because(e.Principal.Why)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
