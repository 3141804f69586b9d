namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// The answer to an accepted command. Replies hold immutable values only, so they stay true to the moment of the decision when later
/// commands change the workspace. Core alone adds cases; each room holds its own.
/// </summary>
public abstract record Reply
{
    private protected Reply() { }

    /// <summary>Accepted, with nothing to tell.</summary>
    public sealed record Done : Reply
    {
        /// <summary>The only value there need be.</summary>
        public static readonly Done Instance = new();
    }
}
