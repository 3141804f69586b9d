namespace ControlSurface.Storage.Moving;

/// <summary>Another process opened the workspace after a move began to hold it: what the copy holds is not all.</summary>
internal sealed class OvertakenException(string message) : DataFolderException(message);
