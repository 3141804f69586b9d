using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Demo.Scenes;

/// <summary>Writes scenes from the crafts' tasks. The same seed writes the same scenes in the same order.</summary>
internal sealed class SceneWriter(int seed)
{
    private static readonly string[] Names =
    [
        "Ingrid Solheim",
        "Tomasz Zieliński",
        "Aisha Okafor",
        "Bram Peeters",
        "Chiara Lombardi",
        "Daniel Brandt",
        "Elif Yıldız",
        "Fionn Byrne",
        "Grace Adeyemi",
        "Hugo Lefèvre",
        "Ioana Popescu",
        "Jelena Marković",
        "Kenji Watanabe",
        "Leila Haddad",
        "Mateus Carvalho",
        "Nora Virtanen",
    ];

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private int _number = 88_200 + (seed % 100);

    /// <summary>The next scene of the craft; its tasks take turns, so that neighbours on the board differ.</summary>
    public Scene Next(Craft craft)
    {
        var turn = _written.GetValueOrDefault(craft.Queue);
        _written[craft.Queue] = turn + 1;
        var task = craft.Tasks[turn % craft.Tasks.Count];
        var fill = Filling();
        return new Scene
        {
            Queue = craft.Queue,
            Title = fill(task.Title),
            Body = fill(task.Body),
            Priority = _random.Next(10) switch
            {
                0 => 2,
                < 4 => 4,
                _ => 5,
            },
            Labels = _random.Next(6) == 0 ? [craft.Label, "vip"] : [craft.Label],
            Targets = [fill(task.Target)],
            ExternalId = fill(craft.ExternalId),
            Steps = [.. craft.Steps.Select(fill)],
            Summary = fill(task.Summary),
            Evidence =
            [
                .. craft.Evidence.Select(e => new SceneEvidence(
                    fill(e.Label),
                    e.Uri is null ? null : fill(e.Uri),
                    e.Sha256 is null ? null : fill(e.Sha256),
                    e.Text is null ? null : fill(e.Text)
                )),
            ],
            Checks = [.. craft.Checks.Select(c => c with { Detail = c.Detail is null ? null : fill(c.Detail) })],
            OpenQuestion = fill(task.OpenQuestion),
            NextStep = fill(task.NextStep),
            Question = fill(task.Question),
            Answer = fill(task.Answer),
            HandoffNote = fill(craft.HandoffNote),
            Failure = fill(craft.Failure),
        };
    }

    /// <summary>The reply that can only be written once the first is done.</summary>
    public static Scene FollowUp(Scene first) =>
        first with
        {
            Queue = SupportReplies.Craft.Queue,
            Title = "Write to the customer once it is done: " + first.Title,
            Body = "The customer was promised word of the outcome. Do not write before it is there.",
            Labels = [SupportReplies.Craft.Label, "follow-up"],
            ExternalId = first.ExternalId + "/word",
            Steps = ["read how it went", "drafted the message", "read the draft once more"],
            Summary = "The outcome is there and the message is drafted.",
        };

    /// <summary>A scene for work that the demo did not write: a visitor's own item is worked on too.</summary>
    public static Scene Improvise(DemoItem item) =>
        new()
        {
            Queue = item.Queue,
            Title = item.Title,
            Body = "",
            Priority = item.Priority,
            Labels = [],
            Targets = [],
            ExternalId = item.Id,
            Steps = ["read the item", "looked for what it needs", "did it", "checked the outcome"],
            Summary = $"Read “{item.Title}” and did about half of it.",
            Evidence = [new("The item as read", null, null, item.Title)],
            Checks = [new("understood the item", "passed", null)],
            OpenQuestion = "Is this what was meant?",
            NextStep = "Go on from the middle.",
            Question = $"Is “{item.Title}” still wanted?",
            Answer = "Yes, go on.",
            HandoffNote = "This needs a person's judgement.",
            Failure = "A system that it needs did not answer.",
        };

    private Func<string, string> Filling()
    {
        var number = Text(_number += _random.Next(1, 6));
        var order = Text(_random.Next(5_100, 9_900));
        var customer = Text(_random.Next(40, 9_000));
        var name = Names[_random.Next(Names.Length)];
        var euros = (_random.Next(900, 18_000) / 100m).ToString("F2", CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(number + order)));
        return text =>
            text.Replace("{n}", number, StringComparison.Ordinal)
                .Replace("{order}", order, StringComparison.Ordinal)
                .Replace("{customer}", customer, StringComparison.Ordinal)
                .Replace("{name}", name, StringComparison.Ordinal)
                .Replace("{eur}", euros, StringComparison.Ordinal)
                .Replace("{sha}", hash, StringComparison.Ordinal);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
