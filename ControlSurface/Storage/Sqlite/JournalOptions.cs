namespace ControlSurface.Storage.Sqlite;

/// <summary>When in a step of a move a test is told.</summary>
internal enum MoveStep
{
    /// <summary>Before the transaction begins.</summary>
    Before,

    /// <summary>In the transaction, before it is committed.</summary>
    Within,

    /// <summary>Once it is on disk.</summary>
    After,
}

/// <summary>How the indexes of a journal follow it, and what is old is packed.</summary>
internal sealed record JournalOptions
{
    /// <summary>
    /// So many answers are moved into a portion at once. While they are moved they stand on disk twice, and the file keeps that
    /// room: with 16,384 it was half of a file of 30 MB. A lookup of a key that was used long ago asks each portion of seven days,
    /// a few microseconds each.
    /// </summary>
    internal int AnswersPerPortion { get; init; } = 4_096;

    /// <summary>Answers of a block at most, which are packed together and read together.</summary>
    internal int AnswersPerBlock { get; init; } = 128;

    /// <summary>Events of a block of the items' index, as a power of two: 12 for 4,096. Part of the format.</summary>
    internal int EventsPerBlockShift { get; init; } = 12;

    /// <summary>
    /// Events that a batch has at least once it is packed with its neighbours. To read one event all of its batch are unpacked, in
    /// less than a tenth of a millisecond.
    /// </summary>
    internal int EventsPerPack { get; init; } = 256;

    /// <summary>So many newest events are left in the batches that they were written in: most reads are of these.</summary>
    internal int EventsLeftLoose { get; init; } = 4_096;

    /// <summary>
    /// Whether moves are made, and the log is copied into the database, on threads of their own; a test has both done by the append that
    /// makes them due.
    /// </summary>
    internal bool MovesInBackground { get; init; } = true;

    /// <summary>Gets one sentence when a move on its own thread fails, once for each reason.</summary>
    internal Action<string> OnMoveFailed { get; init; } = Console.Error.WriteLine;

    /// <summary>For tests of a disk that fails or hangs while the log is copied into the database; on the thread that copies it.</summary>
    internal Action? OnCheckpoint { get; init; }

    /// <summary>For tests that cut a move or make it fail.</summary>
    internal Action<MoveStep>? OnStep { get; init; }
}
