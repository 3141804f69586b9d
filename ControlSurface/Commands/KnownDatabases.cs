using ControlSurface.Access;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;

namespace ControlSurface.Commands;

/// <summary>Every database file of a data folder, for <c>doctor</c>.</summary>
internal static class KnownDatabases
{
    internal static readonly KnownDatabase Projections = new(
        "projections.db",
        typeof(ProjectionDb),
        c => new ProjectionDb(Database.Options<ProjectionDb>(c)),
        "Stop the server and delete the file: it is made again from the journal."
    );

    /// <summary>The database files of a folder: those of the storage that keeps its journal, and those that every folder has.</summary>
    internal static IReadOnlyList<KnownDatabase> Of(string folder) =>
        [.. Storages.Of(folder).Databases, AccessDb.File, OutboxDb.File, Projections];
}
