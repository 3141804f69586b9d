using System.CommandLine;
using System.Globalization;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary><c>people</c>: adds the people who sign in, lets them in, and ends what they may.</summary>
internal sealed class PeopleCommands(AccessFolder access, TimeProvider clock)
{
    /// <summary>The command <c>people</c> with all that are under it.</summary>
    internal Command People() =>
        new("people", "People who sign in.")
        {
            CommandOptions.Workspace,
            AddPerson(),
            JoinPerson(),
            LinkPerson(),
            SignOutPerson(),
            DisablePerson(),
            ResetAdmin(),
        };

    private Command AddPerson()
    {
        var name = new Argument<string>("NAME") { Description = "As others will see it." };
        var (roles, queues, fresh) = (
            CommandOptions.RoleOption(),
            CommandOptions.QueueOption(),
            CommandOptions.NewFolderOption()
        );
        var command = new Command("add", "Adds a person and prints a link that signs them in once.")
        {
            name,
            roles,
            queues,
            fresh,
        };
        command.SetAction(parsed =>
        {
            using var store = access.OpenOrMake(parsed, fresh, out var folder);
            var person = store.AddPrincipal(
                parsed.GetValue(name)!,
                PrincipalKind.Person,
                CommandOptions.RolesOf(parsed.GetValue(roles)!),
                CommandOptions.QueuesOf(parsed.GetValue(queues))
            );
            parsed.InvocationConfiguration.Output.WriteLine(store.MakeSignInLink(person.Id));
            parsed.InvocationConfiguration.Error.WriteLine(
                $"{person.Name} is {person.Id.Text}, kept in {folder}. The link goes behind the server's address."
            );
            return 0;
        });
        return command;
    }

    private Command LinkPerson()
    {
        var name = new Argument<string>("NAME");
        var command = new Command("link", "Prints a link that signs a person in once, within 15 minutes.") { name };
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            parsed.InvocationConfiguration.Output.WriteLine(
                store.MakeSignInLink(AccessFolder.Known(store, parsed.GetValue(name)!).Id)
            );
            return 0;
        });
        return command;
    }

    private Command SignOutPerson()
    {
        var name = new Argument<string>("NAME");
        var command = new Command(
            "sign-out",
            "Ends all sessions of a person at once: their browsers have to sign in again. Keys and leases stay."
        )
        {
            name,
        };
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            var person = AccessFolder.Known(store, parsed.GetValue(name)!);
            var ended = store.EndSessions(person.Id, by: null);
            parsed.InvocationConfiguration.Output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Signed {person.Name} out of {ended} {(ended == 1 ? "session" : "sessions")}."
                )
            );
            return 0;
        });
        return command;
    }

    private Command DisablePerson()
    {
        var name = new Argument<string>("NAME");
        var command = new Command("disable", "Ends a principal for good: sign-ins, keys, leases and open pages.")
        {
            name,
        };
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            var ended = store.SetState(
                AccessFolder.Known(store, parsed.GetValue(name)!).Id,
                PrincipalState.Ended,
                "disabled from the command line"
            );
            parsed.InvocationConfiguration.Output.WriteLine($"Disabled {ended.Name}.");
            return 0;
        });
        return command;
    }

    private Command ResetAdmin()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "Who becomes an admin again; left out for the first admin that there is, or a new one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command(
            "reset-admin",
            "Makes a person an admin again, tells the journal, and prints a link that signs them in once."
        )
        {
            name,
        };
        command.SetAction(parsed =>
        {
            using var store = access.Open(parsed);
            var admin = store.ResetAdmin(parsed.GetValue(name));
            parsed.InvocationConfiguration.Output.WriteLine(store.MakeSignInLink(admin.Id));
            parsed.InvocationConfiguration.Error.WriteLine(
                $"{admin.Name} ({admin.Id.Text}) is an admin. The link goes behind the server's address, within 15 minutes."
            );
            return 0;
        });
        return command;
    }

    private Command JoinPerson()
    {
        var name = new Argument<string>("NAME") { Description = "As they are called where they belong already." };
        var from = new Option<string?>("--from")
        {
            Description = "A workspace to which they belong; the first where left out.",
        };
        var (roles, queues) = (CommandOptions.RoleOption(), CommandOptions.QueueOption());
        var command = new Command(
            "join",
            "Lets a person of another workspace into the one that --workspace names, with roles of their own there: one sign-in for both."
        )
        {
            name,
            from,
            roles,
            queues,
        };
        command.SetAction(parsed =>
        {
            var home = WorkspacesCommand.FolderOf(parsed.GetValue(CommandOptions.Data)!, parsed.GetValue(from));
            using var store = access.Open(parsed);
            if (home == AccessFolder.FolderOf(parsed))
                throw new AccessRefusedException("Name two workspaces: --from has the person, --workspace gets them.");
            using var there = AccessStore.Open(home, clock);
            var known = AccessFolder.Known(there, parsed.GetValue(name)!);
            var member = store.AddMember(
                there.PersonFor(known.Id),
                known.Name,
                CommandOptions.RolesOf(parsed.GetValue(roles)!),
                CommandOptions.QueuesOf(parsed.GetValue(queues))
            );
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{known.Name} ({known.Id.Text}) is {member.Id.Text} there: {AccessSnapshot.WordsOf(member.Roles)}."
            );
            return 0;
        });
        return command;
    }
}
