using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Moving;

/// <summary>A step of a move that is done. The process can end after each, and the move can be begun again.</summary>
internal enum MoveStage
{
    /// <summary>No older process writes the source any more.</summary>
    Held,

    /// <summary>Everything is in the target, where no server looks.</summary>
    Copied,

    /// <summary>The copy was read back and holds what the source holds.</summary>
    Compared,

    /// <summary>The copy lies where a server would find it.</summary>
    Placed,

    /// <summary>The folder names the target: the workspace is there.</summary>
    Switched,

    /// <summary>The old journal is set aside.</summary>
    SetAside,
}

/// <summary>How a move ended.</summary>
/// <param name="Content">What was moved; null where the workspace was in the target already.</param>
/// <param name="Home">What was moved beside the journal; null where nothing was.</param>
/// <param name="SetAside">Where the old journal is kept; null where nothing was set aside.</param>
internal sealed record MoveResult(JournalContent? Content, HomeContent? Home, string? SetAside);

/// <summary>
/// Moves one workspace from one storage to another: its journal, and what it keeps beside that. The file <c>storage</c> of the folder is the switch, and one
/// rename changes it: before it the workspace is where it was, after it in the target.
/// </summary>
internal static class WorkspaceMove
{
    /// <summary>Moves the workspace of a folder that this process holds.</summary>
    /// <param name="databases">Tables that it has beside its journal.</param>
    /// <param name="onStage">For tests that end a move half way.</param>
    /// <exception cref="DataFolderException">
    /// A storage cannot be used, the target is not empty, the copy is not the same, or another machine opened the workspace meanwhile: it stays where it was.
    /// </exception>
    /// <exception cref="JournalCorruptException">The source is damaged. Nothing is switched.</exception>
    /// <exception cref="DamagedRecordException">A record of the source is damaged. Nothing is switched.</exception>
    internal static MoveResult Run(
        StoragePlace place,
        StorageKind to,
        IReadOnlyList<KnownDatabase> databases,
        Action<MoveStage>? onStage = null
    )
    {
        // The id stays the workspace's own, wherever it is: what an interrupted move left in the target is found by it.
        var mark = StorageMark.Read(place.Folder);
        var from = Storages.Of(place.Folder);
        var id = mark?.Id ?? Guid.NewGuid();
        var target = to.Side(place, id);
        if (from == to)
            return new MoveResult(
                Content: null,
                Home: null,
                // One that was never moved has nothing to finish.
                mark?.Id
                    is null
                    ? null
                    : Finish(target, Storages.All.Where(k => k != to).Select(k => k.Side(place, id)))
            );
        target.CheckTarget();
        if (mark?.Id is null)
            StorageMark.Write(place.Folder, new StorageMark(from.Word, id));
        var source = from.Side(place, id);
        source.Hold();
        var home = source.HoldHome(databases);
        onStage?.Invoke(MoveStage.Held);
        var content = Copy(source, target, onStage);
        Copy(home, target, databases);
        onStage?.Invoke(MoveStage.Compared);
        target.Place();
        onStage?.Invoke(MoveStage.Placed);
        source.CheckHold();
        StorageMark.Write(place.Folder, new StorageMark(to.Word, id));
        onStage?.Invoke(MoveStage.Switched);
        try
        {
            var aside = Finish(target, [source]);
            onStage?.Invoke(MoveStage.SetAside);
            return new MoveResult(content, home, aside);
        }
        catch (OvertakenException)
        {
            // What the other machine acknowledged is in the source alone, and nobody has opened the target: the lock of the folder is this process's.
            StorageMark.Write(place.Folder, new StorageMark(from.Word, id));
            throw;
        }
    }

    private static JournalContent Copy(IMoveSide source, IMoveSide target, Action<MoveStage>? onStage)
    {
        using var journal = source.Source();
        // First: a damaged source is named before anything is copied.
        var before = JournalContent.Of(journal);
        target.Receive(journal);
        onStage?.Invoke(MoveStage.Copied);
        using (var copy = target.Copy())
        {
            if (JournalContent.Of(copy) is var after && after != before)
                throw new DataFolderException(
                    $"The copy does not hold what the journal holds, and is not used. The journal has {before}, the copy {after}."
                );
        }
        return before;
    }

    private static void Copy(HomeContent home, IMoveSide target, IReadOnlyList<KnownDatabase> databases)
    {
        target.ReceiveHome(home, databases);
        if (target.CopyOfHome(databases).Digest() != home.Digest())
            throw new DataFolderException(
                "The copy of people, keys, webhooks and secrets does not hold what the workspace holds, and is not used."
            );
    }

    // After the switch. A move that ended here is finished by the next one; a storage that was never moved from has nothing to set aside.
    private static string? Finish(IMoveSide target, IEnumerable<IMoveSide> others)
    {
        // First: one that was overtaken is not set aside, and the copy stays held, as something that no server opens.
        var aside = others.Select(side => side.SetAside()).ToList().Find(set => set is not null);
        target.Release();
        return aside;
    }
}
