using ControlSurface.Access;
using ControlSurface.Core.Principals;

namespace ControlSurface.Commands.Checks;

/// <summary>The people and keys that the workspace has, compared with the principals that the journal knows.</summary>
internal sealed class AccessChecks(ExaminedFolder at) : CheckGroup(at)
{
    private const string RestoreAccess =
        "Restore it from the newest backup; or start the server, which adds them again without keys, and run people reset-admin.";

    internal void Access(string name, string? file)
    {
        var known = At.Replayed?.Principals.ToList() ?? [];
        using var tables = At.Home.Examine(AccessDb.File);
        if (tables is null)
        {
            if (known.Count == 0)
                Good(name, file, "nobody was added yet");
            else
                Wrong(
                    name,
                    file,
                    Invariant(
                        $"It is missing, and the journal knows {known.Count} principals: nobody can sign in or call."
                    ),
                    RestoreAccess
                );
            return;
        }
        var snapshot = AccessStore.ReadSnapshot(tables, out var keys);
        var before = At.Findings.Count;
        Principals(name, file, snapshot, known);
        foreach (var id in keys)
            Wrong(
                name,
                file,
                Invariant($"The key K-{id} is of nobody, or is no key."),
                Invariant($"Run keys revoke K-{id}, or restore the newest backup.")
            );
        if (known.Any(IsAdmin) && !snapshot.Principals.Any(p => IsAdmin(p) && p.State == PrincipalState.Active))
            Wrong(name, file, "Nobody is an admin any more.", "Run people reset-admin.");
        if (At.Findings.Count == before)
            Good(name, file, Invariant($"{snapshot.Principals.Count} principals"));
    }

    private void Principals(string name, string? file, AccessSnapshot snapshot, List<Principal> known)
    {
        var missing = known.Where(p => p.Id != PrincipalId.System && snapshot.Find(p.Id) is null).ToList();
        if (missing.Count > 0)
            Wrong(
                name,
                file,
                $"It does not know {string.Join(", ", missing.Take(10).Select(p => $"{p.Id.Text} {p.Name}"))}{(missing.Count > 10 ? ", …" : "")}, whom the journal knows: it was lost, or is an older copy.",
                RestoreAccess
            );
        foreach (var principal in snapshot.Principals.Where(p => p.Roles == Roles.None))
            Wrong(
                name,
                file,
                $"{principal.Id.Text} {principal.Name} has no role that is one.",
                "Set their roles (PUT /principals/{id}), or restore the newest backup."
            );
    }

    private static bool IsAdmin(Principal principal) =>
        principal.Kind == PrincipalKind.Person && principal.Roles.HasFlag(Roles.Admin);
}
