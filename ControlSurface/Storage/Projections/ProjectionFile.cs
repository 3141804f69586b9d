using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Projections;

/// <summary><c>projections.db</c>: one connection that writes, some that read. What cannot be read is thrown away and made anew.</summary>
internal sealed class ProjectionFile : IDisposable
{
    private readonly string _file;
    private readonly Lock _lock = new();
    private SqliteConnection? _writing;
    private ReadConnections? _reads;
    private bool _closed;

    internal ProjectionFile(string file) => _file = file;

    /// <summary>For the one thread that writes; opened, and its tables made, when first asked for.</summary>
    internal SqliteConnection Writing
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

    private SqliteConnection Open()
    {
        var connection = Sqlite.Open(_file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // It follows from the journal: a commit that is lost with the machine is made again.
            connection.Execute("pragma journal_mode=wal");
            connection.Execute("pragma synchronous=normal");
            connection.Execute("pragma cache_size=-16000");
            Sqlite.Migrate(
                connection,
                () => new ProjectionDb(new DbContextOptionsBuilder<ProjectionDb>().UseSqlite(connection).Options)
            );
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
