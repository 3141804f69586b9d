namespace ControlSurface.Core.Vocabulary;

/// <summary>What ended a suspension of a lease, or one of its reasons.</summary>
public enum ResumeCause
{
    /// <summary>The holder went on.</summary>
    Holder,

    /// <summary>Somebody answered what the holder waited for.</summary>
    Answer,

    /// <summary>A reviewer decided or asked, or the review was withdrawn.</summary>
    Decision,

    /// <summary>The pause of its queue ended.</summary>
    Queue,

    /// <summary>The line went on.</summary>
    Workspace,
}
