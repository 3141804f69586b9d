using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ControlSurface.Hosting;

/// <summary>A setting that cannot be. The message is a sentence for whoever started the server.</summary>
public sealed class ServerOptionsException : Exception
{
    /// <inheritdoc/>
    public ServerOptionsException() { }

    /// <inheritdoc/>
    public ServerOptionsException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public ServerOptionsException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>Reads what can be set, and says in a sentence what cannot.</summary>
internal static class SettingsReader
{
    /// <exception cref="ServerOptionsException">A settings file is no JSON.</exception>
    internal static WebApplicationBuilder NewBuilder(Commands.ServeOptions options)
    {
        try
        {
            return WebApplication.CreateBuilder(
                new WebApplicationOptions
                {
                    // Named, since in a test's process it would be the test's: static files are found by it.
                    ApplicationName = typeof(ServerHost).Assembly.GetName().Name,
                    Args = [.. options.Settings],
                    ContentRootPath = AppContext.BaseDirectory,
                }
            );
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException)
        {
            throw new ServerOptionsException(
                $"The settings cannot be read: {failure.Message} {failure.InnerException?.Message} Mend the file, or take it away.",
                failure
            );
        }
    }

    /// <summary>Where to listen.</summary>
    /// <exception cref="ServerOptionsException">One of them is no address.</exception>
    internal static string[] Urls(Commands.ServeOptions options, IConfiguration configuration)
    {
        var urls = (options.Urls ?? configuration["urls"] ?? ServerHost.DefaultUrl).Split(
            ';',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        if (urls.FirstOrDefault(url => !IsAddress(url)) is { } wrong)
            throw new ServerOptionsException(
                $"--urls has {wrong}, which is no address to listen at. Name one such as {ServerHost.DefaultUrl}."
            );
        return urls is [] ? [ServerHost.DefaultUrl] : urls;
    }

    /// <exception cref="ServerOptionsException">A name is not known, or a value cannot be.</exception>
    internal static ServerOptions Read(IConfiguration configuration)
    {
        ServerOptions settings;
        try
        {
            settings = ServerOptions.From(configuration.GetSection(ServerOptions.Section));
        }
        catch (InvalidOperationException failure)
        {
            throw new ServerOptionsException(
                $"A setting cannot be: {failure.Message} appsettings.sample.json has all of them.",
                failure
            );
        }
        if ((settings.Fault() ?? LogLevelFault(configuration.GetSection("Logging"))) is { } fault)
            throw new ServerOptionsException(fault);
        return settings;
    }

    /// <exception cref="ServerOptionsException">The port of HTTP/2 is one at which the server listens already.</exception>
    internal static void RefuseSharedPort(IEnumerable<string> addresses, int http2Port)
    {
        if (http2Port > 0 && addresses.FirstOrDefault(url => BindingAddress.Parse(url).Port == http2Port) is { } taken)
            throw new ServerOptionsException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ControlSurface:Http2Port is {http2Port}, which is the port of {taken} in --urls. Name another port, or 0 for none."
                )
            );
    }

    /// <summary>
    /// Leaves the framework's log of each request out, unless the settings name it: to be able to write it, the framework makes an activity
    /// and a scope for every request, whether or not a line is written.
    /// </summary>
    internal static void LeaveOutRequestLog(WebApplicationBuilder builder)
    {
        const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";
        var levels = builder.Configuration.GetSection("Logging:LogLevel");
        for (var name = Category; name.Contains('.', StringComparison.Ordinal); name = name[..name.LastIndexOf('.')])
        {
            if (levels[name] is not null)
                return;
        }
        builder.Logging.AddFilter(Category, LogLevel.None);
    }

    /// <summary>
    /// Leaves out that the keys of cookies are kept unencrypted, which the framework says at each first start: they lie in the data folder,
    /// which nobody but the server's own user may read, beside what they protect.
    /// </summary>
    internal static void LeaveOutKeyNotice(WebApplicationBuilder builder) =>
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);

    private static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.Port is >= 0 and <= 65535;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? LogLevelFault(IConfigurationSection logging)
    {
        foreach (var section in logging.GetChildren())
        {
            if (section.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var level in section.GetChildren())
                {
                    if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
                        return $"{level.Path} is {level.Value}, which is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.";
                }
            }
            else if (LogLevelFault(section) is { } fault)
            {
                return fault;
            }
        }
        return null;
    }
}
