namespace ControlSurface.Storage.Tables;

/// <summary>
/// Tables of one workspace (<see cref="KnownDatabase"/>): in a file of its folder, which the command line may have open too, or in a
/// database that many workspaces and processes share. Members throw the database's own <see cref="System.Data.Common.DbException"/>. Not
/// for two threads at once.
/// </summary>
internal interface ITables : IDisposable
{
    /// <summary>Where they are, for a message: the path of a file, or which workspace of which database.</summary>
    string Where { get; }

    /// <summary>Changes with each change of another process.</summary>
    /// <param name="asOf">
    /// A timestamp of <see cref="TimeProvider.System"/>: a change that was committed before it is in the answer. All workspaces of one
    /// database that are asked with the same timestamp cost one question.
    /// </param>
    long Version(long asOf);

    /// <summary>Reads.</summary>
    /// <param name="isTogether">Whether all that is read is of one instant, where processes of several machines write.</param>
    T Read<T>(Func<TableStatements, T> read, bool isTogether = false);

    /// <summary>Writes by statements, in one transaction.</summary>
    /// <param name="write">May run twice, where the database went away before it was committed.</param>
    /// <exception cref="OutcomeUnknownException">Nobody can say whether it was committed.</exception>
    T Write<T>(Func<TableStatements, T> write);

    /// <summary>
    /// Changes rows in one transaction. Changes of one workspace are one after the other, whichever process makes them: each sees all
    /// that were committed before.
    /// </summary>
    /// <param name="change">May run twice, where the database went away before it was committed.</param>
    /// <exception cref="OutcomeUnknownException">Nobody can say whether it was committed.</exception>
    T Change<T>(Func<TableChange, T> change);
}

/// <summary>
/// A change may or may not be there: the database went away while it was committed and did not say in time, or the disk failed to flush it.
/// </summary>
public sealed class OutcomeUnknownException : System.Data.Common.DbException
{
    /// <inheritdoc/>
    public OutcomeUnknownException() { }

    /// <inheritdoc/>
    public OutcomeUnknownException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public OutcomeUnknownException(string message, Exception inner)
        : base(message, inner) { }
}
