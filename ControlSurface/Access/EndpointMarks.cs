using Microsoft.AspNetCore.Authorization;

namespace ControlSurface.Access;

/// <summary>
/// Metadata of an endpoint where only a key says who calls (API.md, Who calls): no cookie is looked at, so nothing that guards
/// cookies applies.
/// </summary>
/// <param name="FromAnySite">
/// A page of another site may call it, with a key of its own; false for MCP, whose servers must look at <c>Origin</c>.
/// </param>
internal sealed record KeyOnly(bool FromAnySite);

/// <summary>Metadata of an endpoint that is called by programs: what it refuses is a problem, never a page or a redirect.</summary>
internal sealed record ForPrograms
{
    internal static readonly ForPrograms Instance = new();
}

/// <summary>How an endpoint says who may reach it; <c>Entrances</c> reads it.</summary>
internal static class EndpointMarks
{
    /// <summary>The authentication scheme that reads a key.</summary>
    internal const string KeyScheme = "key";

    /// <summary>Lets in whoever has a key.</summary>
    internal const string KeyPolicy = "key";

    /// <summary>Lets in whoever has a key or is signed in.</summary>
    internal const string KeyOrSessionPolicy = "key or session";

    /// <summary>Lets in this machine as well.</summary>
    internal const string LocalPolicy = "this machine, or key or session";

    /// <summary>For programs with a key, which is checked before the endpoint runs.</summary>
    internal static TBuilder TakesKeys<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(KeyPolicy).WithMetadata(new KeyOnly(FromAnySite: false), ForPrograms.Instance);

    /// <summary>For programs with a key, which the endpoint itself checks.</summary>
    internal static TBuilder ChecksItsKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(new KeyOnly(FromAnySite: true), ForPrograms.Instance);

    /// <summary>For programs; who may call is for another convention to say.</summary>
    internal static TBuilder IsForPrograms<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(ForPrograms.Instance);
}
