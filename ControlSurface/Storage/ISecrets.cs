using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Storage;

/// <summary>The names of what <see cref="ISecrets"/> keeps.</summary>
internal static class SecretNames
{
    /// <summary>What the secrets of webhooks are made from.</summary>
    internal const string Webhooks = "webhooks.secret";

    /// <summary>The whole addresses of webhooks.</summary>
    internal const string WebhookAddresses = "webhooks.addresses";

    /// <summary>Keys with which outside systems sign.</summary>
    internal const string HookKeys = "hooks.keys";

    /// <summary>What permits of actions are signed with.</summary>
    internal const string Permits = "permits.secret";

    internal static readonly IReadOnlyList<string> All = [Webhooks, WebhookAddresses, HookKeys, Permits];
}

/// <summary>
/// The secrets of one workspace, protected by keys that are kept beside them: whoever has both has the secrets. Safe from any thread.
/// </summary>
internal interface ISecrets
{
    /// <summary>Where one is kept, for a message.</summary>
    string Where(string name);

    /// <summary>Where the keys are kept that protect them, for a message.</summary>
    string Protection { get; }

    /// <summary>Has the keys of the framework's data protection kept here.</summary>
    void KeepKeys(IDataProtectionBuilder protection);

    /// <summary>Whether the key is there, of which what it protects names the id.</summary>
    bool HasKey(Guid id);

    /// <summary>Changes once one was written, by whichever process: to be compared with a value of before.</summary>
    long Version(string name);

    /// <summary>The protected bytes; null for none.</summary>
    byte[]? Read(string name);

    /// <summary>Puts others in their place, on the disk before it returns. Of several processes one does so at a time.</summary>
    /// <param name="update">Gets what is there, and gives what shall be there; null to leave it.</param>
    /// <returns>What is there now; null for nothing.</returns>
    byte[]? Update(string name, Func<byte[]?, byte[]?> update);
}

/// <summary>What is the same wherever secrets are kept.</summary>
internal static class Secrets
{
    /// <summary>What is protected for one application is not readable for another.</summary>
    private const string ApplicationName = "ControlSurface";

    /// <summary>Protects by the workspace's keys.</summary>
    internal static void AddProtection(this IServiceCollection services, ISecrets secrets) =>
        secrets.KeepKeys(services.AddDataProtection().SetApplicationName(ApplicationName));

    /// <summary>The same without an application: for the command line, and for workspaces beside the first.</summary>
    internal static IDataProtectionProvider OpenProtection(this ISecrets secrets)
    {
        var services = new ServiceCollection();
        services.AddProtection(secrets);
        // It lives as long as the process, as what it made does.
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }
}
