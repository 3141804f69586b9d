namespace ControlSurface.Demo;

/// <summary>Who plays a part of the demo.</summary>
/// <param name="Name">The name they got, which may not be the one that was asked for.</param>
/// <param name="Key">The API key, shown this once.</param>
internal sealed record DemoMember(string Name, string Key);

/// <summary>The one thing that the demo may ask behind the API's back: who exists. All else it does as a client.</summary>
internal interface IDemoAccess
{
    /// <summary>
    /// Makes a key for the principal of that name, as <c>keys add</c> does, and adds the principal where there is none. Where
    /// the name belongs to somebody of another kind, with other roles or not active, another name is taken.
    /// </summary>
    Task<DemoMember> JoinAsync(string name, PrincipalKind kind, Roles roles);
}
