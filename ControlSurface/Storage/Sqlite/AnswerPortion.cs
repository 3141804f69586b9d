using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Answers that were moved out of <c>recent</c> together.</summary>
/// <param name="UpTo">The last row of <c>recent</c> that it took in.</param>
/// <param name="FirstAt">Instant of its oldest answer, in milliseconds.</param>
/// <param name="LastAt">Instant of its newest answer.</param>
internal sealed record AnswerPortion(long Id, long UpTo, int Count, long FirstAt, long LastAt)
{
    // To find one answer all of its block are unpacked.
    private const int BytesPerBlock = 1 << 20;

    /// <param name="sorted">Its answers, by hash; none where every one of them was pruned.</param>
    internal static AnswerPortion Of(long id, long upTo, IReadOnlyList<StoredAnswer> sorted) =>
        new(
            id,
            upTo,
            sorted.Count,
            sorted.Count == 0 ? long.MinValue : sorted.Min(a => a.Answer.At.ToUnixTimeMilliseconds()),
            sorted.Count == 0 ? long.MinValue : sorted.Max(a => a.Answer.At.ToUnixTimeMilliseconds())
        );

    /// <summary>Its answers in blocks, each as the row that is stored.</summary>
    /// <param name="sorted">By hash.</param>
    /// <param name="perBlock">How many answers a block has at most; more where several have the same hash.</param>
    internal static List<AnswerRow> Blocks(List<StoredAnswer> sorted, int perBlock)
    {
        var blocks = new List<AnswerRow>();
        for (var from = 0; from < sorted.Count; )
        {
            var to = from + 1;
            var bytes = sorted[from].Answer.Body.Length;
            // A block is found by its first hash: equal ones stay together.
            while (
                to < sorted.Count
                && (sorted[to].Hash == sorted[to - 1].Hash || (to - from < perBlock && bytes < BytesPerBlock))
            )
                bytes += sorted[to++].Answer.Body.Length;
            var answers = sorted[from..to].ToArray();
            blocks.Add(new AnswerRow(sorted[from].Hash, AnswerBlock.Keys(answers), AnswerBlock.Rest(answers)));
            from = to;
        }
        return blocks;
    }
}

/// <summary>One row of <c>answer_blocks</c>.</summary>
/// <param name="Hash">Of its first key: a block is found by it.</param>
/// <param name="Keys">Its keys, packed.</param>
/// <param name="Data">The rest of its answers, packed.</param>
internal sealed record AnswerRow(long Hash, byte[] Keys, byte[] Data);
