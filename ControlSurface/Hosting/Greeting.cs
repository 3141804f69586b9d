using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;

namespace ControlSurface.Hosting;

/// <summary>What a server says once it listens, whether it is the only one or one of several machines.</summary>
internal static class Greeting
{
    /// <summary>Writes the warnings, and how the first person gets in.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="access">Who may call in the first workspace.</param>
    /// <param name="restored">How many principals its journal knew and the access store did not.</param>
    /// <param name="banner">What the demo says; null where there is none.</param>
    /// <param name="knewAdmin">Whether the first workspace had an admin once, or may have had one.</param>
    internal static void Write(
        TextWriter output,
        Uri address,
        DataFolder folder,
        AccessStore access,
        int restored,
        string? banner,
        Func<bool> knewAdmin
    )
    {
        foreach (var warning in folder.Warnings)
            output.WriteLine($"Warning: {warning}");
        if (Connections.Warning(UnixFiles.OpenFilesLimit) is { } fewFiles)
            output.WriteLine($"Warning: {fewFiles}");
        if (restored > 0)
            output.WriteLine(
                $"Warning: {access.Where} did not know {restored} of those whom the journal knows. They are back under their own numbers, without keys: "
                    + $"run people reset-admin --data {folder.Path}, sign in, and give the others new keys."
            );
        if (banner is not null)
            output.WriteLine(banner);
        if (!access.HasAdmin)
            output.WriteLine(FirstLink.Line(address, folder.Path, access, knewAdmin));
    }

    /// <summary>Whether the journal of an open workspace knows somebody who was an admin.</summary>
    internal static bool KnewAdmin(WorkspaceHost host) =>
        host.Parts.Engine.Picture.Read(at =>
            at.Principals.Any(who => who.Roles.HasFlag(Roles.Admin) && who.Kind == PrincipalKind.Person)
        );
}
