using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace ControlSurface.Components.Parts;

/// <summary>One line of a <see cref="ChoiceMenu"/>: a link, or something to do.</summary>
public sealed record MenuEntry(string Words)
{
    /// <summary>Where it leads; null where it does something.</summary>
    public string? Href { get; init; }

    /// <summary>What it does when it is chosen.</summary>
    public EventCallback<MouseEventArgs> Press { get; init; }

    /// <summary>The act's name for tests and keys (<c>data-do</c>).</summary>
    public string? Do { get; init; }

    /// <summary>Why it cannot be chosen now; null where it can.</summary>
    public string? Off { get; init; }

    /// <summary>It is what holds now.</summary>
    public bool IsChosen { get; init; }
}
