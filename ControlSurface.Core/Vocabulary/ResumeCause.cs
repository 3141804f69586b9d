namespace ControlSurface.Core.Vocabulary;

/// <summary>What ended a suspension of a lease, or one of its reasons.</summary>
public enum ResumeCause
{
    /// <summary>The holder went on.</summary>
    Holder,

    /// <summary>A person answered what the holder waited for.</summary>
    Answer,

    /// <summary>The review that it waited for was decided.</summary>
    Decision,

    /// <summary>The pause of its queue ended.</summary>
    Queue,

    /// <summary>The line went on.</summary>
    Workspace,
}
