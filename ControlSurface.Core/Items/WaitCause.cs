namespace ControlSurface.Core.Items;

/// <summary>Why an item waits until an instant.</summary>
public enum WaitCause
{
    /// <summary>Its <c>notBefore</c> has not come.</summary>
    NotBefore,

    /// <summary>It rests after a failure.</summary>
    Backoff,
}
