namespace ControlSurface.Core.Vocabulary;

/// <summary>The answer to an accepted command: values, safe to read after the next one has changed everything.</summary>
public abstract record Reply
{
    private protected Reply() { }

    public sealed record Done : Reply
    {
        public static readonly Done Instance = new();
    }
}
