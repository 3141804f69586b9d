using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Projections;

/// <summary><c>projections.db</c>: one connection that writes, some that read. What cannot be read is thrown away and made anew.</summary>
internal sealed class ProjectionFile : IDisposable
{
    private readonly string _file;
    private readonly Lock _lock = new();
    private DbConnection? _writing;
    private ReadConnections? _reads;
    private bool _closed;

    internal ProjectionFile(string file) => _file = file;

    /// <summary>Refuses a file that a newer version wrote. What cannot be read at all is made anew, and no reason to stop.</summary>
    /// <exception cref="DataFolderException">A newer version wrote it.</exception>
    internal static void RefuseNewer(string file)
    {
        if (!File.Exists(file))
            return;
        try
        {
            using var connection = Database.Open(file, DatabaseAccess.ReadOnly);
            Database.RefuseNewer(connection, typeof(ProjectionDb));
        }
        catch (DbException)
        {
            // Damaged: the projector throws it away, says so, and reads the journal again.
        }
    }

    /// <summary>For the one thread that writes; opened, and its tables made, when first asked for.</summary>
    internal DbConnection Writing
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                if (_writing is not null)
                    return _writing;
                _writing = Open();
                _reads = new ReadConnections(_file);
                return _writing;
            }
        }
    }

    /// <summary>For any thread; null until the file has been opened for writing.</summary>
    internal ReadConnections? Reads
    {
        get
        {
            lock (_lock)
                return _closed ? null : _reads;
        }
    }

    /// <summary>Throws all of it away.</summary>
    internal void Delete()
    {
        lock (_lock)
        {
            Close();
            foreach (var ending in (string[])["", "-wal", "-shm"])
                File.Delete(_file + ending);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
            _closed = true;
        }
    }

    private void Close()
    {
        _writing?.Dispose();
        _reads?.Dispose();
        (_writing, _reads) = (null, null);
    }

    private DbConnection Open()
    {
        var connection = Database.Open(_file, DatabaseAccess.ReadWriteCreate);
        try
        {
            // It follows from the journal: a commit that is lost with the machine is made again.
            connection.Execute("pragma journal_mode=wal");
            connection.Execute("pragma synchronous=normal");
            connection.Execute("pragma cache_size=-16000");
            Database.Migrate(connection, () => new ProjectionDb(Database.Options<ProjectionDb>(connection)));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
