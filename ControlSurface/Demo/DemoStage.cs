using System.Collections.Concurrent;
using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>A question that a run put to people, and what to answer.</summary>
internal sealed record DemoQuestion(string Item, string Note, string Answer, DateTimeOffset AskedAt);

/// <summary>What the simulated agents and people know of each other beyond the API: the director's book.</summary>
internal sealed class DemoStage(int seed)
{
    private const int MostScenes = 500;
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<Plot, int> _running = [];
    private readonly Dictionary<string, int> _claims = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Scene> _scenes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _sceneOrder = new();
    private readonly ConcurrentDictionary<string, DemoQuestion> _questions = new(StringComparer.Ordinal);

    /// <summary>What was open at the last look.</summary>
    public Floor Floor { get; set; } = Floor.Empty;

    public IReadOnlyList<DemoQuestion> Questions => [.. _questions.Values.OrderBy(q => q.AskedAt)];

    /// <summary>Chooses how the claim that was just granted goes on.</summary>
    /// <returns>The plot, and whether it is one of the opening, which hurries.</returns>
    public (Plot Plot, bool Hurries) Begin(Craft craft)
    {
        lock (_lock)
        {
            var turn = _claims.GetValueOrDefault(craft.Queue);
            _claims[craft.Queue] = turn + 1;
            var opening = PlotChoice.Opening(craft.Queue);
            var opens = turn < opening.Count;
            var plot = opens ? opening[turn] : PlotChoice.Next(craft, Tally(), _random.Next(100));
            _running[plot] = Running(plot) + 1;
            return (plot, opens);
        }
    }

    public void End(Plot plot)
    {
        lock (_lock)
            _running[plot]--;
    }

    /// <summary>Keeps what a holder will have to say. Beyond 500 the oldest is forgotten, and improvised if it comes up.</summary>
    public void Keep(Scene scene)
    {
        _scenes[scene.ExternalId] = scene;
        _sceneOrder.Enqueue(scene.ExternalId);
        while (_sceneOrder.Count > MostScenes && _sceneOrder.TryDequeue(out var oldest))
            _scenes.TryRemove(oldest, out _);
    }

    public Scene SceneOf(DemoItem item) =>
        item.ExternalId is { } id && _scenes.TryGetValue(id, out var scene) ? scene : SceneWriter.Improvise(item);

    public void Asked(DemoQuestion question) => _questions[question.Item] = question;

    /// <summary>The question was answered, or nobody waits for the answer any more.</summary>
    public void Answered(string item) => _questions.TryRemove(item, out _);

    private Tally Tally() =>
        new(
            Floor.Of("stale").Count + Running(Plot.Crash),
            Floor.Of("handed_off").Count + Running(Plot.HandOff),
            Running(Plot.Ask),
            Floor.Blocked("backoff") + Running(Plot.Fail)
        );

    private int Running(Plot plot) => _running.GetValueOrDefault(plot);
}
