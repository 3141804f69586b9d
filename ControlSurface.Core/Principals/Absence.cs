namespace ControlSurface.Core.Principals;

/// <summary>
/// Somebody is away (API.md, <c>PUT /me/absence</c>): reviews no longer count on them, so that one that asks only those who are away says
/// <c>nobody_eligible</c>. They may do what they may, should they look in.
/// </summary>
/// <param name="Until">When it ends by itself.</param>
public sealed record Absence(PrincipalId Who, DateTimeOffset Until, string? Note);
