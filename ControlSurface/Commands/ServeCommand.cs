using System.CommandLine;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary><c>serve</c>, which is also what runs without a command.</summary>
internal sealed class ServeCommand(Func<ServeOptions, Task<int>> serve)
{
    private readonly Option<string?> _urls = new("--urls")
    {
        Description = "Where to listen, e.g. http://127.0.0.1:5080.",
    };

    private readonly Option<bool> _demo = new("--demo")
    {
        Description = "Fill an empty folder with something to look at.",
    };

    private readonly Option<int> _seed = new("--demo-seed")
    {
        Description = "Chooses the demo's content.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _acceptOpenFolder = new("--accept-open-folder")
    {
        Description = "Serves a data folder that other users of this machine get into; else it is refused.",
    };

    private readonly Option<bool> _acceptClock = new("--accept-clock")
    {
        Description =
            "Start though the machine's clock is more than an hour behind the journal: time goes on from the journal's last event.",
    };

    /// <summary>Gives a command the options and the action of <c>serve</c>.</summary>
    internal Command AddTo(Command command)
    {
        foreach (var option in (Option[])[_urls, _acceptClock, _demo, _seed, _acceptOpenFolder])
            command.Add(option);
        // Settings of the host (--Logging:LogLevel:Default=Debug) pass through; anything else is a mistake.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async parsed =>
        {
            if (parsed.UnmatchedTokens.FirstOrDefault(token => !IsSetting(token)) is { } unknown)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"Unknown: {unknown}. See --help.");
                return 1;
            }
            return await serve(
                new ServeOptions(
                    parsed.GetValue(_urls),
                    parsed.GetValue(CommandOptions.Data)!,
                    parsed.GetValue(_demo),
                    parsed.UnmatchedTokens,
                    parsed.GetValue(_seed),
                    parsed.GetValue(_acceptOpenFolder),
                    parsed.GetValue(_acceptClock)
                )
            );
        });
        return command;
    }

    private static bool IsSetting(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.Contains('=', StringComparison.Ordinal);
}
