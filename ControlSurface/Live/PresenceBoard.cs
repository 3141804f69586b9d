using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>Somebody who has something open just now.</summary>
/// <param name="Mode"><c>viewing</c> or <c>editing</c>.</param>
public sealed record Present(PrincipalId Who, PrincipalKind Kind, string Mode, DateTimeOffset Since);

/// <summary>On a topic somebody came, went, or began or ended editing.</summary>
public sealed class PresenceEventArgs(string topic) : EventArgs
{
    public string Topic { get; } = topic;
}

/// <summary>
/// Who has which item, artifact or conflict open (API.md, <c>POST /presence</c>): in memory alone, and gone a little after
/// whoever said so last was heard. Safe from any thread.
/// </summary>
public sealed class PresenceBoard(TimeProvider time)
{
    /// <summary>Said every 20 s; one that was missed is forgiven.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(45);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, PrincipalId Who), (Present Present, DateTimeOffset Until)> _here = [];

    /// <summary>Raised, from any thread, with a topic on which somebody came, went, or began or ended editing.</summary>
    public event EventHandler<PresenceEventArgs>? Changed;

    /// <summary>Somebody has it open, or with <c>away</c> no longer.</summary>
    public void Say(Principal who, string topic, string mode)
    {
        var now = time.GetUtcNow();
        string? before;
        lock (_lock)
        {
            before = _here.TryGetValue((topic, who.Id), out var known) && known.Until > now ? known.Present.Mode : null;
            if (mode == "away")
                _here.Remove((topic, who.Id));
            else
                _here[(topic, who.Id)] = (
                    new Present(
                        who.Id,
                        who.Kind,
                        mode,
                        _here.TryGetValue((topic, who.Id), out var was) && was.Present.Mode == mode
                            ? was.Present.Since
                            : now
                    ),
                    now + Lasts
                );
        }
        if ((before ?? "away") != mode)
            Changed?.Invoke(this, new PresenceEventArgs(topic));
    }

    /// <summary>Who has it open, whoever came first in front.</summary>
    public IReadOnlyList<Present> On(string topic)
    {
        var now = time.GetUtcNow(); // never asked under the lock: whoever moves a clock may be waiting for it
        lock (_lock)
        {
            if (_here.Count == 0)
                return [];
            return
            [
                .. _here
                    .Where(h => h.Key.Topic == topic && h.Value.Until > now)
                    .Select(h => h.Value.Present)
                    .OrderBy(p => p.Since)
                    .ThenBy(p => p.Who),
            ];
        }
    }

    /// <summary>A person who edits it just now; null for nobody.</summary>
    public PrincipalId? EditorOf(ArtifactId artifact)
    {
        foreach (var present in On(Topic(artifact)))
        {
            if (present is { Mode: "editing", Kind: PrincipalKind.Person })
                return present.Who;
        }
        return null;
    }

    public static string Topic(ArtifactId artifact) => "artifact:" + artifact.Text;

    public static string Topic(ItemId item) => "item:" + item.Text;

    public static string Topic(ConflictId conflict) => "conflict:" + conflict.Text;

    /// <summary>Lets go of whoever was not heard of any more, and says so.</summary>
    public void ForgetWhoIsGone()
    {
        List<(string Topic, PrincipalId Who)> gone;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            gone = [.. _here.Where(h => h.Value.Until <= now).Select(h => h.Key)];
            foreach (var one in gone)
                _here.Remove(one);
        }
        foreach (var topic in gone.Select(one => one.Topic).Distinct(StringComparer.Ordinal))
            Changed?.Invoke(this, new PresenceEventArgs(topic));
    }
}
