using System.Diagnostics;

namespace ControlSurface.Core.Tests.Architecture;

/// <summary>
/// <c>tests/mutations.sh</c> breaks one rule at a time and expects the laws to notice. It takes too long for each run, so this holds that
/// it still can: a rule that moves takes its mutation along.
/// </summary>
public class MutationTests
{
    [Fact]
    public async Task Each_mutation_still_fits_the_rule_that_it_breaks()
    {
        using var check = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Repository.Folder, "tests", "mutations.sh"), "--check"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var said = await check.StandardOutput.ReadToEndAsync() + await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();

        Assert.Equal("", said);
        Assert.Equal(0, check.ExitCode);
    }
}
