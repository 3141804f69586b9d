using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    /// <summary>
    /// Loads a workspace from its journal and starts the engine: reads the newest snapshot whose digest is right and then the rest of the
    /// journal, and extends leases by the time in which the server was down.
    /// </summary>
    /// <exception cref="JournalCorruptException">An event of the journal is missing or changed; nothing was started.</exception>
    /// <exception cref="ClockBehindException">The wall clock is far behind the journal; nothing was started.</exception>
    public static Engine Open(IJournal journal, TimeProvider time, EngineOptions? options = null)
    {
        var workspace = Recover(journal);
        var picture = Workspace.From(workspace.ToState());
        var engine = new Engine(journal, workspace, picture, time, options ?? new EngineOptions());
        engine.GiveBackDownTime();
        engine.RefillFilter();
        engine._decider.Start();
        engine._writer.Start();
        engine.Beat();
        engine.Wake();
        return engine;
    }

    /// <summary>The workspace as the journal describes it up to a seq; the past is computed in the same way as the present.</summary>
    /// <param name="upTo">The seq of the last event to evolve by; null for all.</param>
    public static Workspace Recover(IJournal journal, long? upTo = null)
    {
        var workspace = new Workspace();
        foreach (var snapshot in journal.Snapshots(upTo ?? long.MaxValue))
        {
            if (Checked(snapshot) is not { } state)
                continue;
            workspace = Workspace.From(state);
            break;
        }
        foreach (var recorded in journal.ReadAfter(workspace.Seq))
        {
            if (recorded.Seq > upTo)
                break;
            workspace.Evolve(recorded);
        }
        return workspace;
    }

    // Time goes on from the journal's last event, whatever the wall clock says: what had ended by then stays ended (DESIGN.md, 9).
    private static DateTimeOffset NotBefore(
        Workspace workspace,
        IJournal journal,
        TimeProvider time,
        EngineOptions options
    )
    {
        var wall = time.GetUtcNow();
        var behind = workspace.At - wall;
        if (workspace.Seq > 0 && behind > options.LongestBehind && !options.AcceptClock)
            throw new ClockBehindException(workspace.At, wall);
        // The mark only says when the server was last up: do not start from a mark that a wrong clock wrote.
        return journal.LastUpAt is { } mark && mark > workspace.At && mark - wall <= options.LongestBehind
            ? mark
            : workspace.At;
    }

    // A snapshot only saves time: skip a damaged one, since the journal gives the same state.
    private static WorkspaceState? Checked(Snapshot snapshot)
    {
        try
        {
            var state = StateJson.Read(snapshot.State);
            return Digest.Of(state).AsSpan().SequenceEqual(snapshot.Digest) ? state : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    // Called before anything is decided: a lease that ran out only because nobody could renew must not go stale first.
    private void GiveBackDownTime()
    {
        if (_workspace.Seq == 0)
            return;
        var now = _clock.Read(out _);
        var marked = _journal.LastUpAt is { } mark && mark <= now ? mark : _workspace.At;
        var downFrom = marked > _workspace.At ? marked : _workspace.At;
        if (
            now <= downFrom
            || _workspace.DecideDowntimeCompensation(downFrom, now) is not { Extended.Count: > 0 } given
        )
            return;
        var batch = new Batch(_workspace.Seq);
        Record(batch, given, PrincipalId.System, now);
        _journal.Append(new JournalBatch(batch.Follows, batch.Events, [], []));
        Picture.Follow(batch.Events, batch.Records);
        _keys.Commit([], _workspace.Seq);
    }
}

/// <summary>The wall clock is so far behind the journal that one of the two must be wrong. The message tells what to do.</summary>
public sealed class ClockBehindException : Exception
{
    /// <summary>An exception that names both instants and what to do.</summary>
    /// <param name="journal">The instant of the journal's last event.</param>
    /// <param name="wall">The wall clock's instant.</param>
    public ClockBehindException(DateTimeOffset journal, DateTimeOffset wall)
        : base(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"The clock of this machine says {wall.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, and the journal goes on to {journal.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. "
            )
                + "Set the clock right and start again; or, if it is right, start with --accept-clock: time then goes on from the journal's last event."
        ) { }

    /// <inheritdoc/>
    public ClockBehindException() { }

    /// <inheritdoc/>
    public ClockBehindException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public ClockBehindException(string message, Exception inner)
        : base(message, inner) { }
}
