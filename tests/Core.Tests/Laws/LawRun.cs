using System.Collections.Concurrent;
using System.Globalization;
using ControlSurface.Core.Engine;
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>A law that was broken on a day.</summary>
/// <param name="Law">Its number in DESIGN.md; 0 for a request that threw.</param>
/// <param name="Seed">Plays the same day again.</param>
/// <param name="Story">Tells the steps that led there; called only where a test fails.</param>
internal sealed record Breach(int Law, ulong Seed, string What, Func<string> Story);

/// <summary>A random day that was played to its end.</summary>
internal interface IDay
{
    /// <summary>The first breach of each law; empty where all hold.</summary>
    IReadOnlyList<Breach> Breaches { get; }

    /// <summary>All that happened, in order.</summary>
    IReadOnlyList<Recorded> Journal { get; }
}

/// <summary>
/// Many random days of one kind, played once for all tests of a class: the first breach of each law, how often each kind of event
/// happened, and the changes of state that were seen.
/// </summary>
internal sealed class LawRun
{
    private readonly ConcurrentDictionary<int, Breach> _first = [];
    private readonly ConcurrentDictionary<string, long> _events = new(StringComparer.Ordinal);
    private readonly HashSet<Arrow> _arrows = [];
    private readonly int _days;

    private LawRun(Func<ulong, IDay> play, Func<Event, string> kindOf)
    {
        var seeds = RandomDays.Seeds();
        _days = seeds.Count;
        Parallel.ForEach(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            seed => Add(play(seed), kindOf)
        );
    }

    /// <summary>Days that are played when a test asks first.</summary>
    /// <param name="play">Plays the day of a seed; called from several threads.</param>
    /// <param name="kindOf">The word under which an event is counted; null for its type.</param>
    internal static Lazy<LawRun> Of(Func<ulong, IDay> play, Func<Event, string>? kindOf = null) =>
        new(() => new LawRun(play, kindOf ?? (happened => happened.Type)));

    /// <summary>Changes of state that the days show.</summary>
    internal IReadOnlySet<Arrow> Arrows => _arrows;

    /// <summary>Fails with the story of the earliest day on which the law was broken.</summary>
    internal void Holds(int law, ITestOutputHelper output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_days} days, {_events.Values.Sum()} events"));
        if (_first.TryGetValue(law, out var breach))
            Assert.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Law {law} is broken: {breach.What}\n{breach.Story()}\nSIMULATION_SEED={breach.Seed} plays that day again."
                )
            );
    }

    /// <summary>Those of <paramref name="kinds"/> that happened too seldom for the days to be about them.</summary>
    internal IEnumerable<string> Missing(IEnumerable<string> kinds, ITestOutputHelper output)
    {
        output.WriteLine(string.Join("\n", _events.OrderBy(e => e.Key).Select(e => $"{e.Value, 9} {e.Key}")));
        return kinds.Where(kind => _events.GetValueOrDefault(kind) < RandomDays.Enough);
    }

    private void Add(IDay day, Func<Event, string> kindOf)
    {
        foreach (var breach in day.Breaches)
            _first.AddOrUpdate(breach.Law, breach, (_, known) => known.Seed <= breach.Seed ? known : breach);
        foreach (var kind in day.Journal.CountBy(recorded => kindOf(recorded.Event)))
            _events.AddOrUpdate(kind.Key, kind.Value, (_, known) => known + kind.Value);
        var shown = StatesPage.ShownBy(day.Journal);
        lock (_arrows)
            _arrows.UnionWith(shown);
    }
}
