using ControlSurface.Core.Principals;

namespace ControlSurface.Demo;

/// <summary>The one thing that the demo may ask behind the API's back: who exists. All else it does as a client.</summary>
internal interface IDemoAccess
{
    /// <summary>Adds a principal to the workspace and makes a key for it, as <c>keys add</c> does.</summary>
    /// <returns>The API key, shown this once.</returns>
    Task<string> AddPrincipalAsync(string name, PrincipalKind kind, Roles roles);
}
