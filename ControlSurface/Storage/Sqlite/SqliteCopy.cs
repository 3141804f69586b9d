using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Moving;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Makes a <c>journal.db</c> that holds another journal. Batches are copied byte by byte, so that each hash stays what it was; answers
/// go into portions, and the index of items is made by the server that opens it.
/// </summary>
internal sealed class SqliteCopy : IDisposable
{
    private const int RowsAtOnce = 500;

    // Each can be large.
    private const int ContentsAtOnce = 16;
    private readonly JournalOptions _options = new();
    private readonly JournalWriter _writer;
    private (long Seq, byte[] Hash) _last;

    private SqliteCopy(string file)
    {
        _writer = new JournalWriter(file);
        _last = _writer.Last();
    }

    /// <param name="folder">Empty.</param>
    internal static void Make(string folder, IJournalExamination source)
    {
        SqliteStorage.Open(folder).Dispose();
        using var copy = new SqliteCopy(DataFolder.JournalFileIn(folder));
        copy.Add(source);
    }

    public void Dispose() => _writer.Dispose();

    private void Add(IJournalExamination source)
    {
        foreach (var batches in source.Batches().Chunk(RowsAtOnce))
        {
            var before = _last;
            _last = (batches[^1].Last, batches[^1].Hash);
            Write(before, () => Array.ForEach(batches, _writer.Append));
        }
        foreach (var some in source.Contents().Chunk(ContentsAtOnce))
            Write(_last, () => Array.ForEach(some, _writer.Keep));
        foreach (var items in source.Archived().Select(row => row.Item!).Chunk(RowsAtOnce))
            Write(_last, () => Array.ForEach(items, _writer.Archive));
        AddAnswers(source);
        foreach (var snapshot in source.Snapshots())
            Write(_last, () => _writer.Save(snapshot));
        if (source.Mark is { } mark)
            Write(_last, () => _writer.MarkUp(mark.At, _last));
    }

    private void AddAnswers(IJournalExamination source)
    {
        var portion = 0L;
        foreach (var answers in source.Answers().Chunk(_options.AnswersPerPortion))
        {
            var sorted = answers.OrderBy(a => a.Hash).ToList();
            var id = ++portion;
            Write(
                _last,
                () =>
                {
                    foreach (var block in AnswerPortion.Blocks(sorted, _options.AnswersPerBlock))
                        AnswerTables.Insert(_writer, id, block);
                    // No row of recent went into it.
                    AnswerTables.Insert(_writer, AnswerPortion.Of(id, upTo: 0, sorted));
                }
            );
        }
    }

    private void Write((long Seq, byte[] Hash) before, Action write)
    {
        try
        {
            _writer.CheckpointIfDue();
            _writer.Transact(before, write);
        }
        catch (Exception failure)
            when (failure is JournalRefusedException or JournalOutcomeUnknownException or JournalFencedException)
        {
            throw new DataFolderException($"The copy cannot be written: {failure.Message}", failure);
        }
    }
}
