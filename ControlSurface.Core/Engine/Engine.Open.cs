using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    /// <summary>
    /// Brings a workspace back from its journal and starts the engine: the newest snapshot whose digest checks, then the
    /// rest of the journal; and gives back the time in which the server was down.
    /// </summary>
    /// <exception cref="JournalCorruptException">The journal does not check; nothing was started.</exception>
    public static Engine Open(IJournal journal, TimeProvider time, EngineOptions? options = null)
    {
        var workspace = Recover(journal);
        var picture = Workspace.From(workspace.ToState());
        var engine = new Engine(journal, workspace, picture, time, options ?? new EngineOptions());
        engine.GiveBackDownTime();
        if (journal.AnswerKeys() is { } used)
            _ = Task.Run(() => engine.FillFilter(used));
        engine._decider.Start();
        engine._writer.Start();
        engine.Beat();
        engine.Wake();
        return engine;
    }

    /// <summary>The state that the journal says, up to a seq: the past is made the same way as the present.</summary>
    /// <param name="upTo">The last event to follow; null for all.</param>
    public static Workspace Recover(IJournal journal, long? upTo = null)
    {
        var workspace = new Workspace();
        foreach (var snapshot in journal.Snapshots())
        {
            if (snapshot.Seq > (upTo ?? long.MaxValue) || Checked(snapshot) is not { } state)
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

    // Until the filter is whole each key is looked up, so a failure here costs time and nothing else.
    private void FillFilter(IEnumerable<(PrincipalId, string)> used)
    {
        try
        {
            _used.Fill(used);
        }
        catch (Exception failed) when (failed is ObjectDisposedException or JournalRefusedException)
        {
            LastRefusal = failed.Message;
        }
    }

    // A snapshot only saves time: one that does not check is skipped, and the journal says the same again.
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

    // Before anything is decided: a lease that ran out only because nobody could renew must not go stale first.
    private void GiveBackDownTime()
    {
        if (_workspace.Seq == 0)
            return;
        var marked = _journal.LastUpAt ?? _workspace.At;
        var downFrom = marked > _workspace.At ? marked : _workspace.At;
        var now = _clock.Read(out _);
        if (now <= downFrom || _workspace.DecideGivenBack(downFrom, now) is not { Extended.Count: > 0 } given)
            return;
        var batch = new Batch(_workspace.Seq);
        Record(batch, given, PrincipalId.System, now);
        _journal.Append(new JournalBatch(batch.Follows, batch.Events, [], []));
        Picture.Follow(batch.Events, batch.Records);
    }
}
