namespace ControlSurface.Commands;

/// <summary>How to serve, from the command line.</summary>
/// <param name="Urls">Where to listen, separated by semicolons; null for what the settings say.</param>
/// <param name="Data">The data folder.</param>
/// <param name="Demo">Fill an empty folder with something to look at.</param>
/// <param name="Settings">What else was given as <c>--Name=value</c>: settings of the host.</param>
/// <param name="DemoSeed">Chooses the demo's content.</param>
/// <param name="AcceptsOpenFolder">Serves a data folder that other users of the machine get into; else it is refused.</param>
/// <param name="AcceptClock">Start though the machine's clock is more than an hour behind the journal.</param>
public sealed record ServeOptions(
    string? Urls,
    string Data,
    bool Demo,
    IReadOnlyList<string> Settings,
    int DemoSeed = 1,
    bool AcceptsOpenFolder = false,
    bool AcceptClock = false
);
