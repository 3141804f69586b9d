namespace ControlSurface.Core.Principals;

/// <summary>
/// Somebody is away (API.md, <c>PUT /me/absence</c>). Reviews do not count them as eligible while it lasts; they may act all the same.
/// </summary>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Note">Up to 4,000 characters; null for none.</param>
public sealed record Absence(PrincipalId Who, DateTimeOffset Until, string? Note);
