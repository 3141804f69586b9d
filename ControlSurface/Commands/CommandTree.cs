using System.CommandLine;
using System.Data.Common;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary>The command line: <c>serve</c> (default), <c>keys</c>, <c>people</c>, <c>doctor</c> (API.md, Who calls).</summary>
public static class CommandTree
{
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
        var root = Root(serve, clock ?? TimeProvider.System);
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

    private static RootCommand Root(Func<ServeOptions, Task<int>> serve, TimeProvider clock)
    {
        var access = new AccessFolder(clock);
        var serving = new ServeCommand(serve);
        var root = new RootCommand("ControlSurface: who owns which work, between agents and people.")
        {
            CommandOptions.Data,
        };
        serving.AddTo(root);
        root.Add(serving.AddTo(new Command("serve", "Serves (the default).")));
        root.Add(new KeyCommands(access, clock).Keys());
        root.Add(new PeopleCommands(access, clock).People());
        root.Add(Doctor(clock));
        root.Add(WorkspacesCommand.Of(CommandOptions.Data, clock));
        return root;
    }

    private static Command Doctor(TimeProvider clock)
    {
        var json = new Option<bool>("--json") { Description = "For machines." };
        var command = new Command(
            "doctor",
            "Looks the data folder over and changes nothing. Exit code 0: all is well; 1: something is wrong; "
                + "2: nothing wrong was found, but something could not be looked at."
        )
        {
            json,
            CommandOptions.Workspace,
        };
        command.SetAction(parsed =>
        {
            var examined = Examination.Of(
                parsed.GetValue(CommandOptions.Data)!,
                parsed.GetValue(CommandOptions.Workspace),
                clock
            );
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? examined.ToJson() : examined.ToText()
            );
            return examined.ExitCode;
        });
        return command;
    }
}
