namespace ControlSurface.Storage;

/// <summary>What several machines with one database share beside the workspaces.</summary>
/// <param name="Provider">The name by which ADO.NET knows the database's library.</param>
/// <param name="Connection">The connection string for the tables by which machines find each other.</param>
/// <param name="Secret">Known to the machines and to whoever may read the database; 32 bytes.</param>
internal sealed record ClusterStore(string Provider, string Connection, byte[] Secret);
