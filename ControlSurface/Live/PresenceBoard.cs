using ControlSurface.Core.Principals;
using ControlSurface.Drafting;

namespace ControlSurface.Live;

/// <summary>Somebody who has something open just now.</summary>
/// <param name="Mode"><c>viewing</c> or <c>editing</c>.</param>
public sealed record Present(PrincipalId Who, PrincipalKind Kind, string Mode, DateTimeOffset Since);

/// <summary>On a topic somebody came, went, or began or ended editing.</summary>
public sealed class PresenceEventArgs(string topic) : EventArgs
{
    /// <summary>The topic, such as <c>artifact:A-19</c>.</summary>
    public string Topic { get; } = topic;
}

/// <summary>
/// Who has which item, artifact or conflict open (API.md, <c>POST /presence</c>): in memory alone, and gone a little after
/// whoever said so last was heard, by the steady clock: an agent's publish waits for an editor, and a wall clock that is set does not
/// keep somebody here or send them away. Safe from any thread.
/// </summary>
/// <param name="mostTopics">On how many topics one principal is known to be; smaller in tests only.</param>
public sealed class PresenceBoard(TimeProvider time, int mostTopics = PresenceBoard.MostTopics) : IEditors
{
    /// <summary>Said every 20 s; one that was missed is forgiven.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(45);

    /// <summary>
    /// On how many topics one principal is known to be. With one more, the topic is left that they spoke of longest ago: whoever
    /// says that they are everywhere costs the others nothing.
    /// </summary>
    public const int MostTopics = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<PrincipalId, Seen>> _byTopic = new(StringComparer.Ordinal);

    // The topics of each principal, the one that was spoken of longest ago in front.
    private readonly Dictionary<PrincipalId, LinkedList<string>> _byPrincipal = [];

    /// <param name="SaidAt">A timestamp of the clock.</param>
    private sealed record Seen(Present Present, long SaidAt, LinkedListNode<string> Place);

    /// <summary>Raised, from any thread, with a topic on which somebody came, went, or began or ended editing.</summary>
    public event EventHandler<PresenceEventArgs>? Changed;

    /// <summary>Somebody has it open, or with <c>away</c> no longer.</summary>
    public void Say(Principal who, string topic, string mode)
    {
        var (now, since) = (time.GetTimestamp(), time.GetUtcNow());
        Seen? known;
        string? left;
        bool wasHere;
        lock (_lock)
        {
            known = Forget(topic, who.Id);
            wasHere = known is not null && IsHere(known, now);
            left = mode == "away" ? null : See(who, topic, mode, wasHere ? known : null, now, since);
        }
        // Who went silent may be shown still or not any more: whoever looks has to look again.
        if ((known is not null && !wasHere) || (known?.Present.Mode ?? "away") != mode)
            Changed?.Invoke(this, new PresenceEventArgs(topic));
        if (left is not null)
            Changed?.Invoke(this, new PresenceEventArgs(left));
    }

    /// <summary>Who has it open, whoever came first in front.</summary>
    public IReadOnlyList<Present> On(string topic)
    {
        var now = time.GetTimestamp(); // never asked under the lock: whoever moves a clock may be waiting for it
        lock (_lock)
        {
            if (!_byTopic.TryGetValue(topic, out var here))
                return [];
            return InOrder(here.Values.Where(seen => IsHere(seen, now)).Select(seen => seen.Present));
        }
    }

    /// <summary>Who would have it open if that were said; nothing changes. A dry run answers with it.</summary>
    public IReadOnlyList<Present> OnIfSaid(Principal who, string topic, string mode)
    {
        var here = On(topic);
        var was = here.FirstOrDefault(present => present.Who == who.Id);
        var others = here.Where(present => present.Who != who.Id);
        return mode == "away"
            ? [.. others]
            : InOrder(others.Append(new Present(who.Id, who.Kind, mode, SinceOf(was, mode, time.GetUtcNow()))));
    }

    private bool IsHere(Seen seen, long now) => time.GetElapsedTime(seen.SaidAt, now) < Lasts;

    private static IReadOnlyList<Present> InOrder(IEnumerable<Present> here) =>
        [.. here.OrderBy(present => present.Since).ThenBy(present => present.Who)];

    // Who goes on in the same mode is there since they began.
    private static DateTimeOffset SinceOf(Present? was, string mode, DateTimeOffset now) =>
        was?.Mode == mode ? was.Since : now;

    // The topic that had to be left for this one; null for none.
    private string? See(Principal who, string topic, string mode, Seen? was, long now, DateTimeOffset since)
    {
        if (!_byPrincipal.TryGetValue(who.Id, out var topics))
            _byPrincipal[who.Id] = topics = new LinkedList<string>();
        string? left = null;
        if (topics.Count >= mostTopics)
        {
            left = topics.First!.Value;
            Forget(left, who.Id);
            _byPrincipal[who.Id] = topics;
        }
        if (!_byTopic.TryGetValue(topic, out var here))
            _byTopic[topic] = here = [];
        var present = new Present(who.Id, who.Kind, mode, SinceOf(was?.Present, mode, since));
        here[who.Id] = new Seen(present, now, topics.AddLast(topic));
        return left;
    }

    private Seen? Forget(string topic, PrincipalId who)
    {
        if (!_byTopic.TryGetValue(topic, out var here) || !here.Remove(who, out var seen))
            return null;
        if (here.Count == 0)
            _byTopic.Remove(topic);
        var topics = seen.Place.List!;
        topics.Remove(seen.Place);
        if (topics.Count == 0)
            _byPrincipal.Remove(who);
        return seen;
    }

    /// <summary>A person who edits it just now; null for nobody.</summary>
    public PrincipalId? EditorOf(ArtifactId artifact) => FirstEditor(artifact, besides: null);

    /// <inheritdoc/>
    public PrincipalId? EditorOf(ArtifactId artifact, PrincipalId besides) => FirstEditor(artifact, besides);

    private PrincipalId? FirstEditor(ArtifactId artifact, PrincipalId? besides)
    {
        foreach (var present in On(Topic(artifact)))
        {
            if (present is { Mode: "editing", Kind: PrincipalKind.Person } && present.Who != besides)
                return present.Who;
        }
        return null;
    }

    /// <summary>The topic of an artifact's page: <c>artifact:A-19</c>.</summary>
    public static string Topic(ArtifactId artifact) => "artifact:" + artifact.Text;

    /// <summary>The topic of an item's page: <c>item:T-4</c>.</summary>
    public static string Topic(ItemId item) => "item:" + item.Text;

    /// <summary>The topic of a conflict's page: <c>conflict:C-7</c>.</summary>
    public static string Topic(ConflictId conflict) => "conflict:" + conflict.Text;

    /// <summary>Lets go of whoever was not heard of any more, and says so.</summary>
    public void ForgetWhoIsGone()
    {
        List<(string Topic, PrincipalId Who)> gone;
        var now = time.GetTimestamp();
        lock (_lock)
        {
            gone =
            [
                .. _byTopic.SelectMany(topic =>
                    topic.Value.Where(seen => !IsHere(seen.Value, now)).Select(seen => (topic.Key, seen.Key))
                ),
            ];
            foreach (var (topic, who) in gone)
                Forget(topic, who);
        }
        foreach (var topic in gone.Select(one => one.Topic).Distinct(StringComparer.Ordinal))
            Changed?.Invoke(this, new PresenceEventArgs(topic));
    }
}
