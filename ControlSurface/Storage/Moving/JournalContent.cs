using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Moving;

/// <summary>
/// What a journal holds, so that two are the same where these are equal. It is read from the first event to the last, and everything
/// that can be checked is checked on the way.
/// </summary>
/// <param name="Events">How many events there are.</param>
/// <param name="Chain">The chain's hash after the last event (<c>GET /audit</c>), lower-case hex.</param>
/// <param name="State">The digest of the state that all events lead to, lower-case hex.</param>
/// <param name="UpAt">When a server was last up, milliseconds; null for a new workspace.</param>
/// <param name="Answers">Answers to idempotency keys; of a key that was used twice the newest.</param>
internal sealed record JournalContent(
    long Events,
    string Chain,
    string State,
    long? UpAt,
    RecordSum Answers,
    RecordSum Contents,
    RecordSum Archived,
    RecordSum Snapshots
)
{
    /// <summary>Reads a journal.</summary>
    /// <exception cref="JournalCorruptException">An event is missing or changed, or does not fit what came before it; or the mark cannot be read.</exception>
    /// <exception cref="DamagedRecordException">An answer, content or archived item is not the one that was kept.</exception>
    /// <exception cref="DataFolderException">Another version wrote it.</exception>
    internal static JournalContent Of(IJournalExamination journal)
    {
        journal.CheckFormat();
        var (last, state) = Replay(journal);
        return new JournalContent(
            last,
            journal.HashAt(last)!,
            state,
            journal.Mark?.At,
            AnswersOf(journal),
            ContentsOf(journal),
            ArchivedOf(journal),
            SnapshotsOf(journal)
        );
    }

    private static (long Last, string State) Replay(IJournalExamination journal)
    {
        var workspace = new Workspace();
        foreach (var recorded in journal.Events())
        {
            try
            {
                workspace.Evolve(recorded);
            }
            catch (Exception failure)
            {
                // An event can be intact and impossible: somebody put the journal together by hand.
                throw JournalHistory.Corrupt(recorded.Seq, $"does not fit what came before it ({failure.Message})");
            }
        }
        return (workspace.Seq, Convert.ToHexStringLower(Digest.Of(workspace.ToState())));
    }

    private static RecordSum AnswersOf(IJournalExamination journal)
    {
        if (journal.AnswerFaults().FirstOrDefault() is { } fault)
            throw new DamagedRecordException($"{fault.TrimEnd('.')}. Run doctor, and restore the newest backup.");
        var newest = new Dictionary<UInt128, (long At, ulong Sum)>();
        foreach (var stored in journal.Answers())
        {
            if (!stored.IsIntact)
                throw new DamagedRecordException(
                    $"A kept answer of U-{stored.Answer.Principal.Number.ToString(CultureInfo.InvariantCulture)} was changed. Run doctor, and restore the newest backup."
                );
            var key = RecordSum.Of(Encoding.UTF8.GetBytes($"{stored.Answer.Principal.Text} {stored.Answer.Key}"));
            var at = stored.Answer.At.ToUnixTimeMilliseconds();
            if (!newest.TryGetValue(key, out var other) || other.At <= at)
                newest[key] = (at, stored.Sum);
        }
        var sum = new RecordSum();
        Span<byte> row = stackalloc byte[24];
        foreach (var (key, (_, stored)) in newest)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(row, key);
            BinaryPrimitives.WriteUInt64LittleEndian(row[16..], stored);
            sum = sum.And(row);
        }
        return sum;
    }

    private static RecordSum ContentsOf(IJournalExamination journal)
    {
        var sum = new RecordSum();
        foreach (var kept in journal.Contents())
        {
            if (ContentHash.Of(kept.Content.Bytes) != kept.Content.Hash)
                throw new DamagedRecordException(
                    $"The bytes kept under {kept.Content.Hash} are not those that were sent. Run doctor; sending the same content again mends it."
                );
            sum = sum.And(
                Encoding.UTF8.GetBytes(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{kept.Content.Hash} {kept.By.Number} {kept.At.ToUnixTimeMilliseconds()} {kept.Content.Type}"
                    )
                )
            );
        }
        return sum;
    }

    private static RecordSum ArchivedOf(IJournalExamination journal)
    {
        var sum = new RecordSum();
        foreach (var (number, item) in journal.Archived())
            sum = sum.And(
                item is null
                    ? throw new DamagedRecordException(
                        $"The archived item W-{number.ToString(CultureInfo.InvariantCulture)} cannot be read. Run doctor, and restore the newest backup."
                    )
                    : StateJson.WriteItem(item)
            );
        return sum;
    }

    private static RecordSum SnapshotsOf(IJournalExamination journal)
    {
        var sum = new RecordSum();
        foreach (var snapshot in journal.Snapshots())
            sum = sum.And([.. BitConverter.GetBytes(snapshot.Seq), .. snapshot.Digest, .. snapshot.State]);
        return sum;
    }
}

/// <summary>A number of records and the sum of their SHA-256, whatever their order: the storages keep them in different ones.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordSum(long Count, UInt128 Sum)
{
    /// <summary>The first sixteen bytes of a record's SHA-256.</summary>
    internal static UInt128 Of(ReadOnlySpan<byte> record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(record, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>The sum with one record more.</summary>
    internal RecordSum And(ReadOnlySpan<byte> record) => new(Count + 1, unchecked(Sum + Of(record)));
}
