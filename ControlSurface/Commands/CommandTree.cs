using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Globalization;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Webhooks;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary>How to serve, from the command line.</summary>
/// <param name="Urls">Where to listen, separated by semicolons; null for what the settings say.</param>
/// <param name="Data">The data folder.</param>
/// <param name="Demo">Fill an empty folder with something to look at.</param>
/// <param name="Settings">What else was given as <c>--Name=value</c>: settings of the host.</param>
/// <param name="DemoSeed">Chooses the demo's content.</param>
/// <param name="AcceptsOpenFolder">Serves a data folder that other users of the machine get into; else it is refused.</param>
/// <param name="AcceptClock">Start though the machine's clock is more than an hour behind the journal.</param>
public sealed record ServeOptions(
    string? Urls,
    string Data,
    bool Demo,
    IReadOnlyList<string> Settings,
    int DemoSeed = 1,
    bool AcceptsOpenFolder = false,
    bool AcceptClock = false
);

/// <summary>The command line: <c>serve</c> (default), <c>keys</c>, <c>people</c>, <c>doctor</c> (API.md, Who calls).</summary>
public sealed class CommandTree
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder in which everything is kept; of a command beside a server, the server's.",
        DefaultValueFactory = _ => "./data",
        Recursive = true,
    };

    private static readonly Option<string?> WorkspaceOption = new("--workspace")
    {
        Description = "The workspace that is meant; the first where left out.",
        Recursive = true,
    };

    private readonly Func<ServeOptions, Task<int>> _serve;
    private readonly TimeProvider _clock;

    private CommandTree(Func<ServeOptions, Task<int>> serve, TimeProvider clock)
    {
        _serve = serve;
        _clock = clock;
    }

    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="serve">Starts the server and returns when it has stopped, with the exit code.</param>
    /// <returns>The exit code: 0 done, 1 refused, with a sentence on the standard error stream.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        Func<ServeOptions, Task<int>> serve,
        TextWriter? output = null,
        TextWriter? error = null,
        TimeProvider? clock = null
    )
    {
        var (into, complaints) = (output ?? Console.Out, error ?? Console.Error);
        var root = new CommandTree(serve, clock ?? TimeProvider.System).Root();
        var invocation = new InvocationConfiguration
        {
            Output = into,
            Error = complaints,
            EnableDefaultExceptionHandler = false,
            // The host itself answers SIGTERM: it drains, and a stop that takes its time still ends with 0.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await root.Parse([.. args]).InvokeAsync(invocation);
        }
        catch (Exception refused)
            when (refused is AccessRefusedException or DataFolderException or JournalCorruptException)
        {
            await complaints.WriteLineAsync(refused.Message);
            return 1;
        }
        catch (Exception failure) when (failure is DbException or IOException or UnauthorizedAccessException)
        {
            await complaints.WriteLineAsync($"The data folder cannot be used: {failure.Message} Run doctor.");
            return 1;
        }
    }

    private RootCommand Root()
    {
        var root = new RootCommand("ControlSurface: who owns which work, between agents and people.") { Data };
        Serving(root);
        root.Add(Serving(new Command("serve", "Serves (the default).")));
        root.Add(
            new Command("keys", "Keys by which agents and scripts call.")
            {
                WorkspaceOption,
                AddKey(),
                ListKeys(),
                RevokeKey(),
            }
        );
        root.Add(
            new Command("people", "People who sign in.")
            {
                WorkspaceOption,
                AddPerson(),
                JoinPerson(),
                LinkPerson(),
                SignOutPerson(),
                DisablePerson(),
                ResetAdmin(),
            }
        );
        root.Add(Doctor());
        root.Add(WorkspacesCommand.Of(Data, _clock));
        return root;
    }

    private Command Serving(Command command)
    {
        var urls = new Option<string?>("--urls") { Description = "Where to listen, e.g. http://127.0.0.1:5080." };
        var demo = new Option<bool>("--demo") { Description = "Fill an empty folder with something to look at." };
        command.Add(urls);
        var seed = new Option<int>("--demo-seed")
        {
            Description = "Chooses the demo's content.",
            DefaultValueFactory = _ => 1,
        };
        var open = new Option<bool>("--accept-open-folder")
        {
            Description = "Serves a data folder that other users of this machine get into; else it is refused.",
        };
        var acceptClock = new Option<bool>("--accept-clock")
        {
            Description =
                "Start though the machine's clock is more than an hour behind the journal: time goes on from the journal's last event.",
        };
        command.Add(acceptClock);
        command.Add(demo);
        command.Add(seed);
        command.Add(open);
        // Settings of the host (--Logging:LogLevel:Default=Debug) pass through; anything else is a mistake.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async parsed =>
        {
            if (parsed.UnmatchedTokens.FirstOrDefault(token => !IsSetting(token)) is { } unknown)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"Unknown: {unknown}. See --help.");
                return 1;
            }
            return await _serve(
                new ServeOptions(
                    parsed.GetValue(urls),
                    parsed.GetValue(Data)!,
                    parsed.GetValue(demo),
                    parsed.UnmatchedTokens,
                    parsed.GetValue(seed),
                    parsed.GetValue(open),
                    parsed.GetValue(acceptClock)
                )
            );
        });
        return command;
    }

    private Command AddKey()
    {
        var name = new Option<string>("--name")
        {
            Description = "Whose key: a new or a known principal.",
            Required = true,
        };
        var kind = new Option<string>("--kind") { Description = "agent or person.", Required = true };
        kind.AcceptOnlyFromAmong("agent", "person");
        var (roles, queues, fresh) = (RoleOption(), QueueOption(), NewFolderOption());
        var hook = new Option<string?>("--hook")
        {
            Description =
                "Keeps the key, protected, so that this source (github, as in POST /hooks/github) may sign with it as its secret.",
        };
        var command = new Command("add", "Makes a key and prints it, once.") { name, kind, roles, queues, fresh, hook };
        command.SetAction(parsed =>
        {
            using var store = OpenOrMake(parsed, fresh, out var folder);
            var owner = Owner(
                store,
                parsed.GetValue(name)!,
                parsed.GetValue(kind) == "person" ? PrincipalKind.Person : PrincipalKind.Agent,
                RolesOf(parsed.GetValue(roles)!),
                QueuesOf(parsed.GetValue(queues))
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

    // A second key for the same principal is how keys are rotated; it never changes what they may.
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
            using var store = Open(parsed);
            foreach (var key in store.Keys())
            {
                var state =
                    key.RevokedAt is not null ? "revoked"
                    : key.ExpiresAt <= _clock.GetUtcNow() ? "expired"
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
            using var store = Open(parsed);
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

    private Command AddPerson()
    {
        var name = new Argument<string>("NAME") { Description = "As others will see it." };
        var (roles, queues, fresh) = (RoleOption(), QueueOption(), NewFolderOption());
        var command = new Command("add", "Adds a person and prints a link that signs them in once.")
        {
            name,
            roles,
            queues,
            fresh,
        };
        command.SetAction(parsed =>
        {
            using var store = OpenOrMake(parsed, fresh, out var folder);
            var person = store.AddPrincipal(
                parsed.GetValue(name)!,
                PrincipalKind.Person,
                RolesOf(parsed.GetValue(roles)!),
                QueuesOf(parsed.GetValue(queues))
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
            using var store = Open(parsed);
            parsed.InvocationConfiguration.Output.WriteLine(
                store.MakeSignInLink(Known(store, parsed.GetValue(name)!).Id)
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
            using var store = Open(parsed);
            var person = Known(store, parsed.GetValue(name)!);
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
            using var store = Open(parsed);
            var ended = store.SetState(
                Known(store, parsed.GetValue(name)!).Id,
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
            using var store = Open(parsed);
            var admin = store.ResetAdmin(parsed.GetValue(name));
            parsed.InvocationConfiguration.Output.WriteLine(store.MakeSignInLink(admin.Id));
            parsed.InvocationConfiguration.Error.WriteLine(
                $"{admin.Name} ({admin.Id.Text}) is an admin. The link goes behind the server's address, within 15 minutes."
            );
            return 0;
        });
        return command;
    }

    private Command Doctor()
    {
        var json = new Option<bool>("--json") { Description = "For machines." };
        var command = new Command(
            "doctor",
            "Looks the data folder over and changes nothing. Exit code 0: all is well; 1: something is wrong; "
                + "2: nothing wrong was found, but something could not be looked at."
        )
        {
            json,
            WorkspaceOption,
        };
        command.SetAction(parsed =>
        {
            var examined = Examination.Of(parsed.GetValue(Data)!, parsed.GetValue(WorkspaceOption), _clock);
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? examined.ToJson() : examined.ToText()
            );
            return examined.ExitCode;
        });
        return command;
    }

    private static string FolderOf(ParseResult parsed) =>
        WorkspacesCommand.FolderOf(parsed.GetValue(Data)!, parsed.GetValue(WorkspaceOption));

    private Command JoinPerson()
    {
        var name = new Argument<string>("NAME") { Description = "As they are called where they belong already." };
        var from = new Option<string?>("--from")
        {
            Description = "A workspace to which they belong; the first where left out.",
        };
        var (roles, queues) = (RoleOption(), QueueOption());
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
            var home = WorkspacesCommand.FolderOf(parsed.GetValue(Data)!, parsed.GetValue(from));
            using var store = Open(parsed);
            if (home == FolderOf(parsed))
                throw new AccessRefusedException("Name two workspaces: --from has the person, --workspace gets them.");
            using var there = AccessStore.Open(home, _clock);
            var known = Known(there, parsed.GetValue(name)!);
            var member = store.AddMember(
                there.PersonFor(known.Id),
                known.Name,
                RolesOf(parsed.GetValue(roles)!),
                QueuesOf(parsed.GetValue(queues))
            );
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{known.Name} ({known.Id.Text}) is {member.Id.Text} there: {AccessSnapshot.WordsOf(member.Roles)}."
            );
            return 0;
        });
        return command;
    }

    // A command for a server's folder that is not there is for another folder: a new one would be of use to nobody.
    private AccessStore Open(ParseResult parsed)
    {
        var folder = FolderOf(parsed);
        if (!Directory.Exists(folder))
            throw new DataFolderException(
                $"There is no data folder {folder}. Name the one that the server was started with: --data DIR."
            );
        var store = AccessStore.Open(folder, _clock);
        try
        {
            LearnWhoThereWas(store, folder);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the store of the folder that was named, which may be a new one; but never makes one at the place where a server that was
    /// started from elsewhere has none: <c>dotnet run --project ControlSurface</c> starts in <c>ControlSurface/</c>.
    /// </summary>
    private AccessStore OpenOrMake(ParseResult parsed, Option<bool> fresh, out string folder)
    {
        folder = FolderOf(parsed);
        if (Directory.Exists(folder))
            return Open(parsed);
        if (parsed.GetResult(Data) is null or { Implicit: true } && !parsed.GetValue(fresh))
            throw new DataFolderException(
                $"There is no data folder {folder}, and a new one would be no running server's. Name the one that the server was started "
                    + "with (--data DIR), or say --new-folder to begin one here."
            );
        parsed.InvocationConfiguration.Error.WriteLine($"{folder} is a new data folder.");
        return AccessStore.Open(folder, _clock);
    }

    // Where access.db was lost the journal still knows who has which number: nobody else is given it.
    private static void LearnWhoThereWas(AccessStore store, string folder)
    {
        var journal = DataFolder.JournalFileIn(folder);
        if (store.Principals.Count > 0 || !File.Exists(journal))
            return;
        using var examined = Storages.Default.Examine(folder);
        var workspace = new Workspace();
        foreach (var recorded in examined.Events())
            workspace.Evolve(recorded);
        store.Restore(workspace.Principals);
    }

    private static Option<bool> NewFolderOption() =>
        new("--new-folder") { Description = "Begins a data folder where --data does not name one." };

    private static Principal Known(AccessStore store, string name) =>
        store.Find(name) ?? throw new AccessRefusedException($"There is nobody called {name}.");

    private static Option<string[]> RoleOption()
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

    private static Option<string[]?> QueueOption() =>
        new("--queue")
        {
            Description = "The only queues that they may touch; left out for all.",
            AllowMultipleArgumentsPerToken = true,
        };

    private static Roles RolesOf(string[] words) => AccessSnapshot.RolesOf(string.Join(' ', words));

    private static string[]? QueuesOf(string[]? names) =>
        names is null or [] ? null : [.. names.Distinct(StringComparer.Ordinal)];

    private static bool IsSetting(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.Contains('=', StringComparison.Ordinal);
}
