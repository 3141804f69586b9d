using System.Globalization;

namespace ControlSurface.Commands.Checks;

/// <summary>Checks of one part of a data folder. Each method is one check: it is given the check's name and file, and adds findings.</summary>
internal abstract class CheckGroup(ExaminedFolder at)
{
    /// <summary>What to do where something else kept a check from being made.</summary>
    internal const string NotRead = "Mend that, then run doctor again.";

    protected ExaminedFolder At => at;

    protected void Good(string name, string? file, string what) =>
        at.Add(new Finding(name, FindingState.Good, file, what, Do: null));

    protected void Wrong(string name, string? file, string what, string doThis) =>
        at.Add(new Finding(name, FindingState.Wrong, file, what, doThis));

    protected void Unknown(string name, string? file, string what, string doThis) =>
        at.Add(new Finding(name, FindingState.Unknown, file, what, doThis));

    /// <summary>A number that a database or the journal's mark has as text; 0 where there is none.</summary>
    protected static long NumberIn(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    protected static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
