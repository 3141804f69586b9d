using ControlSurface.Access;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;

namespace ControlSurface.Commands;

/// <summary>Every database file of a data folder, for <c>doctor</c>.</summary>
internal static class KnownDatabases
{
    internal static readonly KnownDatabase Access = new(
        "access.db",
        typeof(AccessDb),
        c => new AccessDb(Database.Options<AccessDb>(c)),
        "Restore it from the newest backup; or move it away and start the server, which adds everybody that the journal knows, "
            + "without keys, and run people reset-admin."
    );

    internal static readonly KnownDatabase Outbox = new(
        "outbox.db",
        typeof(OutboxDb),
        c => new OutboxDb(Database.Options<OutboxDb>(c)),
        "Stop the server, move the file away and start again: each webhook is told again of every event since it was created, under the same webhook-id."
    );

    internal static readonly KnownDatabase Projections = new(
        "projections.db",
        typeof(ProjectionDb),
        c => new ProjectionDb(Database.Options<ProjectionDb>(c)),
        "Stop the server and delete the file: it is made again from the journal."
    );

    /// <summary>The database files of a folder: those of the storage that keeps its journal, and those that every folder has.</summary>
    internal static IReadOnlyList<KnownDatabase> Of(string folder) =>
        [.. Storages.Of(folder).Databases, Access, Outbox, Projections];
}
