using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Tables;

/// <summary>A change of rows that is under way. Only rows of the workspace are there.</summary>
/// <param name="nextNumber">A number of a table that was never given; 0 where the database gives it when the row is written.</param>
/// <param name="keepNumber">A row brings its number along: none up to it is given any more.</param>
internal sealed class TableChange(DbContext db, Func<string, int> nextNumber, Action<string, int> keepNumber)
{
    internal DbSet<T> Rows<T>()
        where T : class => db.Set<T>();

    internal int NextNumber(string table) => nextNumber(table);

    internal void KeepNumber(string table, int number) => keepNumber(table, number);

    /// <summary>Writes what was changed so far, so that numbers which the database gives are known.</summary>
    internal void Save() => db.SaveChanges();
}
