using ControlSurface.Core.Engine;

namespace ControlSurface.Live;

/// <summary>Makes a key for an agent, for the page that connects the first one.</summary>
public interface IAgentKeys
{
    /// <summary>The data folder of this server, which a command beside it has to name.</summary>
    string Folder { get; }

    /// <summary>Adds an agent of that name, unless there is one, and gives it a key.</summary>
    /// <param name="caller">Who asks; they have to be an admin.</param>
    /// <returns>The key's text, which is nowhere else; or why there is none.</returns>
    Task<(string? Key, Outcome Outcome)> MakeAsync(string name, Caller caller);
}
