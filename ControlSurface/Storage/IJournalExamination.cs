using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage;

/// <summary>
/// The storage of a workspace's folder as <c>doctor</c> reads it: nothing is written, nothing is taken for granted, and a
/// server may hold the folder meanwhile. Members throw what the store throws; the caller reports it as a finding.
/// </summary>
internal interface IJournalExamination : IDisposable
{
    /// <summary>The format that this version writes.</summary>
    int Format { get; }

    /// <summary>Refuses a format that this version does not read.</summary>
    /// <exception cref="DataFolderException">Another version wrote the folder.</exception>
    void CheckFormat();

    /// <summary>Seq of the last event; 0 for none.</summary>
    long LastSeq { get; }

    /// <summary>When the last event was appended; null for none.</summary>
    DateTimeOffset? LastAt { get; }

    /// <summary>The mark that a server writes each second; null for none.</summary>
    /// <exception cref="JournalCorruptException">It cannot be read.</exception>
    UpMark? Mark { get; }

    /// <summary>The chain's hash at a seq, lower-case hex; null where there is no such event.</summary>
    string? HashAt(long seq);

    /// <summary>All events, oldest first; verifies the chain.</summary>
    /// <exception cref="JournalCorruptException">An event is missing or changed; the message names its seq.</exception>
    IEnumerable<Recorded> Events();

    /// <inheritdoc cref="ISnapshots.Snapshots"/>
    IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue);

    /// <summary>The seqs of all stored snapshots, damaged ones too, newest first.</summary>
    IReadOnlyList<long> SnapshotSeqs();

    /// <summary>All batches as they are stored, unchecked: to be copied.</summary>
    /// <exception cref="JournalCorruptException">The store is damaged.</exception>
    IEnumerable<BatchRow> Batches();

    /// <summary>All contents, in the order of their hashes, unchecked.</summary>
    IEnumerable<KeptContent> Contents();

    /// <summary>All kept answers that can be read, unchecked; of a key that was used twice both may be there.</summary>
    IEnumerable<StoredAnswer> Answers();

    /// <summary>Kept answers that cannot be read, or not be found by their keys: a sentence for each place.</summary>
    IEnumerable<string> AnswerFaults();

    /// <summary>Stretches of seqs whose index by item is not what the events say.</summary>
    /// <exception cref="JournalCorruptException">An event cannot be read.</exception>
    IEnumerable<(long First, long Last)> ItemFaults();

    /// <summary>How an operator has the index by item made anew, as a part of a sentence; the server makes it at its next start.</summary>
    string ItemsMend { get; }

    /// <summary>All archived items by number; null for one that cannot be read.</summary>
    IEnumerable<(int Number, Item? Item)> Archived();
}
