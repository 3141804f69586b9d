namespace ControlSurface.Demo;

/// <summary>Whether this server shows simulated work, from which seed, and what every page says about it.</summary>
/// <param name="Seed">Chooses texts, numbers and the agents' temper. The pace depends on the machine as well.</param>
internal sealed record DemoMode(bool IsOn, int Seed)
{
    /// <summary>The name of the demo's second workspace, in which little goes on.</summary>
    public const string SecondWorkspace = "research";

    /// <summary>Whether few take part: one agent, and what it works on.</summary>
    public bool IsSmall { get; init; }

    public static readonly DemoMode Off = new(IsOn: false, Seed: 0);

    /// <summary>What a page says at the top; null where the server is no demo.</summary>
    public string? Banner =>
        IsOn
            ? "This is a demo. The agents, people and customers are simulated, and the data folder can be thrown away."
            : null;

    /// <summary>Why the demo does not start on this data folder; null where it may.</summary>
    /// <param name="journalFile">Where the folder keeps its journal, or would keep it.</param>
    public static string? Refusal(string journalFile) =>
        File.Exists(journalFile)
            ? $"The demo fills a fresh data folder, and {journalFile} already holds a journal; "
                + "name an empty folder with --data, or start without --demo."
            : null;
}
