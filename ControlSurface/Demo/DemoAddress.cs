namespace ControlSurface.Demo;

/// <summary>Where a client on this machine reaches the server.</summary>
internal static class DemoAddress
{
    /// <summary>The address to call, given those that the server listens on; plain HTTP first, as it needs no trust.</summary>
    /// <returns>Null where the server listens nowhere.</returns>
    public static Uri? Of(IEnumerable<string> addresses)
    {
        Uri? found = null;
        foreach (var address in addresses)
        {
            // Every interface is no address to call, and its usual spellings are not all valid in a URI.
            var callable = address
                .Replace("//+", "//localhost", StringComparison.Ordinal)
                .Replace("//*", "//localhost", StringComparison.Ordinal)
                .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
                .Replace("//[::]", "//[::1]", StringComparison.Ordinal);
            if (!Uri.TryCreate(callable, UriKind.Absolute, out var uri))
                continue;
            if (uri.Scheme == Uri.UriSchemeHttp)
                return uri;
            found ??= uri.Scheme == Uri.UriSchemeHttps ? uri : null;
        }
        return found;
    }
}
