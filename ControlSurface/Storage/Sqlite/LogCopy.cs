using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Copies the write-ahead log of a journal into its database on a thread of its own, while the writer goes on. What the writer adds
/// meanwhile stays in the log. The writer's thread alone calls it.
/// </summary>
/// <param name="before">For tests: runs on that thread before anything is copied.</param>
internal sealed class LogCopy(string file, Action? before) : IDisposable
{
    private SqliteConnection? _connection; // the copying thread's alone
    private Thread? _thread;
    private Exception? _failure;

    /// <summary>Whether a copy is under way.</summary>
    internal bool IsUnderWay => _thread is { IsAlive: true };

    /// <summary>Begins one; none may be under way.</summary>
    internal void Begin()
    {
        // Not on a thread of the pool: it waits for the disk.
        _thread = new Thread(Copy) { IsBackground = true, Name = "Journal log" };
        _thread.Start();
    }

    /// <summary>Waits until none is under way, and whether one has ended since it was last asked.</summary>
    /// <exception cref="SqliteException">The copy failed.</exception>
    internal bool End()
    {
        if (_thread is null)
            return false;
        _thread.Join();
        _thread = null;
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
        return true;
    }

    public void Dispose()
    {
        _thread?.Join();
        _connection?.Dispose();
    }

    private void Copy()
    {
        try
        {
            before?.Invoke();
            if (_connection is null)
            {
                _connection = SqliteFile.Open(file, DatabaseAccess.ReadWrite, timeoutSeconds: 1);
                _connection.Execute("pragma synchronous=full");
            }
            _connection.Execute("pragma wal_checkpoint(passive)");
        }
        catch (Exception failure)
        {
            // The writer's to judge, before its next transaction.
            _failure = failure;
        }
    }
}
