using ControlSurface.Core.Engine;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Where in a transaction the store failed: what is certain depends on it.</summary>
internal enum WritingStage
{
    /// <summary>Up to the last statement before the commit: whatever reached the log has no commit mark.</summary>
    Before,

    /// <summary>In the commit itself.</summary>
    Commit,
}

/// <summary>What a failure of SQLite says about what is on disk.</summary>
internal static class SqliteFailure
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int ReadOnly = 8;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;

    /// <summary>
    /// Whether the failure leaves nothing behind once it is rolled back. Everything that is not listed does not: a failed
    /// flush (1034) may or may not have reached the disk and is reported once only; a failed read, a failed write other
    /// than for want of room, and a file that does not check mean that the disk itself cannot be trusted.
    /// </summary>
    internal static bool LeavesNothing(SqliteException failure, WritingStage stage) =>
        (failure.SqliteErrorCode, stage) switch
        {
            // Disk or quota full, as SQLite reports ENOSPC. The frame with the commit mark is the last that a commit
            // writes: where the room ran out it is missing or torn, and recovery drops the whole transaction.
            (Full, _) => true,
            // Somebody else writes; nothing of ours was begun, or the commit was not let in.
            (Busy or Locked, _) => true,
            // The file or its folder may not be written, or opened: found before the first frame is written.
            (ReadOnly or CannotOpen, WritingStage.Before) => true,
            // No memory while preparing. Within the commit the log may have been written already, so it is not here.
            (NoMemory, WritingStage.Before) => true,
            _ => false,
        };

    /// <summary>The seq that we wanted is taken: somebody else wrote it.</summary>
    internal static bool IsTaken(SqliteException failure) => failure.SqliteErrorCode == Constraint;

    internal static JournalRefusedException Refused(SqliteException failure) =>
        new($"The journal cannot be written just now ({Code(failure)}): {failure.Message}", failure);

    internal static JournalOutcomeUnknownException Unknown(Exception failure) =>
        new(
            failure is SqliteException sqlite
                ? $"It is not known whether the last write is on disk ({Code(sqlite)}): {failure.Message}"
                : $"It is not known whether the last write is on disk: {failure.Message}",
            failure
        );

    private static string Code(SqliteException failure) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"SQLite {failure.SqliteErrorCode}, {failure.SqliteExtendedErrorCode}"
        );
}
