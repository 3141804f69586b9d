using ControlSurface.Access;

namespace ControlSurface.Api.Bodies;

/// <summary>A browser in which somebody is signed in (API.md, Sessions). What its cookie holds is in no answer.</summary>
/// <param name="How">How they signed in: <c>key</c> or <c>link</c>.</param>
/// <param name="KeyId">The key that they signed in with, with which the session ends; null for a link.</param>
/// <param name="ExpiresAt">When it ends however much it is used: a day after it began at the latest.</param>
/// <param name="From">The address that they came from; null where it is not known.</param>
/// <param name="Browser">What their browser calls itself.</param>
internal sealed record SessionBody(
    string Id,
    string PrincipalId,
    string How,
    string? KeyId,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    string? From,
    string? Browser
)
{
    internal static SessionBody Of(SessionView s) =>
        new(
            s.Id,
            s.Principal.Text,
            s.By,
            s.Key is { } key ? KeyBody.IdOf(key) : null,
            s.MadeAt,
            s.SeenAt,
            s.ExpiresAt,
            s.Address,
            s.Browser
        );
}
