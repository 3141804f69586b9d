using ControlSurface.Demo;

namespace Server.Tests.Demo;

/// <summary>Whether and where the demo runs, and that it says so.</summary>
public sealed class When_a_demo_is_asked_for : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_with_a_journal_is_refused_in_a_sentence_that_says_what_to_do()
    {
        var journal = Path.Combine(_folder.FullName, "journal.db");
        Assert.Null(DemoMode.Refusal(journal));
        File.WriteAllText(journal, "");
        var sentence = DemoMode.Refusal(journal);
        Assert.Contains(journal, sentence, StringComparison.Ordinal);
        Assert.Contains("--data", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_demo_has_a_banner_and_it_says_that_all_is_simulated()
    {
        Assert.Null(DemoMode.Off.Banner);
        Assert.Contains("simulated", new DemoMode(IsOn: true, Seed: 1).Banner, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5350", "http://127.0.0.1:5350/")]
    [InlineData("http://[::]:5350", "http://[::1]:5350/")]
    [InlineData("http://0.0.0.0:5350", "http://127.0.0.1:5350/")]
    [InlineData("http://+:5350", "http://localhost:5350/")]
    [InlineData("http://*:5350", "http://localhost:5350/")]
    [InlineData("https://localhost:5351 http://localhost:5350", "http://localhost:5350/")]
    [InlineData("https://localhost:5351", "https://localhost:5351/")]
    public void The_agents_call_the_server_where_this_machine_reaches_it(string addresses, string expected) =>
        Assert.Equal(expected, DemoAddress.Of(addresses.Split(' '))?.ToString());

    [Fact]
    public void A_server_that_listens_nowhere_has_no_address() => Assert.Null(DemoAddress.Of([]));
}
