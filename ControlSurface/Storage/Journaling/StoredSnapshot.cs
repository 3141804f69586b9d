using System.Data.Common;
using ControlSurface.Core.Engine;

namespace ControlSurface.Storage.Journaling;

/// <summary>A stored snapshot: its digest, its length and its packed state, in this order.</summary>
internal static class StoredSnapshot
{
    /// <summary>Reads the one row; null where there is none, or where its state does not unpack.</summary>
    /// <param name="seq">The seq that was asked for.</param>
    internal static Snapshot? Read(long seq, DbCommand command)
    {
        using var row = command.ExecuteReader();
        if (!row.Read())
            return null;
        try
        {
            return new Snapshot(
                seq,
                row.GetFieldValue<byte[]>(0),
                Packed.Inflate(row.GetFieldValue<byte[]>(2), row.GetInt64(1))
            );
        }
        catch (InvalidDataException)
        {
            return null; // Damaged: an older one, or the journal from its start, says the same.
        }
    }
}
