using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ControlSurface.Components.Parts;

/// <summary>One line of a <see cref="ChoiceMenu"/>: a link, or something to do.</summary>
public sealed record MenuEntry(string Words)
{
    /// <summary>Where it leads; null where it does something.</summary>
    public string? Href { get; init; }

    /// <summary>A second text behind the words, in grey: what it is there; null for none.</summary>
    public string? Detail { get; init; }

    /// <summary>It leads out of this page's router: the browser loads the address anew.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>The name of where it leads, for tests (<c>data-leads-to</c>).</summary>
    public string? LeadsTo { get; init; }

    /// <summary>What it does when it is chosen.</summary>
    public EventCallback<MouseEventArgs> Press { get; init; }

    /// <summary>The act's name for tests and keys (<c>data-do</c>).</summary>
    public string? Do { get; init; }

    /// <summary>Why it cannot be chosen now; null where it can.</summary>
    public string? Off { get; init; }

    /// <summary>It is one of several that may be chosen together: choosing it leaves the menu open.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>It is what holds now.</summary>
    public bool IsChosen { get; init; }
}
