using System.CommandLine;
using ControlSurface.Access;
using ControlSurface.Core.Principals;

namespace ControlSurface.Commands;

/// <summary>Options that several commands share, and what their words mean.</summary>
internal static class CommandOptions
{
    internal static readonly Option<string> Data = new("--data")
    {
        Description = "Folder in which everything is kept; of a command beside a server, the server's.",
        DefaultValueFactory = _ => "./data",
        Recursive = true,
    };

    internal static readonly Option<string?> Workspace = new("--workspace")
    {
        Description = "The workspace that is meant; the first where left out.",
        Recursive = true,
    };

    internal static Option<bool> NewFolderOption() =>
        new("--new-folder") { Description = "Begins a data folder where --data does not name one." };

    internal static Option<string[]> RoleOption()
    {
        var roles = new Option<string[]>("--role")
        {
            Description = "What they may do; may be given more than once.",
            Required = true,
        };
        roles.AllowMultipleArgumentsPerToken = true;
        roles.AcceptOnlyFromAmong("viewer", "agent", "reviewer", "support", "manager", "admin");
        return roles;
    }

    internal static Option<string[]?> QueueOption() =>
        new("--queue")
        {
            Description = "The only queues that they may touch; left out for all.",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <summary>The roles that the words of <c>--role</c> name.</summary>
    internal static Roles RolesOf(string[] words) => AccessSnapshot.RolesOf(string.Join(' ', words));

    /// <summary>The queues that <c>--queue</c> names; null for all, where it was left out.</summary>
    internal static string[]? QueuesOf(string[]? names) =>
        names is null or [] ? null : [.. names.Distinct(StringComparer.Ordinal)];
}
