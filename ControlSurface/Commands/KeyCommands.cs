using System.CommandLine;
using System.Globalization;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Webhooks;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary><c>keys</c>: adds, lists and ends the keys by which agents and scripts call.</summary>
internal sealed class KeyCommands(AccessFolder access, TimeProvider clock)
{
    /// <summary>The command <c>keys</c> with all that are under it.</summary>
    internal Command Keys() =>
        new("keys", "Keys by which agents and scripts call.")
        {
            CommandOptions.Workspace,
            AddKey(),
            ListKeys(),
            RevokeKey(),
        };

    private Command AddKey()
    {
        var name = new Option<string>("--name")
        {
            Description = "Whose key: a new or a known principal.",
            Required = true,
        };
        var kind = new Option<string>("--kind") { Description = "agent or person.", Required = true };
        kind.AcceptOnlyFromAmong("agent", "person");
        var (roles, queues, fresh) = (
            CommandOptions.RoleOption(),
            CommandOptions.QueueOption(),
            CommandOptions.NewFolderOption()
        );
        var hook = new Option<string?>("--hook")
        {
            Description =
                "Keeps the key, protected, so that this source (github, as in POST /hooks/github) may sign with it as its secret.",
        };
        var command = new Command("add", "Makes a key and prints it, once.") { name, kind, roles, queues, fresh, hook };
        command.SetAction(parsed =>
        {
            using var store = access.OpenOrMake(parsed, fresh, out var folder);
            var owner = Owner(
                store,
                parsed.GetValue(name)!,
                parsed.GetValue(kind) == "person" ? PrincipalKind.Person : PrincipalKind.Agent,
                CommandOptions.RolesOf(parsed.GetValue(roles)!),
                CommandOptions.QueuesOf(parsed.GetValue(queues))
            );
            var key = store.AddKey(owner.Id, owner.Name);
            if (parsed.GetValue(hook) is { Length: > 0 } source)
                HookKeys.Open(folder).Keep(source, key.Text);
            // Alone on its line, so that KEY=$(… keys add …) is all that a script needs.
            parsed.InvocationConfiguration.Output.WriteLine(key.Text);
            parsed.InvocationConfiguration.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"K-{key.Id} of {owner.Name}, kept in {folder}.")
            );
            return 0;
        });
        return command;
    }

    // Keys are rotated by adding a second one to the same principal. That never changes the principal's roles or queues.
    private static Principal Owner(
        AccessStore store,
        string name,
        PrincipalKind kind,
        Roles roles,
        IReadOnlyList<string>? queues
    )
    {
        if (store.Find(name) is not { } known)
            return store.AddPrincipal(name, kind, roles, queues);
        var same =
            (known.Queues ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(queues ?? [])
            && known.Queues is null == queues is null;
        if (known.Kind == kind && known.Roles == roles && same)
            return known;
        throw new AccessRefusedException(
            $"{name} is known already: {WireNames.Of(known.Kind)}, {AccessSnapshot.WordsOf(known.Roles)}, "
                + (known.Queues is null ? "every queue. " : $"queues {string.Join(", ", known.Queues)}. ")
                + "Ask for the same to add a key, or choose another name."
        );
    }

    private Command ListKeys()
    {
        var command = new Command("list", "Lists keys; never their text.");
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            foreach (var key in store.Keys())
            {
                var state =
                    key.RevokedAt is not null ? "revoked"
                    : key.ExpiresAt <= clock.GetUtcNow() ? "expired"
                    : "valid";
                parsed.InvocationConfiguration.Output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"K-{key.Id}\t{state}\t{store.Find(key.Principal)?.Name}\t{key.Begins}...{key.Ends}\tmade {key.CreatedAt:u}\tused {key.LastUsedAt?.ToString("u", CultureInfo.InvariantCulture) ?? "never"}"
                    )
                );
            }
            return 0;
        });
        return command;
    }

    private Command RevokeKey()
    {
        var id = new Argument<string>("KEY") { Description = "The key's id, as keys list shows it: K-6." };
        var command = new Command("revoke", "Ends a key at once.") { id };
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            var text = parsed.GetValue(id)!;
            if (
                !text.StartsWith("K-", StringComparison.Ordinal)
                || !int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || store.RevokeKey(number) is not { } owner
            )
                throw new AccessRefusedException($"There is no key {text}. See keys list.");
            parsed.InvocationConfiguration.Output.WriteLine($"Revoked {text} of {owner.Name}.");
            return 0;
        });
        return command;
    }
}
